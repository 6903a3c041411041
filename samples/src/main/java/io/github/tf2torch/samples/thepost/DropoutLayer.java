package io.github.tf2torch.samples.thepost;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.GraphBuilder;
import io.github.tf2torch.verify.engine.SymbolicTensor;
import io.github.tf2torch.verify.inputs.OpSeed;
import io.github.tf2torch.verify.inputs.TensorFlowRandom;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The post's dropout layer, p = 0.5 after {@code tf.set_random_seed(0)}, which it never made the
 * same: TensorFlow draws its mask, and PyTorch multiplies by what Philox draws from the same seed.
 */
final class DropoutLayer {
  private static final double RATE = 0.5;

  private DropoutLayer() {}

  static List<Row> run(Path samples, Path work) throws IOException {
    TensorValue images = Digits.training(samples).images(0);
    OpSeed seed = OpSeed.eager(0).get();
    OneLayer drawn = OneLayer.of(images, (g, x) -> kept(g, x, uniform(g, x.shape(), seed)));
    TensorValue mask = TensorFlowRandom.of(seed).uniform(DType.FLOAT32, images.shape());
    OneLayer given = OneLayer.of(images, (g, x) -> kept(g, x, g.constant("mask", mask)));
    return List.of(
        new Row(
            "dropout, seed 0: sum of squares",
            21480.93,
            Double.NaN,
            Row.squares(drawn.tensorflow()),
            Row.squares(given.torch(work.resolve("dropout"), false))));
  }

  private static SymbolicTensor uniform(GraphBuilder graph, Shape shape, OpSeed seed) {
    SymbolicTensor extents =
        graph.constant(
            "extents",
            TensorValue.ofLongs(
                DType.INT32,
                Shape.of(shape.rank()),
                shape.dims().stream().mapToLong(d -> d).toArray()));
    return graph
        .add(
            "uniform",
            "RandomUniform",
            List.of(extents),
            Map.of(
                "dtype", new Attr.Type(DType.FLOAT32),
                "seed", new Attr.Int(seed.seed()),
                "seed2", new Attr.Int(seed.seed2())))
        .get(0);
  }

  /** {@code x / keep * floor(keep + random)}, as TensorFlow 1 has it. */
  private static SymbolicTensor kept(GraphBuilder graph, SymbolicTensor x, SymbolicTensor uniform) {
    SymbolicTensor keep =
        graph.constant("keep", TensorValue.ofDoubles(DType.FLOAT32, Shape.of(), 1 - RATE));
    SymbolicTensor sum = graph.add("sum", "AddV2", List.of(uniform, keep), Map.of()).get(0);
    SymbolicTensor mask = graph.add("kept", "Floor", List.of(sum), Map.of()).get(0);
    SymbolicTensor scaled = graph.add("scaled", "RealDiv", List.of(x, keep), Map.of()).get(0);
    return graph.add("dropped", "Mul", List.of(scaled, mask), Map.of()).get(0);
  }
}
