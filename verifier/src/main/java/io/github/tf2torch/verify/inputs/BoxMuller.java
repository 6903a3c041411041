package io.github.tf2torch.verify.inputs;

import io.github.tf2torch.tensor.DType;

/**
 * Normal numbers from pairs of uniform ones, as TensorFlow pairs them: sine first. Follows {@code
 * BoxMullerFloat} and {@code BoxMullerDouble} of {@code random_distributions_utils.h}.
 */
final class BoxMuller {
  private static final double SMALLEST = 1.0e-7;

  private final Philox philox;
  private double second;
  private boolean hasSecond;

  BoxMuller(Philox philox) {
    this.philox = philox;
  }

  /** The next number, as wide as {@code dtype} holds it. */
  double next(DType dtype) {
    if (hasSecond) {
      hasSecond = false;
      return second;
    }
    hasSecond = true;
    return dtype == DType.FLOAT64 ? wide() : narrow();
  }

  private double narrow() {
    float u1 = Math.max(TensorFlowRandom.unitFloat(philox), (float) SMALLEST);
    // the product is taken in double and rounded once
    float angle = (float) (2 * Math.PI * TensorFlowRandom.unitFloat(philox));
    float radius = (float) Math.sqrt(-2f * (float) Math.log(u1));
    second = (float) Math.cos(angle) * radius;
    return (float) Math.sin(angle) * radius;
  }

  private double wide() {
    double u1 = Math.max(TensorFlowRandom.unitDouble(philox), SMALLEST);
    double angle = 2 * Math.PI * TensorFlowRandom.unitDouble(philox);
    double radius = Math.sqrt(-2 * Math.log(u1));
    second = Math.cos(angle) * radius;
    return Math.sin(angle) * radius;
  }
}
