package io.github.tf2torch.read.graph;

import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Optimizer;
import io.github.tf2torch.model.source.Provenance;
import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.model.source.Signature;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.problem.UnsupportedFile;
import io.github.tf2torch.read.bundle.Bundle;
import io.github.tf2torch.read.bundle.VariableList;
import io.github.tf2torch.tensor.RenamedTensors;
import io.github.tf2torch.tensor.TensorSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;

/** A SavedModel's folder, of TF1 or TF2 (saved_model.proto). Open until its bytes are read. */
public final class SavedModel implements GraphSource {
  private static final Pattern KERAS_VERSION =
      Pattern.compile("\"keras_version\": ?\"([0-9A-Za-z.+-]+)\"");

  private final Path path;
  private final Optional<String> wanted;
  private final Path folder;
  private final MetaGraphDef stored;
  private final OpTable ops;
  private final @Nullable Bundle bundle;
  private final VariableList variables;
  private final Map<String, String> keys;
  private final Map<String, Signature> signatures;
  private final String writer;
  private final List<String> problems = new ArrayList<>();
  private final List<String> assumed;
  private final Map<String, SignatureGraph> graphs = new HashMap<>();

  private SavedModel(Path path, Path folder, ReadOptions options) throws IOException {
    this.path = path;
    wanted = options.signature();
    this.folder = folder;
    TagSet chosen = TagSet.choose(path.toString(), SavedModelFile.read(folder), options.tags());
    stored = chosen.graph();
    assumed = chosen.assumed().stream().toList();
    writer = writer(stored, folder);
    ops = new OpTable(stored.getMetaInfoDef().getStrippedOpList().getOpList());
    signatures = SignatureReader.read(stored.getSignatureDefMap(), problems);
    Path prefix = prefix(folder);
    boolean hasVariables = Files.exists(prefix.resolveSibling("variables.index"));
    bundle = hasVariables ? Bundle.open(prefix) : null;
    try {
      if (bundle == null) {
        variables = VariableList.byName(List.of());
        keys = Map.of();
      } else if (bundle.contains(ObjectGraph.KEY) && stored.hasObjectGraphDef()) {
        ObjectGraph objects = objects(bundle);
        variables =
            VariableList.byObject(
                bundle.entries().values(), objects.namesByKey(), objects.copies());
        keys = objects.keysOfHandles(stored.getGraphDef().getNodeList());
      } else {
        variables = VariableList.byName(bundle.entries().values());
        keys = RestoredNames.of(stored.getGraphDef(), stored.getSaverDef().getRestoreOpName());
      }
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Reads the graph and the checkpoint's index; no variable yet.
   *
   * @param path the folder, or {@code saved_model.pb} in it
   */
  public static SavedModel open(Path path, ReadOptions options) throws IOException {
    return new SavedModel(path, SavedModelFile.folder(path), options);
  }

  /** The same, of the signature that is served. */
  public static SavedModel open(Path path) throws IOException {
    return open(path, ReadOptions.defaults());
  }

  /** Whether {@code path} is a SavedModel's folder or its protocol buffer. */
  public static boolean recognises(Path path) {
    return SavedModelFile.isSavedModel(path);
  }

  private ObjectGraph objects(Bundle opened) throws IOException {
    List<byte[]> graph = opened.strings(ObjectGraph.KEY);
    if (graph.size() != 1) {
      throw new UnsupportedFile(
          folder + ": \"" + ObjectGraph.KEY + "\" holds " + graph.size() + " texts, expected 1");
    }
    return ObjectGraph.of(stored.getObjectGraphDef(), graph.get(0), folder.toString());
  }

  @Override
  public Provenance provenance() {
    boolean isHub = SavedModelFile.isHubModule(folder);
    return new Provenance(path.toString(), isHub ? "TF1 Hub module" : "SavedModel", writer);
  }

  @Override
  public List<Signature> signatures() {
    return List.copyOf(signatures.values());
  }

  /** Without a wish, {@code serving_default} or the only one. */
  @Override
  public Signature originalSignature() {
    return chosen(wanted);
  }

  private Signature chosen(Optional<String> name) {
    return SignatureReader.choose(path.toString(), signatures, name);
  }

  @Override
  public GraphDef originalGraph() {
    return stored.getGraphDef();
  }

  @Override
  public GraphDef inlinedGraph() {
    return new GraphPrinter(ops).print(graph(wanted).graph(), stored.getGraphDef().getVersions());
  }

  private SignatureGraph graph(Optional<String> name) {
    Signature original = chosen(name);
    return graphs.computeIfAbsent(
        original.name(), n -> SignatureGraph.of(stored.getGraphDef(), ops, original));
  }

  @Override
  public TfModel model() throws IOException {
    return model(wanted);
  }

  /** The model that another signature runs; without a wish, the one that is served. */
  public TfModel model(Optional<String> name) throws IOException {
    SignatureGraph chosen = graph(name);
    if (bundle == null) {
      refuseLost(Handles.nodes(chosen.graph()));
    }
    Map<String, String> handles = Handles.of(chosen.graph(), keys, variables);
    Graph inlined = NodeReader.graph(chosen.graph());
    return bundle == null
        ? frozen(FrozenWeights.of(inlined), inlined, chosen.signature())
        : model(inlined, chosen.signature(), handles, problems);
  }

  /** A graph that reads variables, and no checkpoint beside it. */
  private void refuseLost(List<String> names) {
    if (!names.isEmpty()) {
      throw new DamagedFile(
          "%s: %s.index is not there, which holds the graph's %d variables, such as \"%s\"; copy the"
                  .formatted(path, prefix(folder), names.size(), names.get(0))
              + " folder \"variables\" that was written beside saved_model.pb");
    }
  }

  /** One that was frozen before it was saved: its constants are its variables. */
  private TfModel frozen(FrozenWeights weights, Graph inlined, Signature signature)
      throws IOException {
    TfModel model = model(weights.thawed(inlined), signature, weights.handles(), problems);
    return model.withVariables(weights.variables(), weights.tensors());
  }

  @Override
  public TfModel variables() throws IOException {
    if (bundle != null) {
      return withoutComputation(problems);
    }
    FrozenConstants constants = FrozenConstants.of(stored.getGraphDef());
    List<String> all = new ArrayList<>(problems);
    all.addAll(constants.problems());
    return withoutComputation(all).withVariables(constants.variables(), constants.tensors());
  }

  /** Where nobody has chosen one of several signatures, everything but a computation. */
  @Override
  public TfModel overview() throws IOException {
    if (wanted.isPresent() || SignatureReader.preferred(signatures).isPresent()) {
      return model();
    }
    List<String> all = new ArrayList<>(problems);
    all.add(
        signatures.isEmpty()
            ? "there is no signature, so that there is nothing to run"
            : "none of its signatures is the default; choose one with --signature");
    return withoutComputation(all);
  }

  private TfModel withoutComputation(List<String> said) throws IOException {
    Signature none = new Signature("", List.of(), List.of());
    return model(new Graph(List.of(), Map.of()), none, Map.of(), said);
  }

  private TfModel model(
      Graph graph, Signature signature, Map<String, String> handles, List<String> said)
      throws IOException {
    List<Optimizer> optimizers = optimizers();
    return new TfModel(
        provenance(),
        OptimizerRoles.of(optimizers, variables.all()),
        graph,
        signatures(),
        signature,
        handles,
        Optional.empty(),
        optimizers,
        tensors(),
        said,
        assumed,
        collections());
  }

  /** Those of a TF1 program; what TF2 leaves there is for its own loader. */
  private Map<String, List<String>> collections() {
    return stored.hasObjectGraphDef()
        ? Map.of()
        : CollectionReader.read(stored.getCollectionDefMap());
  }

  private List<Optimizer> optimizers() throws IOException {
    if (bundle == null) {
      return List.of();
    }
    List<Optimizer> ofGraph =
        SavedOptimizers.ofGraph(stored.getGraphDef(), keys, variables, tensors());
    return ofGraph.isEmpty()
        ? SavedOptimizers.ofCheckpoint(
            prefix(folder), variables, KerasMetadata.trainingConfig(stored, folder))
        : ofGraph;
  }

  private static Path prefix(Path folder) {
    return folder.resolve("variables").resolve("variables");
  }

  private TensorSource tensors() {
    Map<String, String> keysByName = new HashMap<>();
    variables.all().forEach(v -> keysByName.put(v.name(), v.key()));
    if (bundle == null) {
      return (variable, offset, target) -> {
        throw new IllegalArgumentException("no variable is named \"" + variable + "\"");
      };
    }
    return new RenamedTensors(keysByName, bundle);
  }

  private static String writer(MetaGraphDef stored, Path folder) throws IOException {
    String version = stored.getMetaInfoDef().getTensorflowVersion();
    if (version.isEmpty()) {
      return "";
    }
    Path metadata = folder.resolve("keras_metadata.pb");
    if (!Files.isRegularFile(metadata)) {
      return "TensorFlow " + version;
    }
    Matcher keras =
        KERAS_VERSION.matcher(
            new String(Files.readAllBytes(metadata), StandardCharsets.ISO_8859_1));
    return "TensorFlow " + version + (keras.find() ? ", Keras " + keras.group(1) : "");
  }

  @Override
  public void close() throws IOException {
    if (bundle != null) {
      bundle.close();
    }
  }
}
