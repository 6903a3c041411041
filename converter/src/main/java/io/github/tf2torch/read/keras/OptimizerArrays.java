package io.github.tf2torch.read.keras;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Optimizer;
import io.github.tf2torch.model.source.Role;
import io.github.tf2torch.model.source.TrainingConfig;
import io.github.tf2torch.read.keras.hdf5.Dataset;
import io.github.tf2torch.tensor.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Ties each array of an optimizer to the variable that it belongs to: by its name where the file
 * has one that says so, else by its place in the order of Keras, shapes being the judge.
 */
final class OptimizerArrays {
  private static final Set<String> COUNTERS =
      Set.of("iteration", "iterations", "iter", "u_product", "m_schedule", "momentum_cache");

  private final Inventory inventory;
  private final List<String> trained;
  private final List<Optimizer.Slot> slots = new ArrayList<>();
  private final List<String> counters = new ArrayList<>();
  private final Map<String, Config> hyperparameters = new LinkedHashMap<>();

  /** An array as it stands in the file. */
  record Array(String name, String key, Dataset dataset) {}

  OptimizerArrays(Inventory inventory, List<String> trained) {
    this.inventory = inventory;
    this.trained = trained;
  }

  /**
   * @param arrays in Keras's order
   */
  Optimizer read(TrainingConfig config, List<Array> arrays, OptimizerEra era) throws IOException {
    hyperparameters.putAll(config.hyperparameters());
    Optional<List<SlotPlan.Assignment>> found =
        era.hasNames() ? byNames(arrays, shapes(trained)) : Optional.empty();
    List<Shape> stored = arrays.stream().map(a -> a.dataset().shape()).toList();
    for (List<String> order : era.orders(trained)) {
      for (SlotPlan plan : SlotPlan.of(config, era)) {
        found = found.isPresent() ? found : plan.match(stored, shapes(order));
      }
    }
    for (int i = 0; i < arrays.size(); i++) {
      Array array = arrays.get(i);
      if (found.isPresent()) {
        add(array, found.get().get(i), config, era);
      } else {
        String name = era.hasNames() ? array.name() : config.name() + "/" + array.name();
        inventory.add(name, array.key(), Role.OTHER, array::dataset);
      }
    }
    if (found.isEmpty() && !arrays.isEmpty()) {
      inventory.problem(
          "the %d arrays of optimizer \"%s\" (%s) are in no order that is known for %d trained variables; they are kept untied"
              .formatted(arrays.size(), config.name(), config.kind(), trained.size()));
    }
    return new Optimizer(config.name(), config.kind(), hyperparameters, slots, counters);
  }

  private Map<String, Shape> shapes(List<String> names) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    names.forEach(name -> shapes.put(name, inventory.shape(name)));
    return shapes;
  }

  private void add(
      Array array, SlotPlan.Assignment assignment, TrainingConfig config, OptimizerEra era)
      throws IOException {
    String slot = assignment.slot();
    boolean isCounter = COUNTERS.contains(slot);
    Role role =
        assignment.variable().isPresent() ? Role.SLOT : isCounter ? Role.COUNTER : Role.OTHER;
    // As Keras 3 calls it: Optimizer.add_variable_from_reference.
    String made =
        config.name()
            + "/"
            + assignment.variable().map(v -> v.replace('/', '_') + "_").orElse("")
            + slot;
    Optional<String> name =
        inventory.add(era.hasNames() ? array.name() : made, array.key(), role, array::dataset);
    if (name.isEmpty()) {
      return;
    }
    if (!isUnused(array, assignment)) {
      assignment.variable().ifPresent(v -> slots.add(new Optimizer.Slot(slot, v, name.get())));
    }
    if (isCounter) {
      counters.add(name.get());
    }
    if (slot.equals("learning_rate")) {
      // The variable is what training left; the configuration is what it began with.
      inventory
          .scalar(name.get())
          .ifPresent(value -> hyperparameters.put("learning_rate", new Config.Real(value)));
    }
  }

  /** Keras up to 2.3 keeps one zero in the place of each vhat when amsgrad is off (Adam). */
  private boolean isUnused(Array array, SlotPlan.Assignment assignment) {
    Config amsgrad = hyperparameters.getOrDefault("amsgrad", new Config.Absent());
    return assignment.slot().equals("vhat")
        && amsgrad.equals(new Config.Bool(false))
        && array.dataset().shape().equals(Shape.of(1));
  }

  /**
   * {@code Adam/dense/kernel/m} of TensorFlow's Keras 2, {@code Adam/m/dense/kernel} since 2.11,
   * {@code adam/dense_kernel_momentum} of Keras 3; empty where an array's name names no variable.
   */
  private Optional<List<SlotPlan.Assignment>> byNames(
      List<Array> arrays, Map<String, Shape> shapes) {
    List<String> longestFirst =
        shapes.keySet().stream()
            .sorted(Comparator.comparingInt(String::length).reversed())
            .toList();
    List<SlotPlan.Assignment> found = new ArrayList<>();
    for (Array array : arrays) {
      boolean isScalar = array.dataset().shape().rank() == 0;
      Optional<SlotPlan.Assignment> tied =
          longestFirst.stream()
              .filter(v -> shapes.get(v).equals(array.dataset().shape()))
              .flatMap(v -> slotOf(array.name(), v).stream().map(s -> tie(s, v)))
              .findFirst();
      if (tied.isEmpty() && !isScalar) {
        return Optional.empty();
      }
      String last = array.name().substring(array.name().lastIndexOf('/') + 1);
      found.add(tied.orElseGet(() -> new SlotPlan.Assignment(scalar(last), Optional.empty())));
    }
    return Optional.of(found);
  }

  private static SlotPlan.Assignment tie(String slot, String variable) {
    return new SlotPlan.Assignment(slot, Optional.of(variable));
  }

  /** Keras numbers what is created twice: {@code iterations_1}. */
  private static String scalar(String name) {
    return name.replaceFirst("_\\d+$", "");
  }

  private static Optional<String> slotOf(String stored, String variable) {
    if (stored.endsWith("/" + variable)) {
      String before = stored.substring(0, stored.length() - variable.length() - 1);
      return Optional.of(before.substring(before.lastIndexOf('/') + 1));
    }
    int at = stored.lastIndexOf("/" + variable + "/");
    if (at >= 0) {
      String after = stored.substring(at + variable.length() + 2);
      return after.contains("/") ? Optional.empty() : Optional.of(after);
    }
    String flat = variable.replace('/', '_') + "_";
    String last = stored.substring(stored.lastIndexOf('/') + 1);
    return last.startsWith(flat) ? Optional.of(last.substring(flat.length())) : Optional.empty();
  }
}
