package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.target.nn.CellDropout;
import io.github.tf2torch.model.target.nn.SharedDropout;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.ModuleCall;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.rules.Value.Held;
import java.util.List;
import java.util.Map;

/**
 * {@code dropout} and {@code recurrent_dropout} of a cell: a mask for each gate, or one for all
 * where the cell multiplies by all kernels at once ({@code implementation=2}).
 */
final class CellDropouts {
  private static final String[] INPUT = {"dropout", "dropout_W"};
  private static final String[] RECURRENT = {"recurrent_dropout", "dropout_U"};

  private CellDropouts() {}

  /** What is dropped within the cell. */
  static CellDropout within(int gates, LayerContext context) {
    boolean isOfGates = isOfGates(gates, context);
    sayOfWholes(context);
    return new CellDropout(
        isOfGates ? rate(context, INPUT) : 0, rate(context, RECURRENT), isOfGates);
  }

  /** What a cell with a mask for each gate drops of its state. */
  static CellDropout ofState(LayerContext context) {
    sayOfWholes(context);
    return new CellDropout(0, rate(context, RECURRENT), true);
  }

  static boolean dropsInput(LayerContext context) {
    return rate(context, INPUT) != 0;
  }

  /** The input, where one mask lies on it for all gates. */
  static Held shared(Held x, int gates, LayerContext context) {
    return isOfGates(gates, context) ? x : ofSteps(x, context);
  }

  /** With one mask for all steps. */
  static Held ofSteps(Held x, LayerContext context) {
    float rate = rate(context, INPUT);
    SharedDropout module = new SharedDropout(rate, List.of(1));
    return rate == 0 ? x : context.call(new ModuleCall(module, Map.of(), "dropout"), x, x.type());
  }

  private static float rate(LayerContext context, String... names) {
    float rate = context.settings().number(0, names);
    return rate > 0 && rate < 1 && !context.isForInference() ? rate : 0;
  }

  /** Cells with gates ignore such a rate in Keras. */
  private static void sayOfWholes(LayerContext context) {
    for (String[] names : List.of(INPUT, RECURRENT)) {
      float rate = context.settings().number(0, names);
      if (rate >= 1) {
        context.assume(
            "layer \""
                + context.name()
                + "\": "
                + names[0]
                + " "
                + rate
                + " of its cell is left out in training");
      }
    }
  }

  /**
   * Keras 3 turns to the first implementation where the state is dropped, and writes nothing of it;
   * Keras 2 writes what it does, by default the first one before {@code tf.keras} of TensorFlow 2;
   * Keras 1 calls the other one {@code gpu}.
   */
  private static boolean isOfGates(int gates, LayerContext context) {
    Settings settings = context.settings();
    if (gates == 1) {
      return false;
    }
    return switch (context.version().major()) {
      case 1 -> !settings.text("cpu", "consume_less").equals("gpu");
      case 2 -> settings.whole(context.version().isOfTensorFlow() ? 2 : 1, "implementation") != 2;
      default -> rate(context, RECURRENT) != 0;
    };
  }
}
