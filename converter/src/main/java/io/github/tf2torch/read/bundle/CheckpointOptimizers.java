package io.github.tf2torch.read.bundle;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Optimizer;
import io.github.tf2torch.model.source.Role;
import io.github.tf2torch.model.source.TrainingConfig;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.tensor.ElementValue;
import io.github.tf2torch.tensor.TensorSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The optimizers whose state a checkpoint holds: their slots, each tied to its variable. */
final class CheckpointOptimizers {
  /** What counts steps, or holds powers that follow from the count. */
  private static final Pattern COUNTER =
      Pattern.compile(
          "(.*/)?(iter|iterations?|_iterations|beta[12]_power(_\\d+)?|momentum_cache|_?u_product"
              + "|current_loss_scale|good_steps)");

  /** Keras 3 names an optimizer after its class (src/optimizers/base_optimizer.py). */
  private static final Map<String, String> KERAS_CLASSES =
      Map.ofEntries(
          Map.entry("sgd", "SGD"),
          Map.entry("adam", "Adam"),
          Map.entry("adamw", "AdamW"),
          Map.entry("adamax", "Adamax"),
          Map.entry("nadam", "Nadam"),
          Map.entry("rmsprop", "RMSprop"),
          Map.entry("adagrad", "Adagrad"),
          Map.entry("adadelta", "Adadelta"),
          Map.entry("adafactor", "Adafactor"),
          Map.entry("ftrl", "Ftrl"),
          Map.entry("lion", "Lion"),
          Map.entry("lamb", "Lamb"),
          Map.entry("muon", "Muon"));

  private static final String LOSS_SCALE = "(.*/)?current_loss_scale(_\\d+)?";

  private static final Pattern KERAS_3 = Pattern.compile("(.*/)?_?optimizer/_variables/\\d+");
  private static final Pattern KERAS_3_OWN =
      Pattern.compile("(.*/)?_?optimizer/_(?<own>iterations|learning_rate)");

  /**
   * An optimizer before its numbers are read.
   *
   * @param settings hyperparameter → name of the variable that holds it
   */
  private record Draft(
      String name,
      String kind,
      Map<String, String> settings,
      List<Optimizer.Slot> slots,
      List<String> counters) {
    Draft(String name, String kind) {
      this(name, kind, new LinkedHashMap<>(), new ArrayList<>(), new ArrayList<>());
    }

    /** Takes in a variable of the optimizer's own. */
    void settle(String child, String variable) {
      if (COUNTER.matcher(child).matches() || child.equals("iterations")) {
        counters.add(variable);
      } else {
        settings.put(child, variable);
      }
    }
  }

  private final Map<String, Draft> drafts = new LinkedHashMap<>();

  private CheckpointOptimizers() {}

  /** Of a checkpoint by names, as TF1 writes it. */
  static CheckpointOptimizers byName(VariableList variables) {
    CheckpointOptimizers found = new CheckpointOptimizers();
    Set<String> names = new HashSet<>();
    variables.all().forEach(v -> names.add(v.name()));
    for (Variable variable : variables.all()) {
      SlotNames.of(variable.name(), names)
          .ifPresent(s -> found.add(s.optimizer(), s.kind(), slot(s, variable)));
    }
    if (found.drafts.size() == 1) {
      Draft only = found.drafts.values().iterator().next();
      variables.all().stream()
          .map(Variable::name)
          .filter(n -> COUNTER.matcher(n).matches())
          .forEach(only.counters()::add);
    }
    return found;
  }

  private static Optimizer.Slot slot(SlotNames names, Variable stored) {
    return new Optimizer.Slot(names.slot(), names.variable(), stored.name());
  }

  private void add(String name, String kind, Optimizer.Slot slot) {
    drafts.computeIfAbsent(name, n -> new Draft(n, kind)).slots().add(slot);
  }

  /** Of a checkpoint by objects: what the graph ties together, and what Keras 3 names so. */
  static CheckpointOptimizers byObject(VariableList variables, CheckpointObjects objects) {
    CheckpointOptimizers found = new CheckpointOptimizers();
    int number = 0;
    for (CheckpointObjects.SlotOwner owner : objects.slotOwners()) {
      found.owner("optimizer" + (number == 0 ? "" : "_" + number), owner, variables);
      number++;
    }
    for (CheckpointObjects.ListOwner owner : objects.listOwners()) {
      found.listed("optimizer" + (number == 0 ? "" : "_" + number), owner, variables);
      number++;
    }
    found.keras3(variables.all());
    return found;
  }

  private void owner(String name, CheckpointObjects.SlotOwner owner, VariableList variables) {
    Draft draft = new Draft(name, "");
    owner
        .children()
        .forEach(
            (child, key) -> variables.byKey(key).ifPresent(v -> draft.settle(child, v.name())));
    for (CheckpointObjects.SlotKeys slot : owner.slots()) {
      Optional<Variable> variable = variables.byKey(slot.variable());
      Optional<Variable> stored = variables.byKey(slot.stored());
      if (variable.isPresent() && stored.isPresent()) {
        draft
            .slots()
            .add(new Optimizer.Slot(slot.slot(), variable.get().name(), stored.get().name()));
      }
    }
    drafts.put(name, draft);
  }

