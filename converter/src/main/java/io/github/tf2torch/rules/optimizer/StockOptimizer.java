package io.github.tf2torch.rules.optimizer;

import io.github.tf2torch.model.target.TorchOptimizer;
import io.github.tf2torch.problem.BadRequest;

/** The optimizer of {@code torch.optim} that is nearest to one of TensorFlow's, and how near. */
public final class StockOptimizer {
  private StockOptimizer() {}

  /**
   * @throws BadRequest where {@code torch.optim} has none of its kind
   */
  public static TorchOptimizer nearest(TorchOptimizer own) {
    if (own.isStock()) {
      return own;
    }
    Nearest nearest = new Nearest(own);
    return switch (own.className()) {
      case "KerasSGD" -> StockSgd.of(nearest);
      case "TensorFlowAdam", "KerasAdam", "KerasAdamW", "BertAdam" -> StockAdam.of(nearest);
      case "KerasNadam" -> StockAdam.nadam(nearest);
      case "TensorFlowAdamax", "KerasAdamax" -> StockAdam.adamax(nearest);
      case "TensorFlowRMSprop", "KerasRMSprop" -> StockRmsprop.of(nearest);
      case "KerasAdagrad" -> StockAdagrad.of(nearest);
      case "KerasAdadelta" -> StockAdagrad.adadelta(nearest);
      case "KerasAdafactor", "MeshAdafactor" -> StockAdafactor.of(nearest);
      default -> throw nearest.none(reason(own.className()));
    };
  }

  private static String reason(String className) {
    if (className.endsWith(DecoupledDecay.SUFFIX)) {
      return "its weights decay whatever the learning rate, and those of torch.optim's AdamW by a"
          + " part of it";
    }
    if (className.endsWith("Lion")) {
      return "it steps by the sign of a mean of gradients, and torch.optim has no Lion";
    }
    if (className.endsWith("Lamb")) {
      return "it makes a step as long as the weights are, and torch.optim has no LAMB";
    }
    if (className.endsWith("Ftrl")) {
      return "it makes the weights anew from sums of gradients each step, as none of torch.optim"
          + " does";
    }
    if (className.contains("Proximal")) {
      return "it shrinks weights towards 0 by l1 and l2 behind each step, as none of torch.optim"
          + " does";
    }
    return "torch.optim has none that is near";
  }
}
