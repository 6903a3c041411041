package io.github.tf2torch.model.source;

import io.github.tf2torch.tensor.TensorSource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

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
 * @param assumed what the reader chose where the file says nothing: which part of a training graph
 *     is the model, the value of a flag
 * @param collections what a TF1 program gathered under a name: {@code trainable_variables}, {@code
 *     train_op}, {@code losses}; variables, tensors and operations by their names
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
    List<String> problems,
    List<String> assumed,
    Map<String, List<String>> collections) {
  public TfModel {
    variables = List.copyOf(variables);
    signatures = List.copyOf(signatures);
    handles = Map.copyOf(handles);
    optimizers = List.copyOf(optimizers);
    problems = List.copyOf(problems);
    assumed = List.copyOf(assumed);
    collections = Collections.unmodifiableMap(new LinkedHashMap<>(collections));
  }

  /** A source that leaves nothing to assume and has no collections. */
  public TfModel(
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
    this(
        provenance,
        variables,
        graph,
        signatures,
        signature,
        handles,
        keras,
        optimizers,
        tensors,
        problems,
        List.of(),
        Map.of());
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

  /** The same with other variables, which {@code from} reads. */
  public TfModel withVariables(List<Variable> others, TensorSource from) {
    return new TfModel(
        provenance,
        others,
        graph,
        signatures,
        signature,
        handles,
        keras,
        optimizers,
        from,
        problems,
        assumed,
        collections);
  }

  /** The same with more known of its signature, and lines that say why. */
  public TfModel withSignature(Signature other, List<String> said) {
    return new TfModel(
        provenance,
        variables,
        graph,
        signatures,
        other,
        handles,
        keras,
        optimizers,
        tensors,
        problems,
        Stream.concat(assumed.stream(), said.stream()).toList(),
        collections);
  }

  /** Whether there is something to translate, and not weights alone. */
  public boolean hasComputation() {
    return !graph.nodes().isEmpty() || keras.isPresent();
  }

  /** The same with variables whose values come from elsewhere. */
  public TfModel withTensors(TensorSource other) {
    return withVariables(variables, other);
  }
}
