package io.github.tf2torch.rules.optimizer;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.rules.optimizer.Mapping.SlotUse;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Adafactor, which keeps of a matrix's squared gradients the means of rows and of columns.
 * PyTorch's starts from other rates and epsilons, and has its means in another place.
 */
final class Adafactor implements Family {
  @Override
  public Set<String> kinds() {
    return Set.of("Adafactor");
  }

  @Override
  public Mapping map(Given given) {
    return given.dialect() == Dialect.TF1 ? mesh(given) : keras(given);
  }

  /**
   * keras/src/optimizers/adafactor.py, {@code update_step}; relative_step changes nothing there.
   */
  private static Mapping keras(Given given) {
    Map<String, Config> numbers =
        Mapping.numbers(
            "lr", given.learningRate(0.001),
            "beta2_decay", given.number(-0.8, "beta_2_decay"),
            "epsilon1", given.number(1e-30, "epsilon_1"),
            "epsilon2", given.number(1e-3, "epsilon_2"),
            "clip_threshold", given.number(1, "clip_threshold"),
            "step", given.countedSteps());
    RuleText text =
        new RuleText("KerasAdafactor", "Adafactor as Keras steps it.")
            .setting("lr", 0.001)
            .setting("beta2_decay", -0.8)
            .setting("epsilon1", 1e-30)
            .setting("epsilon2", 1e-3)
            .setting("clip_threshold", 1);
    RuleText matrix = new RuleText("", "");
    KerasOptions.begin(text, given, numbers)
        .counting()
        .before("rate = min(lr, 1 / sqrt(step))")
        .before("decay = 1 - step ** beta2_decay");
    KerasOptions.begin(matrix, given, numbers);
    return both(given, text, matrix, "rate", numbers, new Factoring("row", "column"), "velocity");
  }

  /** tensorflow/mesh, mesh_tensorflow/optimize.py, {@code AdafactorOptimizer.apply_grad}. */
  private static Mapping mesh(Given given) {
    Map<String, Config> numbers =
        Mapping.numbers("lr", given.learningRate(0.001), "step", given.countedSteps());
    given.assume(
        "decay exponent 0.8, epsilons 1e-30 and 1e-3, clipping threshold 1.0, steps in proportion to"
            + " the weights, as T5 trains; a checkpoint does not say");
    RuleText text =
        new RuleText("MeshAdafactor", "Adafactor as Mesh TensorFlow steps it, for T5 and others.")
            .setting("lr", 0.001)
            .setting("exponent", 0.8)
            .setting("epsilon1", 1e-30)
            .setting("epsilon2", 1e-3)
            .setting("clip_threshold", 1)
            .counter("step", new Config.Whole(0))
            .before("decay = 1 - (step + 1) ** -exponent")
            .after("step = step + 1");
    return both(given, text, new RuleText("", ""), "lr", numbers, new Factoring("vr", "vc"), "v");
  }

  private static Mapping both(
      Given given,
      RuleText text,
      RuleText matrix,
      String rate,
      Map<String, Config> numbers,
      Factoring factoring,
      String whole) {
    text.choice(Factoring.ROW_AXIS).choice(Factoring.COLUMN_AXIS);
    String squared = "squared = g * g + epsilon1";
    text.state("v", 0)
        .each(squared)
        .each("v = decay * v + (1 - decay) * squared")
        .each("update = g / sqrt(v)");
    matrix
        .mean(Factoring.ROW, Factoring.ROW_AXIS)
        .mean(Factoring.COLUMN, Factoring.COLUMN_AXIS)
        .each(squared)
        .each("row = decay * row + (1 - decay) * mean(squared, row_axis)")
        .each("column = decay * column + (1 - decay) * mean(squared, column_axis)")
        .each("update = g / sqrt(row / mean(row, column_axis) * column)");
    for (RuleText one : List.of(text, matrix)) {
      one.each("size = clamp(sqrt(mean(p * p)), epsilon2)")
          .each("excess = clamp(sqrt(mean(update * update)) / clip_threshold, 1)")
          .each("p = p - size * " + rate + " * (update / excess)");
    }
    text.where(Factoring.ROW_AXIS, matrix);
    if (given.hasSlot("row")) {
      given.assume(
          "what Keras keeps in \"velocity\" of a weight with two axes or more is made anew from its"
              + " means in each step, and is left out");
    }
    return Mapping.own(text.rule(), numbers, List.of(SlotUse.of("v", 0, whole, "v")))
        .withFactoring(factoring);
  }
}
