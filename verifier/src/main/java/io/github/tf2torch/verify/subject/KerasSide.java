package io.github.tf2torch.verify.subject;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.KerasModel;
import io.github.tf2torch.model.source.Signature;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.SymbolicTensor;
import io.github.tf2torch.verify.reference.KerasInputs;
import io.github.tf2torch.verify.reference.KerasReference;
import io.github.tf2torch.verify.reference.MissingReference;
import io.github.tf2torch.verify.reference.Reference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * TensorFlow's side of a Keras file: the model as read, with a signature and with the graph that is
 * built for inputs of these shapes.
 *
 * @param inputs by the signature's keys
 */
public record KerasSide(TfModel model, Map<String, TensorValue> inputs, Reference reference) {

  /** Whether a source is Keras's alone, so that its graph has to be built. */
  public static boolean isOf(TfModel model) {
    return model.keras().isPresent() && model.graph().nodes().isEmpty();
  }

  /**
   * Draws the inputs, or reads them, and builds the graph for them.
   *
   * @throws MissingReference where it is not known what a layer computes
   */
  public static KerasSide of(VerifyRequest request, TfModel read) {
    KerasModel keras = read.keras().orElseThrow();
    List<Signature.Tensor> asked = KerasInputs.of(keras);
    Map<String, TensorValue> inputs =
        Subject.inputs(
            request,
            with(read, new Signature("", asked, List.of()), Map.of()),
            KerasInputs.bounds(keras));
    Map<String, Shape> shapes = new HashMap<>();
    inputs.forEach((key, value) -> shapes.put(key, value.shape()));
    Reference reference = KerasReference.build(keras, read.variables(), shapes, false);
    List<Signature.Tensor> fed = new ArrayList<>();
    for (Signature.Tensor input : asked) {
      Endpoint place = reference.inputs().get(input.key());
      fed.add(new Signature.Tensor(input.key(), place, input.dtype(), input.dims()));
    }
    Signature signature = new Signature("", fed, outputs(reference));
    return new KerasSide(with(read, signature, reference.graph().handles()), inputs, reference);
  }

  private static List<Signature.Tensor> outputs(Reference reference) {
    Map<String, Signature.Tensor> byKey = new LinkedHashMap<>();
    for (Map.Entry<String, SymbolicTensor> output : reference.outputs().entrySet()) {
      SymbolicTensor tensor = output.getValue();
      byKey.put(
          output.getKey(),
          new Signature.Tensor(
              output.getKey(),
              tensor.endpoint(),
              tensor.dtype(),
              Optional.of(Dims.of(tensor.shape()))));
    }
    return List.copyOf(byKey.values());
  }

  public static TfModel with(TfModel read, Signature signature, Map<String, String> handles) {
    return new TfModel(
        read.provenance(),
        read.variables(),
        read.graph(),
        List.of(signature),
        signature,
        handles,
        read.keras(),
        read.optimizers(),
        read.tensors(),
        read.problems(),
        read.assumed(),
        read.collections());
  }

  /** The same by other keys. */
  public KerasSide withSignature(Signature signature) {
    return new KerasSide(with(model, signature, model.handles()), inputs, reference);
  }

  public SourceGraph graph() {
    return SourceGraph.built(new KerasGraph(model, reference.graph().graph(), reference.mayDraw()));
  }
}
