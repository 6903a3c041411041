package io.github.tf2torch.read.graph;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Loss;
import io.github.tf2torch.model.source.Optimizer;
import io.github.tf2torch.model.source.Provenance;
import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.model.source.Role;
import io.github.tf2torch.model.source.Signature;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.problem.UnsupportedFile;
import io.github.tf2torch.read.bundle.Checkpoint;
import io.github.tf2torch.read.bundle.VariableList;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;

/**
 * The graph that a TF1 program trained, {@code PREFIX.meta}, and the checkpoint beside it. It has
 * no signature: the model ends where its loss begins, and what it needs of the placeholders are its
 * inputs, but for those that only say whether it trains.
 */
public final class MetaGraph implements GraphSource {
  private final Path path;
  private final MetaGraphDef stored;
  private final GraphDef graph;
  private final OpTable ops;
  private final Checkpoint checkpoint;
  private final TfModel variables;
  private final Signature signature;
  private final List<String> assumed;
  private final List<String> problems = new ArrayList<>();
  private @Nullable SignatureGraph chosen;

  private MetaGraph(Path path, Checkpoint checkpoint, ReadOptions options) throws IOException {
    this.path = path;
    this.checkpoint = checkpoint;
    stored = MetaGraphFile.read(path);
    ops = new OpTable(stored.getMetaInfoDef().getStrippedOpList().getOpList());
    variables = checkpoint.model();
    problems.addAll(variables.problems());
    TrainedModel model = trained(options);
    graph = model.graph();
    signature = model.signature();
    assumed = model.assumed();
  }

  private TrainedModel trained(ReadOptions options) {
    GraphDef all = stored.getGraphDef();
    try {
      return TrainedModel.of(path.toString(), all, ops, trainable(), options);
    } catch (UnsupportedFile unclear) {
      String why = String.valueOf(unclear.getMessage());
      problems.add(why);
      Signature none = new Signature(GraphEnds.NAME, List.of(), List.of());
      return new TrainedModel(all, none, List.of("weights alone: " + why));
    }
  }

  /** The nodes of the variables that are trained; of all where the file doesn't say. */
  private Set<String> trainable() {
    Set<String> named = new LinkedHashSet<>(CollectionReader.trainable(stored));
    if (named.isEmpty()) {
      stored.getGraphDef().getNodeList().stream()
          .filter(TrainingGraph::isVariable)
          .forEach(n -> named.add(n.getName()));
    }
    return named;
  }

  /** Reads the graph and the checkpoint's index; no variable yet. */
  public static MetaGraph open(Path path, ReadOptions options) throws IOException {
    Checkpoint checkpoint = checkpoint(path, options);
    try {
      return new MetaGraph(path, checkpoint, options);
    } catch (IOException | RuntimeException e) {
      checkpoint.close();
      throw e;
    }
  }

  /** That of its name, or of a wanted step: a program may write its graph once. */
  private static Checkpoint checkpoint(Path path, ReadOptions options) throws IOException {
    Path prefix = MetaGraphFile.prefix(path);
    Path folder = path.toAbsolutePath().getParent();
    if (options.step().isPresent() && folder != null) {
      return Checkpoint.open(folder, options);
    }
    if (Checkpoint.recognises(prefix)) {
      return Checkpoint.open(prefix, options);
    }
    MetaGraphFile.read(path);
    boolean hasOthers = folder != null && Checkpoint.recognises(folder);
    throw new DamagedFile(
        "%s: its checkpoint %s is not there (.index and .data files, or one file of V1); put it"
                .formatted(path, prefix.getFileName())
            + " beside it"
            + (hasOthers ? ", or choose one that is there with --step N" : ""));
  }

  public static boolean recognises(Path path) {
    return MetaGraphFile.recognises(path);
  }

  @Override
  public Provenance provenance() {
    String version = stored.getMetaInfoDef().getTensorflowVersion();
    return new Provenance(
        path.toString(),
        "training graph with " + variables.provenance().format(),
        version.isEmpty() ? "" : "TensorFlow " + version);
  }

  @Override
  public List<Signature> signatures() {
    return signature.outputs().isEmpty() ? List.of() : List.of(signature);
  }

  @Override
  public Signature originalSignature() {
    return signature;
  }

  @Override
  public GraphDef originalGraph() {
    return graph;
  }

  @Override
  public GraphDef inlinedGraph() {
    return new GraphPrinter(ops).print(chosen().graph(), graph.getVersions());
  }

