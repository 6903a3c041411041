package io.github.tf2torch.read.keras;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Optimizer;
import io.github.tf2torch.model.source.Role;
import io.github.tf2torch.model.source.SnakeCase;
import io.github.tf2torch.model.source.TrainingConfig;
import io.github.tf2torch.read.keras.hdf5.Dataset;
import io.github.tf2torch.read.keras.hdf5.Group;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds the state of the optimizer in either layout of file. */
final class OptimizerReader {
  /** For files without a configuration: Keras names an optimizer after its class. */
  private static final List<String> KINDS =
      List.of(
          "Adam",
          "AdamW",
          "Adamax",
          "Nadam",
          "Lamb",
          "RMSprop",
          "SGD",
          "Adagrad",
          "Adadelta",
          "Ftrl",
          "Lion",
          "Adafactor",
          "Muon",
          "ScheduleFreeAdamW");

  private final Inventory inventory;
  private final Optional<TrainingConfig> config;
  private final String kerasVersion;

  OptimizerReader(Inventory inventory, Config compiled, String kerasVersion) {
    this.inventory = inventory;
    this.config = TrainingConfig.read(compiled);
    this.kerasVersion = kerasVersion;
  }

  /** From {@code optimizer_weights} of a {@code .h5}. */
  List<Optimizer> legacy(Group file, List<String> trained) throws IOException {
    Optional<Group> group = file.group("optimizer_weights");
    List<OptimizerArrays.Array> arrays = new ArrayList<>();
    List<String> names =
        group.isPresent() ? LegacyWeights.texts(group.get(), "weight_names") : List.of();
    for (String name : names) {
      Group weights = group.get();
      inventory
          .open(name, () -> LegacyWeights.dataset(weights, name))
          .ifPresent(
              d ->
                  arrays.add(
                      new OptimizerArrays.Array(
                          LegacyWeights.withoutOutput(name), "optimizer_weights/" + name, d)));
    }
    if (config.isEmpty() && arrays.isEmpty()) {
      return List.of();
    }
    TrainingConfig known = config.orElse(new TrainingConfig("", "optimizer", Map.of()));
    OptimizerEra era = OptimizerEra.of(kerasVersion);
    return List.of(new OptimizerArrays(inventory, trained).read(known, arrays, era));
  }

  /** From the {@code optimizer} of Keras 3's layout. */
  List<Optimizer> store(Optional<StoreNode> optimizer, List<String> trained) throws IOException {
    if (optimizer.isEmpty()) {
      return config.map(c -> List.of(stateless(c))).orElse(List.of());
    }
    StoreNode outer = optimizer.get();
    StoreNode inner = outer.children().getOrDefault("inner_optimizer", outer);
    boolean isScaled = outer.arrays().size() > inner.arrays().size();
    List<String> scaling = isScaled ? addScaling(outer) : List.of();
    List<OptimizerArrays.Array> arrays = new ArrayList<>();
    for (StoreNode.Array array : inner.arrays()) {
      Optional<Dataset> dataset = inventory.open(array.key(), array.opening());
      String number = array.key().substring(array.key().lastIndexOf('/') + 1);
      dataset.ifPresent(
          d -> arrays.add(new OptimizerArrays.Array("vars/" + number, array.key(), d)));
    }
    TrainingConfig known = config.orElseGet(() -> guessed(inner));
    Optimizer read =
        new OptimizerArrays(inventory, trained).read(known, arrays, OptimizerEra.NUMBERED);
    List<String> counters = new ArrayList<>(read.counters());
    counters.addAll(scaling);
    return List.of(
        new Optimizer(read.name(), read.kind(), read.hyperparameters(), read.slots(), counters));
  }

  private static Optimizer stateless(TrainingConfig config) {
    return new Optimizer(
        config.name(), config.kind(), config.hyperparameters(), List.of(), List.of());
  }

  /**
   * A LossScaleOptimizer of Keras 3 has four scalars, and lists the arrays of the one inside once
   * more; that of Keras 2 lists these alone, and has its scale in no file of this layout.
   */
  private List<String> addScaling(StoreNode outer) throws IOException {
    List<String> counters = new ArrayList<>();
    List<String> names = List.of("iteration", "learning_rate", "step_counter", "dynamic_scale");
    for (int i = 0; i < Math.min(names.size(), outer.arrays().size()); i++) {
      StoreNode.Array array = outer.arrays().get(i);
      String prefix = outer.savedName().orElse("loss_scale_optimizer");
      inventory.add(prefix + "/" + names.get(i), array.key(), Role.OTHER, array.opening());
      if (i > 1) {
        counters.add(prefix + "/" + names.get(i));
      }
    }
    return counters;
  }

  private static TrainingConfig guessed(StoreNode node) {
    String name = node.savedName().orElse("optimizer");
    String kind =
        KINDS.stream()
            .filter(k -> SnakeCase.of(k).equals(SnakeCase.withoutNumber(name)))
            .findFirst()
            .orElse("");
    return new TrainingConfig(kind, name, Map.of());
  }
}
