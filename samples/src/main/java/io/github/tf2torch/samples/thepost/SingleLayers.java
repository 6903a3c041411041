package io.github.tf2torch.samples.thepost;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.GraphBuilder;
import io.github.tf2torch.verify.engine.SymbolicTensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The post's single layers: a convolution, a dense layer and softmax on the first 256 images, batch
 * normalization on the first 128, and the gradient that the post begins with.
 */
final class SingleLayers {
  private static final int ROWS = 256;
  private static final int PIXELS = 784;
  private static final int CLASSES = 10;

  private SingleLayers() {}

  static List<Row> run(Path samples, Path work) throws IOException {
    Digits digits = Digits.training(samples);
    TensorValue images = digits.images(0, ROWS);
    List<Row> rows = new ArrayList<>();
    OneLayer second = convolution(images, 2).ofGreyImages();
    rows.add(
        sums("conv2d, seed 2", -58702.617, -58702.6015625, second, work.resolve("conv-seed2")));
    OneLayer first = convolution(images, 1).ofGreyImages();
    rows.add(sums("conv2d, seed 1", Double.NaN, -41546.7070, first, work.resolve("conv-seed1")));
    OneLayer dense = OneLayer.of(flat(images), SingleLayers::logits);
    Path denseFolder = work.resolve("dense");
    rows.add(sums("dense, seed 1", -372.48087, -372.48089599609375, dense, denseFolder));
    OneLayer softmax = OneLayer.of(flat(images), (g, x) -> softmax(g, logits(g, x)));
    double tf = softmax.tensorflow().doubleAt(0);
    double torch = softmax.torch(work.resolve("softmax"), false).doubleAt(0);
    rows.add(new Row("softmax, its first number", 0.16578935, 0.1658, tf, torch));
    rows.add(batchNorm(digits.images(0), work.resolve("batch-norm")));
    rows.add(gradient(dense.tensorflow(), work.resolve("gradient")));
    return rows;
  }

  private static Row sums(String what, double tf, double torch, OneLayer layer, Path folder)
      throws IOException {
    return new Row(
        what + ": sum",
        tf,
        torch,
        Row.sum(layer.tensorflow()),
        Row.sum(layer.torch(folder, false)));
  }

  private static OneLayer convolution(TensorValue images, long seed) {
    return OneLayer.of(
        images,
        (graph, x) ->
            graph
                .add(
                    "conv",
                    "Conv2D",
                    List.of(x, constant(graph, SeedWeights.convolution(seed, 2, 1))),
                    Map.of("strides", ones(4), "padding", new Attr.Text("SAME")))
                .get(0));
  }

  private static Attr ones(int count) {
    List<Attr> ones = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ones.add(new Attr.Int(1));
    }
    return new Attr.ListOf(ones);
  }

  private static SymbolicTensor constant(GraphBuilder graph, SeedWeights.Kernel kernel) {
    double[] values = new double[kernel.values().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = kernel.values()[i];
    }
    return graph.constant(
        "kernel", TensorValue.ofDoubles(DType.FLOAT32, Shape.of(kernel.shape()), values));
  }

  private static TensorValue flat(TensorValue images) {
    return TensorValue.ofDoubles(DType.FLOAT32, Shape.of(ROWS, PIXELS), images.doubles());
  }

  private static SymbolicTensor logits(GraphBuilder graph, SymbolicTensor x) {
    SymbolicTensor kernel = constant(graph, SeedWeights.dense(1, CLASSES, PIXELS));
    return graph.add("dense", "MatMul", List.of(x, kernel), Map.of()).get(0);
  }

  private static SymbolicTensor softmax(GraphBuilder graph, SymbolicTensor x) {
    return graph.add("f", "Softmax", List.of(x), Map.of()).get(0);
  }

  /** By the batch's statistics: in TensorFlow as the operation says, in PyTorch by train(). */
  private static Row batchNorm(TensorValue images, Path folder) throws IOException {
    double tf = Row.squares(OneLayer.of(images, (g, x) -> normalized(g, x, true)).tensorflow());
    OneLayer atInference = OneLayer.of(images, (g, x) -> normalized(g, x, false)).ofGreyImages();
    double torch = Row.squares(atInference.torch(folder, true));
    return new Row("BatchNorm: sum of squares", 100341.695, 100341.16, tf, torch);
  }

  private static SymbolicTensor normalized(
      GraphBuilder graph, SymbolicTensor x, boolean isTraining) {
    SymbolicTensor gamma = vector(graph, "gamma", 1);
    SymbolicTensor beta = vector(graph, "beta", 0);
    SymbolicTensor mean = vector(graph, "mean", 0);
    SymbolicTensor variance = vector(graph, "variance", 1);
    return graph
        .add(
            "norm",
            "FusedBatchNorm",
            List.of(x, gamma, beta, mean, variance),
            Map.of("epsilon", new Attr.Float(1e-5f), "is_training", new Attr.Bool(isTraining)))
        .get(0);
  }

  private static SymbolicTensor vector(GraphBuilder graph, String name, double value) {
    return graph.constant(name, TensorValue.ofDoubles(DType.FLOAT32, Shape.of(1), value));
  }

  /**
   * {@code autograd.grad(f[:, 0], logits, ones)} and {@code tape.gradient(f[:, 0], logits)}, f the
   * softmax: the sum of its squares.
   */
  private static Row gradient(TensorValue logits, Path folder) throws IOException {
    OneLayer softmax = OneLayer.of(logits, SingleLayers::softmax);
    double[] first = new double[ROWS * CLASSES];
    for (int row = 0; row < ROWS; row++) {
      Arrays.fill(first, row * CLASSES, row * CLASSES + 1, 1);
    }
    TensorValue weights = TensorValue.ofDoubles(DType.FLOAT32, logits.shape(), first);
    return new Row(
        "gradient of f[:, 0]: its squares",
        Double.NaN,
        Double.NaN,
        Row.squares(softmax.tensorflowGradient(weights)),
        Row.squares(softmax.torchGradient(folder, weights)));
  }
}
