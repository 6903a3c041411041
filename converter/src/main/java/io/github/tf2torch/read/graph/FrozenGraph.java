package io.github.tf2torch.read.graph;

import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Provenance;
import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.model.source.Signature;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.problem.Problem;
import io.github.tf2torch.problem.UnsupportedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.GraphDef;

/**
 * A graph whose variables were made constants: {@code .pb} or {@code .pbtxt} (graph.proto). Large
 * constants stay in the file, which must not change while this is in use.
 */
public final class FrozenGraph implements GraphSource {
  private static final Set<String> VARIABLES =
      Set.of("VarHandleOp", "VariableV2", "Variable", "AutoReloadVariable");

  private final Path path;
  private final ReadOptions options;
  private final GraphDef stored;
  private final long bytes;
  private final OpTable ops = new OpTable(List.of());
  private @Nullable GraphEnds ends;
  private @Nullable SignatureGraph chosen;

  private FrozenGraph(Path path, ReadOptions options, MessageFile.Limits limits)
      throws IOException {
    this.path = path;
    this.options = options;
    stored = FrozenGraphFile.read(path, limits);
    bytes = Files.size(path);
    Optional<String> other = options.signature().filter(s -> !s.equals(GraphEnds.NAME));
    if (other.isPresent()) {
      throw new BadRequest(
          "%s: a frozen graph has no signature \"%s\"; name --graph-outputs"
              .formatted(path, other.get()));
    }
  }

  public static FrozenGraph open(Path path, ReadOptions options) throws IOException {
    return open(path, options, MessageFile.Limits.USUAL);
  }

  static FrozenGraph open(Path path, ReadOptions options, MessageFile.Limits limits)
      throws IOException {
    return new FrozenGraph(path, options, limits);
  }

  /** Whether the file begins as a GraphDef does, in binary or in text, or is named so. */
  public static boolean recognises(Path path) throws IOException {
    return FrozenGraphFile.looksLikeOne(path);
  }

  @Override
  public Provenance provenance() {
    int producer = stored.getVersions().getProducer();
    return new Provenance(
        path.toString(), "frozen graph", producer == 0 ? "" : "GraphDef version " + producer);
  }

  private synchronized GraphEnds ends() {
    if (ends == null) {
      ends = inThisFile(() -> GraphEnds.of(path.toString(), stored, ops, options));
    }
    return ends;
  }

  private synchronized SignatureGraph chosen() {
    if (chosen == null) {
      Signature signature = ends().signature();
      chosen = inThisFile(() -> SignatureGraph.of(stored, ops, signature));
    }
    return chosen;
  }

  @Override
  public List<Signature> signatures() {
    return List.of(ends().signature());
  }

  @Override
  public Signature originalSignature() {
    return ends().signature();
  }

  @Override
  public GraphDef originalGraph() {
    return stored;
  }

  @Override
  public GraphDef inlinedGraph() {
    return new GraphPrinter(ops).print(chosen().graph(), stored.getVersions());
  }

  @Override
  public TfModel model() {
    SignatureGraph flat = chosen();
    requireFrozen(flat.graph());
    Graph graph = inThisFile(() -> NodeReader.graph(flat.graph()));
    FrozenWeights weights = FrozenWeights.of(graph);
    return new TfModel(
        provenance(),
        weights.variables(),
        weights.thawed(graph),
        signatures(),
        flat.signature(),
        weights.handles(),
        Optional.empty(),
        List.of(),
        new UnchangedFile(path, bytes, weights.tensors()),
        problems(),
        ends().assumed(),
        Map.of());
  }

  /** Every constant of the file, whatever takes it, so that none is out of reach. */
  @Override
  public TfModel variables() {
    return constants(List.of());
  }

  private TfModel constants(List<String> said) {
    FrozenConstants constants = inThisFile(() -> FrozenConstants.of(stored));
    List<String> problems = new ArrayList<>(said);
    problems.addAll(problems());
    problems.addAll(constants.problems());
    return TfModel.of(
        provenance(),
        constants.variables(),
        List.of(),
        new UnchangedFile(path, bytes, constants.tensors()),
        problems);
  }

  /** Where it can't be run as it is, its constants and why. */
  @Override
  public TfModel overview() {
    try {
      return model();
    } catch (UnsupportedFile e) {
      return constants(List.of(String.valueOf(e.getMessage())));
    }
  }

  private void requireFrozen(FlatGraph graph) {
    List<String> open =
        graph.nodes().stream().filter(n -> VARIABLES.contains(n.op())).map(FlatNode::name).toList();
    if (!open.isEmpty()) {
      throw new UnsupportedFile(
          ("%s: the graph is not frozen: it reads %d variables, such as \"%s\", whose values are"
                  + " in a checkpoint; give that, or freeze the graph")
              .formatted(path, open.size(), open.get(0)));
    }
  }

  private List<String> problems() {
    List<String> problems = new ArrayList<>();
    ops.unknown(stored).forEach(op -> problems.add("op " + op + " is not TensorFlow's own"));
    return problems;
  }

  /** What is wrong with a graph, said of the file. */
  private <T> T inThisFile(Supplier<T> reading) {
    try {
      return reading.get();
    } catch (DamagedFile e) {
      throw new DamagedFile(inThisFile(e), e);
    } catch (UnsupportedFile e) {
      throw new UnsupportedFile(inThisFile(e), e);
    }
  }

  private String inThisFile(Problem problem) {
    String message = String.valueOf(problem.getMessage());
    return message.startsWith(path + ": ") ? message : path + ": " + message;
  }

  @Override
  public void close() {
    // what of the file is still mapped is let go with the last reference to it
  }
}
