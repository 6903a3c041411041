package io.github.tf2torch.read.keras;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.TrainingConfig;
import io.github.tf2torch.tensor.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The order in which an optimizer keeps its arrays, where they have no names: some scalars, rounds
 * over the trained variables with one or more slots each, more scalars.
 */
record SlotPlan(List<String> first, List<List<String>> rounds, List<String> last) {
  /** What an array of an optimizer is. Of no variable where it counts something. */
  record Assignment(String slot, Optional<String> variable) {}

  private static final String ITERATION = "iteration";
  private static final String LEARNING_RATE = "learning_rate";

  /** A velocity that only vectors and what has more than four axes have. */
  private static final String MUON_VELOCITY = "velocity of vectors";

  /** Adafactor's before Keras 3, which lists no placeholders for the means of vectors. */
  private static final List<String> OLD_ADAFACTOR =
      List.of("row of matrices", "column of matrices", "velocity");

  /** The orders that an optimizer of that class may have written, the likelier first. */
  static List<SlotPlan> of(TrainingConfig config, OptimizerEra era) {
    List<SlotPlan> plans = new ArrayList<>();
    String kind = config.kind();
    Map<String, Config> options = config.hyperparameters();
    if (era.isBeforeTensorflow()) {
      addOldest(plans, kind);
    }
    if (options.isEmpty()) {
      for (List<String> on : OPTIONS) {
        Map<String, Config> assumed = new HashMap<>();
        on.forEach(option -> assumed.put(option, new Config.Bool(true)));
        addNumbered(plans, kind, assumed);
      }
    } else {
      addNumbered(plans, kind, options);
    }
    return plans;
  }

  /** What weights without a configuration may have been trained with. */
  private static final List<List<String>> OPTIONS =
      List.of(List.of(), List.of("amsgrad"), List.of("momentum"), List.of("momentum", "centered"));

  private static void addNumbered(List<SlotPlan> plans, String kind, Map<String, Config> options) {
    Optional<List<List<String>>> rounds = rounds(kind, options);
    if (rounds.isPresent()) {
      List<String> last = kind.equals("Nadam") ? List.of("u_product") : List.of();
      plans.add(new SlotPlan(List.of(ITERATION, LEARNING_RATE), rounds.get(), last));
      plans.add(new SlotPlan(List.of(ITERATION), rounds.get(), last));
      // tf.keras of TensorFlow 2.12 to 2.15: Nadam's product is no variable of its list
      List<List<String>> old = new ArrayList<>(rounds.get());
      old.replaceAll(
          round -> kind.equals("Adafactor") && round.size() == 3 ? OLD_ADAFACTOR : round);
      plans.add(new SlotPlan(List.of(ITERATION), old, List.of()));
    }
  }

  /** {@code build} of each class in {@code keras/src/optimizers}, and of its base class. */
  private static Optional<List<List<String>>> rounds(String kind, Map<String, Config> options) {
    List<List<String>> rounds = new ArrayList<>();
    addIf(rounds, isOn(options, "use_ema"), "average");
    addIf(rounds, isOn(options, "gradient_accumulation_steps"), "gradient_accumulator");
    switch (kind) {
      case "Adam", "AdamW", "Lamb", "Nadam", "ScheduleFreeAdamW" -> {
        rounds.add(List.of("momentum", "velocity"));
        addIf(rounds, isOn(options, "amsgrad"), "velocity_hat");
      }
      case "Adamax" -> rounds.add(List.of("momentum", "norm"));
      case "Adadelta" -> rounds.add(List.of("accumulated_grad", "accumulated_delta_var"));
      case "Adagrad" -> rounds.add(List.of("accumulator"));
      case "Ftrl" -> rounds.add(List.of("accumulator", "linear"));
      case "Lion" -> rounds.add(List.of("momentum"));
      case "SGD" -> addIf(rounds, isOn(options, "momentum"), "momentum");
      case "RMSprop" -> {
        rounds.add(List.of("velocity"));
        addIf(rounds, isOn(options, "momentum"), "momentum");
        addIf(rounds, isOn(options, "centered"), "average_gradient");
      }
      case "Adafactor" -> rounds.add(List.of("row", "column", "velocity"));
      case "Muon" -> rounds.add(List.of("momentum", MUON_VELOCITY));
      default -> {
        return Optional.empty();
      }
    }
    return Optional.of(rounds);
  }

