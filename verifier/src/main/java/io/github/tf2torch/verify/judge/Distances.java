package io.github.tf2torch.verify.judge;

import io.github.tf2torch.verify.engine.TensorView;

/**
 * How far the two float32 answers are from TensorFlow's float64 answer and from each other.
 *
 * @param tensorflow float64 to TensorFlow's float32
 * @param torch float64 to PyTorch's float32
 * @param between TensorFlow's float32 to PyTorch's
 */
public record Distances(Distance tensorflow, Distance torch, Distance between) {

  /** All three in one pass. */
  public static Distances of(
      HeldOrder order, TensorView tf64, TensorView tf32, TensorView torch32) {
    Distance.Sum tensorflow = new Distance.Sum();
    Distance.Sum torch = new Distance.Sum();
    Distance.Sum between = new Distance.Sum();
    RealElements reference = new RealElements(tf64);
    RealElements left = new RealElements(tf32);
    RealElements right = new RealElements(torch32);
    double[] referenceBlock = new double[HeldOrder.BLOCK];
    double[] leftBlock = new double[HeldOrder.BLOCK];
    double[] rightBlock = new double[HeldOrder.BLOCK];
    order.forEachBlock(
        block -> {
          reference.read(block, referenceBlock);
          left.read(block, leftBlock);
          right.readHeld(block, rightBlock);
          tensorflow.add(referenceBlock, leftBlock, block);
          torch.add(referenceBlock, rightBlock, block);
          between.add(leftBlock, rightBlock, block);
        });
    return new Distances(tensorflow.distance(), torch.distance(), between.distance());
  }

  /** TensorFlow's float64 to PyTorch's. */
  public static Distance float64(HeldOrder order, TensorView tf64, TensorView torch64) {
    Distance.Sum sum = new Distance.Sum();
    RealElements reference = new RealElements(tf64);
    RealElements other = new RealElements(torch64);
    double[] referenceBlock = new double[HeldOrder.BLOCK];
    double[] otherBlock = new double[HeldOrder.BLOCK];
    order.forEachBlock(
        block -> {
          reference.read(block, referenceBlock);
          other.readHeld(block, otherBlock);
          sum.add(referenceBlock, otherBlock, block);
        });
    return sum.distance();
  }
}
