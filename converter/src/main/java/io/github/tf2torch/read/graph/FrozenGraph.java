package io.github.tf2torch.read.graph;

import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Provenance;
import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.model.source.Signature;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.problem.BadRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tensorflow.proto.GraphDef;

/** A graph whose variables were made constants: {@code .pb} or {@code .pbtxt} (graph.proto). */
public final class FrozenGraph implements GraphSource {
  private final Path path;
  private final GraphDef stored;
  private final OpTable ops = new OpTable(List.of());
  private final Signature signature;
  private final SignatureGraph chosen;

  private FrozenGraph(Path path, ReadOptions options) throws IOException {
    this.path = path;
    stored = FrozenGraphFile.read(path);
    options
        .signature()
        .filter(s -> !s.equals(GraphEnds.NAME))
        .ifPresent(
            s -> {
              throw new BadRequest(
                  path + ": a frozen graph has no signature \"" + s + "\"; name --graph-outputs");
            });
    signature = GraphEnds.of(path.toString(), stored, ops, options);
    chosen = SignatureGraph.of(stored, ops, signature);
  }

  public static FrozenGraph open(Path path, ReadOptions options) throws IOException {
    return new FrozenGraph(path, options);
  }

  /** Whether the file begins as a GraphDef does, in binary or in text. */
  public static boolean recognises(Path path) throws IOException {
    return FrozenGraphFile.looksLikeOne(path);
  }

  @Override
  public Provenance provenance() {
    int producer = stored.getVersions().getProducer();
    return new Provenance(
        path.toString(), "frozen graph", producer == 0 ? "" : "GraphDef version " + producer);
  }

  @Override
  public List<Signature> signatures() {
    return List.of(signature);
  }

  @Override
  public Signature originalSignature() {
    return signature;
  }

  @Override
  public GraphDef originalGraph() {
    return stored;
  }

  @Override
  public GraphDef inlinedGraph() {
    return new GraphPrinter(ops).print(chosen.graph(), stored.getVersions());
  }

  @Override
  public TfModel model() {
    Graph graph = NodeReader.graph(chosen.graph());
    FrozenWeights weights = FrozenWeights.of(graph);
    return new TfModel(
        provenance(),
        weights.variables(),
        weights.thawed(graph),
        signatures(),
        chosen.signature(),
        weights.handles(),
        Optional.empty(),
        List.of(),
        weights.tensors(),
        problems());
  }

  private List<String> problems() {
    List<String> problems = new ArrayList<>();
    ops.unknown(stored).forEach(op -> problems.add("op " + op + " is not TensorFlow's own"));
    return problems;
  }

  @Override
  public void close() {
    // read as a whole when it was opened
  }
}