  /** {@code get_updates} of each class in {@code keras/optimizers.py} up to 2.3. */
  private static void addOldest(List<SlotPlan> plans, String kind) {
    List<List<String>> rounds =
        switch (kind) {
          case "Adam", "Nadam" -> List.of(List.of("m"), List.of("v"));
          case "Adamax" -> List.of(List.of("m"), List.of("u"));
          case "SGD" -> List.of(List.of("momentum"));
          case "RMSprop", "Adagrad" -> List.of(List.of("accumulator"));
          case "Adadelta" -> List.of(List.of("accumulator"), List.of("delta_accumulator"));
          default -> List.of();
        };
    if (rounds.isEmpty()) {
      return;
    }
    if (kind.equals("Adam")) {
      List<List<String>> amsgrad = List.of(List.of("m"), List.of("v"), List.of("vhat"));
      plans.add(new SlotPlan(List.of("iterations"), amsgrad, List.of()));
    }
    plans.add(new SlotPlan(List.of("iterations"), rounds, List.of()));
    plans.add(new SlotPlan(List.of(), rounds, List.of()));
    plans.add(new SlotPlan(List.of("iterations", "m_schedule"), rounds, List.of()));
  }

  private static void addIf(List<List<String>> rounds, boolean isOn, String slot) {
    if (isOn) {
      rounds.add(List.of(slot));
    }
  }

  private static boolean isOn(Map<String, Config> options, String key) {
    Config value = options.get(key);
    return value instanceof Config.Bool b && b.value()
        || value instanceof Config.Real r && r.value() != 0
        || value instanceof Config.Whole w && w.value() != 0;
  }

  /** What each array is; empty where number or shapes of the arrays are not this plan's. */
  Optional<List<Assignment>> match(List<Shape> arrays, Map<String, Shape> trained) {
    List<Assignment> found = new ArrayList<>();
    first.forEach(slot -> found.add(new Assignment(slot, Optional.empty())));
    for (List<String> round : rounds) {
      for (Map.Entry<String, Shape> variable : trained.entrySet()) {
        for (String slot : round) {
          if (!isLeftOut(slot, variable.getValue())) {
            String word = slot.replaceFirst(" of .*", "");
            found.add(new Assignment(word, Optional.of(variable.getKey())));
          }
        }
      }
    }
    last.forEach(slot -> found.add(new Assignment(slot, Optional.empty())));
    if (found.size() != arrays.size()) {
      return Optional.empty();
    }
    for (int i = 0; i < arrays.size(); i++) {
      Assignment assignment = found.get(i);
      Shape variable = assignment.variable.map(trained::get).orElse(Shape.of());
      if (!fits(assignment, arrays.get(i), variable)) {
        return Optional.empty();
      }
    }
    return Optional.of(found);
  }

  private static boolean isLeftOut(String slot, Shape variable) {
    return slot.equals(MUON_VELOCITY) && isMatrix(variable)
        || slot.endsWith(" of matrices") && variable.rank() < 2;
  }

  /** What Muon itself steps, and not the Adam inside of it: {@code _should_use_adamw}. */
  private static boolean isMatrix(Shape variable) {
    return variable.rank() >= 2 && variable.rank() <= 4;
  }

  private static boolean fits(Assignment assignment, Shape array, Shape variable) {
    List<Long> dims = variable.dims();
    int rank = variable.rank();
    return switch (assignment.slot) {
      case "row" -> array.dims().equals(rank < 2 ? List.of() : dims.subList(0, rank - 1));
      case "column" -> {
        List<Long> without = new ArrayList<>(dims);
        if (rank >= 2) {
          without.remove(rank - 2);
        }
        yield array.dims().equals(rank < 2 ? List.of() : without);
      }
      // Without amsgrad, Keras 2.1.3 to 2.3 keeps a placeholder of one element.
      case "vhat" -> array.equals(variable) || array.equals(Shape.of(1));
      default -> array.equals(variable);
    };
  }
}
