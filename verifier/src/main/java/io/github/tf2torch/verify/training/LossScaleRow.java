package io.github.tf2torch.verify.training;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.tf2torch.verify.engine.StepFrame;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.run.ConvertedLoop;
import java.util.Map;
import java.util.Optional;

/** By what both multiply the loss behind some batches, where that follows what is finite. */
final class LossScaleRow {
  private LossScaleRow() {}

  /**
   * Empty where the conversion has no GradScaler.
   *
   * @param told the optimizer of {@code conversion.json}
   */
  static Optional<TensorResult> of(JsonNode told, StepFrame tensorflow, int batches) {
    return ConvertedLoop.of(told, Map.of(), false)
        .scale()
        .map(s -> row(s.after(batches).now(), tensorflow, batches));
  }

  private static TensorResult row(double torch, StepFrame frame, int batches) {
    double tensorflow = frame.numbers(batches).getOrDefault("loss_scale", 0.0);
    String reason =
        torch == tensorflow
            ? ""
            : "GradScaler has %s behind batch %d, TensorFlow %s"
                .formatted(torch, batches, tensorflow);
    return TensorResult.exact("loss scale", "", torch == tensorflow, reason);
  }
}
