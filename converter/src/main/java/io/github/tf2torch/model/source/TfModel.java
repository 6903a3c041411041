package io.github.tf2torch.model.source;

import io.github.tf2torch.tensor.TensorSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a TensorFlow file holds. Nothing of the variables is loaded: {@code tensors} reads by {@link
 * Variable#name()}.
 *
 * @param graph the chosen signature's computation, inlined; empty of nodes for a checkpoint alone
 * @param signature the chosen one; without inputs and outputs where the source has none
 * @param handles VarHandleOp, VariableV2 or resource placeholder node → name of its variable
 * @param keras the layers, where the source is a Keras file
 * @param optimizers whose state the source holds; their slots are variables too
 * @param problems what the reader could not read but could leave out, for {@code inspect}
 */
public record TfModel(
    Provenance provenance,
    List<Variable> variables,
    Graph graph,
    List<Signature> signatures,
    Signature signature,
    Map<String, String> handles,
    Optional<KerasModel> keras,
    List<Optimizer> optimizers,
    TensorSource tensors,
    List<String> problems) {
  public TfModel {
    variables = List.copyOf(variables);
    signatures = List.copyOf(signatures);
    handles = Map.copyOf(handles);
    optimizers = List.copyOf(optimizers);
    problems = List.copyOf(problems);
  }

  /** Variables alone, as a checkpoint holds them. */
  public static TfModel of(
      Provenance provenance,
      List<Variable> variables,
      List<Optimizer> optimizers,
      TensorSource tensors,
      List<String> problems) {
    return new TfModel(
        provenance,
        variables,
        new Graph(List.of(), Map.of()),
        List.of(),
        new Signature("", List.of(), List.of()),
        Map.of(),
        Optional.empty(),
        optimizers,
        tensors,
        problems);
  }

  /** Whether there is something to translate, and not weights alone. */
  public boolean hasComputation() {
    return !graph.nodes().isEmpty() || keras.isPresent();
  }
}
