package io.github.tf2torch.verify.cause;

import io.github.tf2torch.model.target.Expr;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** What ports get wrong most often. The order is that of trying; a fault joins by a line. */
public final class Pitfalls {
  private static final List<Expr> BOTH =
      List.of(new Expr.BoolLiteral(false), new Expr.BoolLiteral(true));

  private static final List<Expr> AXES =
      LongStream.of(-1, 1, 2, 3, 0).mapToObj(a -> (Expr) new Expr.IntLiteral(a)).toList();

  private static final List<Pitfall> ALL =
      List.of(
          OtherArgument.ofNumber(
              "epsilon",
              "eps",
              Map.of("batch_norm", 7, "layer_norm", 4, "native_layer_norm", 4, "group_norm", 4),
              1e-3f,
              1e-5f,
              1e-6f,
              1e-12f,
              1e-7f,
              1e-8f,
              1e-4f,
              2e-5f,
              1e-2f,
              2e-3f),
          new Gelu(),
          new HardSigmoid(),
          new OtherOperator(
              "activation",
              List.of("relu", "relu6", "sigmoid", "hardsigmoid", "tanh", "elu", "selu", "silu")),
          new OtherOperator("softmax", List.of("softmax", "log_softmax")),
          OtherArgument.ofNumber(
              "slope", "negative_slope", Map.of("leaky_relu", 1), 0.01f, 0.1f, 0.2f, 0.3f),
          OtherArgument.ofNumber("alpha", "alpha", Map.of("elu", 1), 1, 0.1f, 0.2f, 0.5f, 0.01f),
          new OtherArgument("axis", "dim", Map.of("softmax", 1, "log_softmax", 1), AXES),
          new OtherArgument(
              "align_corners", "align_corners", Map.of("upsample_bilinear2d", 2), BOTH),
          new OtherOperator("nearest", List.of("upsample_nearest2d", "_upsample_nearest_exact2d")),
          new PaddingSides(),
          new SliceSides(),
          new WindowPadding(),
          OtherArgument.ofNumber(
              "padding value",
              "value",
              Map.of("constant_pad_nd", 2, "pad", 3),
              0,
              Float.NEGATIVE_INFINITY),
          new OtherArgument(
              "count_include_pad",
              "count_include_pad",
              Map.of("avg_pool1d", 5, "avg_pool2d", 5, "avg_pool3d", 5),
              BOTH),
          new Dilation(),
          new Windows(),
          new OtherOperator("reduction", List.of("mean", "amax", "sum")),
          new OtherPooling(),
          new Interpolation(),
          new Concatenation(),
          new OtherArgument(
              "position",
              "index",
              Map.of("select", 2),
              List.of(new Expr.IntLiteral(-1), new Expr.IntLiteral(0))),
          new RecurrentStates(),
          new Gates(),
          new ResetGate(),
          new Heads(),
          new ImageView(),
          new Layouts(),
          new Vectors(),
          new StoredValues(),
          new ActivationOrder(),
          new ActivationThere(),
          new OtherBranch(),
          new Preprocessing(),
          new Constants(),
          new LeftOut());

  private Pitfalls() {}

  /** The programs that would be right if one of these were the fault. */
  public static Stream<Candidate> of(Stretch stretch) {
    return ALL.stream().flatMap(pitfall -> pitfall.of(stretch));
  }
}
