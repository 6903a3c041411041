package io.github.tf2torch.verify.opening;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Signature;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.EngineFailure;
import io.github.tf2torch.verify.reference.MissingReference;
import io.github.tf2torch.verify.subject.KerasSide;
import io.github.tf2torch.verify.subject.SourceGraph;
import io.github.tf2torch.verify.subject.Subject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A conversion of a Keras file beside the reference of its layers. The program's places, which are
 * named after layers, become those of the reference's graph.
 */
public final class KerasSubject {
  private KerasSubject() {}

  static Subject of(Subject read) {
    if (!read.torch().computes()) {
      return read;
    }
    try {
      return joined(read, KerasSide.of(read.request(), read.tensorflow()));
    } catch (MissingReference e) {
      return read.withTensorflow(
          read.tensorflow(),
          read.translation(),
          Map.of(),
          SourceGraph.none(String.valueOf(e.getMessage())));
    } catch (EngineFailure e) {
      return read.withTensorflow(
          read.tensorflow(),
          read.translation(),
          Map.of(),
          SourceGraph.none(
              "its layers do not take a batch of %d (--batch): %s"
                  .formatted(read.request().inputs().batch(), e.getMessage())));
    }
  }

  private static Subject joined(Subject read, KerasSide side) {
    TorchModel program = read.torch();
    List<Signature.Tensor> fed = side.model().signature().inputs();
    List<Signature.Tensor> given = side.model().signature().outputs();
    if (fed.size() != program.inputs().size() || given.size() != program.outputs().size()) {
      throw new BadRequest(
          read.source().path()
              + ": the program has other inputs or outputs than the model, which are "
              + fed.stream().map(Signature.Tensor::key).toList()
              + " and "
              + given.stream().map(Signature.Tensor::key).toList());
    }
    List<TorchModel.Input> inputs = new ArrayList<>();
    List<TorchModel.Output> outputs = new ArrayList<>();
    Map<String, TensorValue> values = new LinkedHashMap<>();
    List<Signature.Tensor> keyed = new ArrayList<>();
    for (int i = 0; i < fed.size(); i++) {
      TorchModel.Input input = program.inputs().get(i);
      Endpoint place = fed.get(i).endpoint();
      inputs.add(
          new TorchModel.Input(
              input.name(), input.key(), place, input.dtype(), input.dims(), input.layout()));
      values.put(input.key(), side.inputs().get(fed.get(i).key()));
      keyed.add(new Signature.Tensor(input.key(), place, fed.get(i).dtype(), fed.get(i).dims()));
    }
    List<Signature.Tensor> results = new ArrayList<>();
    for (int i = 0; i < given.size(); i++) {
      TorchModel.Output output = program.outputs().get(i);
      Endpoint place = given.get(i).endpoint();
      outputs.add(
          new TorchModel.Output(
              output.name(),
              output.value(),
              place,
              output.dtype(),
              output.dims(),
              output.layout()));
      results.add(
          new Signature.Tensor(output.name(), place, given.get(i).dtype(), given.get(i).dims()));
    }
    TorchModel joined =
        new TorchModel(
            program.className(),
            inputs,
            program.modules(),
            program.tensors(),
            program.body(),
            outputs,
            taps(program, side));
    KerasSide named = side.withSignature(new Signature("", keyed, results));
    return read.withTensorflow(
        named.model(), read.translation().withModel(joined), values, named.graph());
  }

  /** Those of which the reference has the layer. */
  public static List<TorchModel.Tap> taps(TorchModel program, KerasSide side) {
    Map<Endpoint, Endpoint> places = new HashMap<>();
    side.reference().layers().forEach((place, found) -> places.put(place.endpoint(), found));
    List<TorchModel.Tap> taps = new ArrayList<>();
    for (TorchModel.Tap tap : program.taps()) {
      Endpoint place = places.get(tap.source());
      if (place != null) {
        taps.add(new TorchModel.Tap(place, tap.value(), tap.dtype(), tap.layout(), tap.layer()));
      }
    }
    return taps;
  }
}
