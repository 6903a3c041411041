package io.github.tf2torch.model.source;

import io.github.tf2torch.tensor.TensorSource;
import java.util.List;
import java.util.Map;

/**
 * What a TensorFlow file holds. Nothing of the variables is loaded: {@code tensors} reads by {@link
 * Variable#name()}.
 *
 * @param graph the chosen signature's computation, inlined; empty of nodes for a checkpoint alone
 * @param signature the chosen one
 * @param handles VarHandleOp, VariableV2 or resource placeholder node → name of its variable
 * @param problems what the reader could not read but could leave out, for {@code inspect}
 */
public record TfModel(
    Provenance provenance,
    List<Variable> variables,
    Graph graph,
    List<Signature> signatures,
    Signature signature,
    Map<String, String> handles,
    TensorSource tensors,
    List<String> problems) {
  public TfModel {
    variables = List.copyOf(variables);
    signatures = List.copyOf(signatures);
    handles = Map.copyOf(handles);
    problems = List.copyOf(problems);
  }
}
