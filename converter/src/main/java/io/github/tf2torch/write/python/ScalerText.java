package io.github.tf2torch.write.python;

import io.github.tf2torch.model.target.TrainingLoop;
import java.util.Optional;

/** {@code grad_scaler}: PyTorch's GradScaler where a LossScaleOptimizer was (the same rule). */
final class ScalerText {
  private static final String TEXT =
      """


      def grad_scaler(device="cuda"):
          \"""The scale of TensorFlow's LossScaleOptimizer, as it stood.

          scaler.scale(loss).backward(), then scaler.step(optimizer) and scaler.update().
          \"""
          scaler = torch.amp.GradScaler(device, init_scale=%s, growth_interval=%d)
          state = scaler.state_dict()
          scaler.load_state_dict({**state, "_growth_tracker": %d} if state else state)
          return scaler
      """;

  private ScalerText() {}

  static String print(Optional<TrainingLoop.Scaling> scaling) {
    return scaling
        .map(s -> TEXT.formatted(PythonNumber.shortest(s.scale()), s.growthInterval(), s.grown()))
        .orElse("");
  }
}