  @Override
  public Optional<TrainingStep> trainingStep() {
    return signature.outputs().isEmpty() ? Optional.empty() : stepReader().read(signature);
  }

  @Override
  public Optional<Loss> loss(List<Signature.Tensor> results) throws IOException {
    Optional<Endpoint> end = signature.outputs().isEmpty() ? Optional.empty() : stepReader().loss();
    if (end.isEmpty()) {
      return Optional.empty();
    }
    VariableList list = VariableList.of(variables.variables());
    LossGraph.Parts parts =
        new LossGraph(path.toString(), graph, ops, holders(list), known(results), end.get())
            .parts();
    SignatureGraph computed = SignatureGraph.of(graph, ops, parts.signature());
    TfModel model =
        model(
            NodeReader.graph(computed.graph()),
            computed.signature(),
            Handles.of(computed.graph(), restored(), list));
    return Optional.of(new Loss(model, results.size(), parts.penalties(), parts.assumed()));
  }

  /** The model's own results, with what a translation knows of their shapes. */
  private List<Signature.Tensor> known(List<Signature.Tensor> results) {
    List<Signature.Tensor> known = new ArrayList<>();
    for (Signature.Tensor own : signature.outputs()) {
      results.stream()
          .filter(r -> r.key().equals(own.key()))
          .map(r -> new Signature.Tensor(own.key(), own.endpoint(), own.dtype(), r.dims()))
          .forEach(known::add);
    }
    return known;
  }

  private Map<String, Variable> holders(VariableList list) {
    return Handles.holders(stored.getGraphDef(), restored(), list);
  }

  private TrainingStepReader stepReader() {
    VariableList list = VariableList.of(variables.variables());
    return new TrainingStepReader(
        path.toString(),
        stored.getGraphDef(),
        ops,
        CollectionReader.read(stored.getCollectionDefMap()),
        holders(list),
        variables.tensors());
  }

  private synchronized SignatureGraph chosen() {
    if (chosen == null) {
      chosen = SignatureGraph.of(graph, ops, signature);
    }
    return chosen;
  }

  @Override
  public TfModel model() throws IOException {
    if (signature.outputs().isEmpty()) {
      return variables();
    }
    VariableList list = VariableList.of(variables.variables());
    return model(
        NodeReader.graph(chosen().graph()),
        chosen().signature(),
        Handles.of(chosen().graph(), restored(), list));
  }

  @Override
  public TfModel variables() throws IOException {
    return model(new Graph(List.of(), Map.of()), signature, Map.of());
  }

  private TfModel model(Graph inlined, Signature ends, Map<String, String> handles)
      throws IOException {
    VariableList list = VariableList.of(variables.variables());
    Map<String, Variable> holders = holders(list);
    List<Optimizer> optimizers = optimizers(holders);
    return new TfModel(
        provenance(),
        OptimizerRoles.of(optimizers, withoutUntrained(holders)),
        inlined,
        signatures(),
        ends,
        handles,
        Optional.empty(),
        optimizers,
        variables.tensors(),
        problems,
        assumed,
        CollectionReader.read(stored.getCollectionDefMap()));
  }

  private Map<String, String> restored() {
    return RestoredNames.of(stored.getGraphDef(), stored.getSaverDef().getRestoreOpName());
  }

  /** As the graph applies them; where it has none, as the names of the slots tell. */
  private List<Optimizer> optimizers(Map<String, Variable> holders) throws IOException {
    List<Optimizer> applied =
        AppliedOptimizers.of(new TrainingGraph(stored.getGraphDef()), holders, variables.tensors());
    return applied.isEmpty() ? variables.optimizers() : applied;
  }

  /** What the program does not train is no weight, whatever it is called; a buffer in PyTorch. */
  private List<Variable> withoutUntrained(Map<String, Variable> holders) {
    Set<String> trained = new HashSet<>();
    Set<String> untrained = new HashSet<>();
    Set<String> nodes = trainable();
    holders.forEach(
        (node, variable) -> (nodes.contains(node) ? trained : untrained).add(variable.name()));
    untrained.removeAll(trained);
    return variables.variables().stream()
        .map(
            v ->
                v.role() == Role.WEIGHT && untrained.contains(v.name())
                    ? v.withRole(Role.OTHER)
                    : v)
        .toList();
  }

  @Override
  public void close() throws IOException {
    checkpoint.close();
  }
}
