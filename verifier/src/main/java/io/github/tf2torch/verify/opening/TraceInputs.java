package io.github.tf2torch.verify.opening;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Signature;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.translate.Translation;
import io.github.tf2torch.verify.subject.InputFile;
import io.github.tf2torch.verify.subject.VerifyRequest;
import io.github.tf2torch.verify.trace.TraceFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The inputs of a trace, by the signature's keys: of the same name, else in the same place. */
public final class TraceInputs {
  private TraceInputs() {}

  static Map<String, TensorValue> of(TraceFile trace, Signature signature) throws IOException {
    List<String> recorded = trace.names(TraceFile.Kind.INPUT);
    List<Signature.Tensor> inputs = signature.inputs();
    List<String> keys = inputs.stream().map(Signature.Tensor::key).toList();
    if (!recorded.containsAll(keys) && recorded.size() != keys.size()) {
      throw new BadRequest(
          trace.path() + ": holds the inputs " + recorded + ", the signature takes " + keys);
    }
    Map<String, TensorValue> byKey = new LinkedHashMap<>();
    for (int i = 0; i < inputs.size(); i++) {
      Signature.Tensor input = inputs.get(i);
      String name = recorded.containsAll(keys) ? input.key() : recorded.get(i);
      TensorValue value = trace.value(TraceFile.Kind.INPUT, name).orElseThrow();
      byKey.put(input.key(), InputFile.checked(trace.path(), input, Map.of(input.key(), value)));
    }
    return byKey;
  }

  /** The inputs of a port's program, by its keys. */
  static Map<String, TensorValue> of(VerifyRequest request, Translation port) throws IOException {
    List<Signature.Tensor> inputs = new ArrayList<>();
    for (TorchModel.Input input : port.model().inputs()) {
      inputs.add(
          new Signature.Tensor(
              input.key(), input.source(), input.dtype(), Optional.of(input.dims())));
    }
    try (TraceFile trace = TraceFile.open(request.inputs().trace().orElseThrow())) {
      return of(trace, new Signature("", inputs, List.of()));
    }
  }

  /** What the trace calls an input. */
  public static String name(String key, int place, TraceFile trace) {
    List<String> recorded = trace.names(TraceFile.Kind.INPUT);
    return recorded.contains(key) || place >= recorded.size() ? key : recorded.get(place);
  }

  /** What the trace itself says of inputs and outputs, where the source has no signature. */
  static Signature signature(TraceFile trace) throws IOException {
    return new Signature(
        "trace", tensors(trace, TraceFile.Kind.INPUT), tensors(trace, TraceFile.Kind.OUTPUT));
  }

  private static List<Signature.Tensor> tensors(TraceFile trace, TraceFile.Kind kind)
      throws IOException {
    List<Signature.Tensor> tensors = new ArrayList<>();
    for (String name : trace.names(kind)) {
      TensorValue value = trace.value(kind, name).orElseThrow();
      tensors.add(
          new Signature.Tensor(
              name, new Endpoint(name, 0), value.dtype(), Optional.of(Dims.of(value.shape()))));
    }
    return tensors;
  }
}