  /** What Keras names as TensorFlow 2.11 to 2.15 have it; Keras 3's lists have other names. */
  private void listed(String name, CheckpointObjects.ListOwner owner, VariableList variables) {
    Set<String> listed = new HashSet<>(owner.listed());
    Set<String> weights =
        variables.all().stream()
            .filter(v -> !listed.contains(v.key()))
            .map(Variable::name)
            .collect(Collectors.toSet());
    List<ListedSlot> slots = new ArrayList<>();
    for (String key : owner.listed()) {
      variables.byKey(key).flatMap(v -> ListedSlot.of(v.name(), weights)).ifPresent(slots::add);
    }
    if (slots.isEmpty()) {
      return;
    }
    Draft draft = new Draft(name, kind(slots.get(0).scope()));
    owner
        .children()
        .forEach(
            (child, key) ->
                variables
                    .byKey(key)
                    .ifPresent(v -> draft.settle(child.replaceFirst("^_", ""), v.name())));
    slots.forEach(s -> draft.slots().add(new Optimizer.Slot(s.slot(), s.variable(), s.stored())));
    drafts.put(name, draft);
  }

  private static String kind(String scope) {
    String name = scope.toLowerCase(Locale.ROOT).replaceAll("_\\d+$", "");
    return KERAS_CLASSES.getOrDefault(name, "");
  }

  /** Keras 3's slots are variables {@code adam/PATH_momentum}, slashes of the path underscores. */
  private void keras3(List<Variable> variables) {
    List<Variable> weights =
        variables.stream()
            .filter(v -> !ObjectPath.of(v.key()).matches("(.*/)?_?optimizer/_[a-su-z].*"))
            .sorted(Comparator.comparingInt((Variable v) -> v.name().length()).reversed())
            .toList();
    for (Variable stored : variables) {
      String path = ObjectPath.of(stored.key());
      int slash = stored.name().indexOf('/');
      if (slash < 0) {
        continue;
      }
      String scope = stored.name().substring(0, slash);
      java.util.regex.Matcher own = KERAS_3_OWN.matcher(path);
      if (own.matches()) {
        draft(scope).settle(own.group("own"), stored.name());
      } else if (KERAS_3.matcher(path).matches()) {
        String rest = stored.name().substring(slash + 1);
        weights.stream()
            .filter(w -> rest.startsWith(w.name().replace('/', '_') + "_"))
            .findFirst()
            .ifPresent(
                w ->
                    draft(scope)
                        .slots()
                        .add(
                            new Optimizer.Slot(
                                rest.substring(w.name().length() + 1), w.name(), stored.name())));
      }
    }
  }

  private Draft draft(String scope) {
    return drafts.computeIfAbsent(scope, s -> new Draft(s, kind(s)));
  }

  /** The variables, those that belong to an optimizer in the roles that they play there. */
  List<Variable> withRoles(List<Variable> variables) {
    Set<String> slots = new HashSet<>();
    Set<String> counters = new HashSet<>();
    for (Draft draft : drafts.values()) {
      draft.slots().forEach(s -> slots.add(s.stored()));
      counters.addAll(draft.counters());
    }
    return variables.stream()
        .map(v -> slots.contains(v.name()) ? as(v, Role.SLOT) : v)
        .map(v -> counters.contains(v.name()) ? as(v, Role.COUNTER) : v)
        .toList();
  }

  private static Variable as(Variable v, Role role) {
    return new Variable(v.name(), v.key(), v.dtype(), v.shape(), role, v.aliases());
  }

  /** The optimizers, with the numbers that the checkpoint holds of them. */
  List<Optimizer> withValues(VariableList variables, TensorSource stored) throws IOException {
    List<Optimizer> optimizers = new ArrayList<>();
    for (Draft draft : drafts.values()) {
      Map<String, Config> values = new LinkedHashMap<>();
      for (Map.Entry<String, String> setting : draft.settings().entrySet()) {
        for (Variable v : variables.all()) {
          if (v.name().equals(setting.getValue()) && v.shape().rank() == 0 && v.bytes() > 0) {
            values.put(setting.getKey(), number(v, stored));
          }
        }
      }
      if (draft.counters().stream().anyMatch(c -> c.matches(LOSS_SCALE))) {
        values.put(TrainingConfig.LOSS_SCALE, new Config.Fields(Map.of()));
      }
      optimizers.add(
          new Optimizer(draft.name(), draft.kind(), values, draft.slots(), draft.counters()));
    }
    return optimizers;
  }

  private static Config number(Variable variable, TensorSource stored) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) variable.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    stored.read(variable.key(), 0, bytes);
    return variable.dtype().isFloating()
        ? new Config.Real(ElementValue.real(bytes, 0, variable.dtype()))
        : new Config.Whole(ElementValue.whole(bytes, 0, variable.dtype()));
  }
}
