package io.github.tf2torch.convert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What takes the place of something else, where a user wants it to.
 *
 * @param averages moving averages, for the variables that have one
 * @param optimizer the nearest of torch.optim, for an optimizer that is not there
 * @param batchNorm PyTorch's batch normalization, where TensorFlow's takes another variance
 */
public record Substitutes(boolean averages, boolean optimizer, boolean batchNorm) {
  /** Everything is what the source has. */
  public static Substitutes none() {
    return new Substitutes(false, false, false);
  }

  Substitutes withAverages(boolean chosen) {
    return new Substitutes(chosen, optimizer, batchNorm);
  }

  Substitutes withOptimizer(boolean chosen) {
    return new Substitutes(averages, chosen, batchNorm);
  }

  Substitutes withBatchNorm(boolean chosen) {
    return new Substitutes(averages, optimizer, chosen);
  }

  /** As {@code conversion.json} records them: those alone that were chosen. */
  void write(ObjectNode options) {
    put(options, "ema", averages);
    put(options, "stock_optimizer", optimizer);
    put(options, "stock_batchnorm", batchNorm);
  }

  private static void put(ObjectNode options, String key, boolean isChosen) {
    if (isChosen) {
      options.put(key, true);
    }
  }

  static Substitutes read(JsonNode options) {
    return new Substitutes(
        options.path("ema").asBoolean(),
        options.path("stock_optimizer").asBoolean(),
        options.path("stock_batchnorm").asBoolean());
  }
}
