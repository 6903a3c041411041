package io.github.tf2torch.read.keras;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.KerasModel;
import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.model.source.Optimizer;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.read.keras.hdf5.Attribute;
import io.github.tf2torch.read.keras.hdf5.Group;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the HDF5 file of a model holds, in any of the layouts that Keras has had. */
final class H5Model {
  private static final Config ABSENT = new Config.Absent();

  private final Inventory inventory = new Inventory();
  private final List<Group> roots;
  private final String label;
  private Optional<KerasModel> keras = Optional.empty();
  private List<Optimizer> optimizers = List.of();

  /**
   * @param roots of the file, or of all parts of a sharded one
   * @param label how messages call it
   */
  H5Model(List<Group> roots, String label) {
    this.roots = List.copyOf(roots);
    this.label = label;
  }

  Inventory inventory() {
    return inventory;
  }

  Optional<KerasModel> keras() {
    return keras;
  }

  List<Optimizer> optimizers() {
    return optimizers;
  }

  /** Whether a {@code .h5} says that it is a model or the weights of one. */
  static boolean isLegacy(Group root) throws IOException {
    return root.names().contains("model_weights")
        || root.attributes().containsKey("model_config")
        || LegacyWeights.recognises(root);
  }

  /** Keras 3's layout: some group has {@code vars}. */
  static boolean isStore(Group root) {
    return root.names().contains("layers")
        || root.names().contains("_layer_checkpoint_dependencies")
        || root.names().contains("vars")
        || root.names().contains("optimizer");
  }

  void readLegacy() throws IOException {
    Group root = roots.get(0);
    if (!root.names().contains("model_weights") && !LegacyWeights.recognises(root)) {
      throw new DamagedFile(
          label
              + ": holds a model's configuration and no weights of it (no group model_weights);"
              + " save the whole model, with model.save(FILE)");
    }
    LegacyWeights weights = new LegacyWeights(inventory);
    weights.read(root.group("model_weights").orElse(root));
    String backend = said(root, "backend");
    Config training = json(root, "training_config");
    List<String> trained = weights.trained();
    if (json(root, "model_config") instanceof Config.Fields config) {
      LayerConfig model = MergedSequential.functional(LayerConfig.read(config));
      Layer layer = weights.attach(model);
      keras = Optional.of(model(model, layer, training, version(root), backend));
      trained = LegacyWeights.trained(layer);
    }
    noteTheano(backend);
    optimizers = new OptimizerReader(inventory, training, version(root)).legacy(root, trained);
  }

  /** The version of Keras that wrote a {@code .h5}; empty where it doesn't say. */
  static String version(Group root) throws IOException {
    return said(root, "keras_version");
  }

  /** What a file says of its writer: at its root or, in some versions, beside the weights. */
  private static String said(Group root, String attribute) throws IOException {
    Optional<String> atRoot = text(root, attribute);
    Optional<Group> weights = root.group("model_weights");
    return atRoot.isEmpty() && weights.isPresent()
        ? text(weights.get(), attribute).orElse("")
        : atRoot.orElse("");
  }

  static Optional<String> text(Group group, String attribute) throws IOException {
    Attribute found = group.attributes().get(attribute);
    return found == null ? Optional.empty() : found.text();
  }

  private Config json(Group root, String attribute) throws IOException {
    Optional<String> text = text(root, attribute);
    return text.isEmpty()
        ? ABSENT
        : JsonConfig.parse(text.get(), label + ": attribute \"" + attribute + "\"");
  }

  /**
   * @param config {@code config.json} of a {@code .keras}; absent for weights alone
   */
  void readStore(Config config, String kerasVersion) throws IOException {
    StoreNode root = StoreNode.read(roots.get(0), inventory, 0);
    for (int part = 1; part < roots.size(); part++) {
      root = root.with(StoreNode.read(roots.get(part), inventory, part));
    }
    StoreWeights weights = new StoreWeights(inventory);
    Config compiled = config.get("compile_config").orElse(ABSENT);
    if (config instanceof Config.Fields) {
      LayerConfig model = LayerConfig.read(config);
      keras = Optional.of(model(model, weights.attach(model, root), compiled, kerasVersion, ""));
    }
    for (StoreNode child : root.childrenAsWritten()) {
      if (child.path().equals("metrics")) {
        weights.addMetrics(child);
      } else if (!child.path().equals("optimizer")) {
        weights.addRest(child, child.isContainer() ? "" : child.lastName() + "/");
      }
    }
    StoreNode optimizer = root.children().get("optimizer");
    optimizers =
        new OptimizerReader(inventory, compiled, kerasVersion)
            .store(Optional.ofNullable(optimizer), weights.trained());
  }

  void readRaw() throws IOException {
    inventory.problem(label + " is no file of Keras; its arrays are given as they are");
    for (Group root : roots) {
      RawArrays.addAll(StoreNode.read(root, inventory, 0), inventory);
    }
  }

  /** Numbers that another backend would read otherwise; nothing of them is changed here. */
  private void noteTheano(String backend) {
    boolean hasTheanosOrder =
        keras.isPresent() && mentions(keras.get().root(), "dim_ordering", "th");
    if (backend.equals("theano")) {
      inventory.problem(
          "written on Theano, which turns the kernels of convolutions by half a circle: they are"
              + " given as stored");
    }
    if (hasTheanosOrder) {
      inventory.problem(
          "some layers have Theano's order of axes (dim_ordering \"th\"): their kernels are stored"
              + " as outputs, inputs, rows, columns");
    }
  }

  private static boolean mentions(Layer layer, String key, String value) {
    return layer.config().get(key).equals(Optional.of(new Config.Text(value)))
        || layer.layers().stream().anyMatch(part -> mentions(part, key, value));
  }

  private static KerasModel model(
      LayerConfig config, Layer root, Config training, String version, String backend) {
    Config own = config.config();
    return new KerasModel(
        root,
        Calls.tensors(own.get("input_layers")),
        Calls.tensors(own.get("output_layers")),
        training instanceof Config.Fields f && f.values().equals(Map.of()) ? ABSENT : training,
        version,
        backend);
  }
}
