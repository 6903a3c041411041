package io.github.tf2torch.read.graph;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Optimizer;
import io.github.tf2torch.model.source.Provenance;
import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.model.source.Role;
import io.github.tf2torch.model.source.Signature;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.read.bundle.Checkpoint;
import io.github.tf2torch.read.bundle.VariableList;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;

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
  private final Set<NodeDef> needed = new HashSet<>();
  private final List<String> assumed = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private @Nullable SignatureGraph chosen;

  private MetaGraph(Path path, Checkpoint checkpoint, ReadOptions options) throws IOException {
    this.path = path;
    this.checkpoint = checkpoint;
    stored = MetaGraphFile.read(path);
    ops = new OpTable(stored.getMetaInfoDef().getStrippedOpList().getOpList());
    variables = checkpoint.model();
    problems.addAll(variables.problems());
    TrainingGraph training = new TrainingGraph(stored.getGraphDef());
    List<Logits.Found> logits = options.outputs().isEmpty() ? Logits.of(training) : List.of();
    List<Endpoint> outputs =
        options.outputs().isEmpty()
            ? logits.stream().map(l -> References.endpoint(l.tensor())).toList()
            : options.outputs();
    if (outputs.isEmpty()) {
      graph = stored.getGraphDef();
      signature = new Signature(GraphEnds.NAME, List.of(), List.of());
      problems.add(
          "no loss is recognised in the graph, so that its outputs are not known; name them with"
              + " --graph-outputs");
      return;
    }
    outputs.forEach(o -> needed.addAll(training.behind(o.toString())));
    ModePlaceholders mode = ModePlaceholders.among(needed, training);
    graph = mode.withDefaults(stored.getGraphDef());
    ReadOptions ends =
        new ReadOptions(
            options.signature(), options.tags(), options.step(), options.inputs(), outputs);
    signature = GraphEnds.of(path.toString(), graph, ops, ends).signature();
    logits.forEach(
        l ->
            assumed.add(
                "the model ends at " + l.tensor() + ", which the loss " + l.loss() + " takes"));
    if (options.inputs().isEmpty() && !signature.inputs().isEmpty()) {
      assumed.add(
          "its inputs are the placeholders that it needs: "
              + signature.inputs().stream()
                  .map(Signature.Tensor::key)
                  .collect(Collectors.joining(", ")));
    }
    assumed.addAll(mode.assumed());
  }

  /** Reads the graph and the checkpoint's index; no variable yet. */
  public static MetaGraph open(Path path, ReadOptions options) throws IOException {
    Path prefix = MetaGraphFile.prefix(path);
    if (!Checkpoint.recognises(prefix)) {
      MetaGraphFile.read(path);
      throw new DamagedFile(
          "%s: its checkpoint %s is not there (.index and .data files, or one file of V1); put it"
                  .formatted(path, prefix.getFileName())
              + " beside it");
    }
    Checkpoint checkpoint = Checkpoint.open(prefix, options);
    try {
      return new MetaGraph(path, checkpoint, options);
    } catch (IOException | RuntimeException e) {
      checkpoint.close();
      throw e;
    }
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

  private synchronized SignatureGraph chosen() {
    if (chosen == null) {
      chosen = SignatureGraph.of(graph, ops, signature);
    }
    return chosen;
  }

  @Override
  public TfModel model() {
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
  public TfModel variables() {
    return model(new Graph(List.of(), Map.of()), signature, Map.of());
  }

  private TfModel model(Graph inlined, Signature ends, Map<String, String> handles) {
    Map<String, String> names = names();
    List<Optimizer> optimizers = optimizers(names);
    return new TfModel(
        provenance(),
        inRoles(optimizers, names),
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

  /** Each node that holds a variable → the variable's name. */
  private Map<String, String> names() {
    Map<String, String> names = new HashMap<>();
    VariableList list = VariableList.of(variables.variables());
    Map<String, String> restored = restored();
    for (NodeDef node : stored.getGraphDef().getNodeList()) {
      if (TrainingGraph.isVariable(node)) {
        Handles.name(node, restored, list).ifPresent(n -> names.put(node.getName(), n));
      }
    }
    return names;
  }

  private Map<String, String> restored() {
    return RestoredNames.of(stored.getGraphDef(), stored.getSaverDef().getRestoreOpName());
  }

  /** As the graph applies them; where it has none, as the names of the slots tell. */
  private List<Optimizer> optimizers(Map<String, String> names) {
    List<Optimizer> applied = AppliedOptimizers.of(new TrainingGraph(stored.getGraphDef()), names);
    return applied.isEmpty() ? variables.optimizers() : applied;
  }

  /** What is neither trained nor needed by the model is a number of the optimizer's own. */
  private List<Variable> inRoles(List<Optimizer> optimizers, Map<String, String> names) {
    Set<String> ofModel = new HashSet<>(CollectionReader.trainable(stored));
    needed.forEach(n -> ofModel.add(names.getOrDefault(n.getName(), "")));
    Set<String> slots = new HashSet<>();
    Set<String> counters = new HashSet<>();
    for (Optimizer optimizer : optimizers) {
      optimizer.slots().forEach(s -> slots.add(s.stored()));
      counters.addAll(optimizer.counters());
    }
    return variables.variables().stream()
        .map(
            v ->
                slots.contains(v.name())
                    ? as(v, Role.SLOT)
                    : counters.contains(v.name()) ? as(v, Role.COUNTER) : v)
        .map(
            v ->
                v.role() == Role.WEIGHT && !needed.isEmpty() && !ofModel.contains(v.name())
                    ? as(v, Role.OTHER)
                    : v)
        .toList();
  }

  private static Variable as(Variable v, Role role) {
    return new Variable(v.name(), v.key(), v.dtype(), v.shape(), role, v.aliases());
  }

  @Override
  public void close() throws IOException {
    checkpoint.close();
  }
}
