package io.github.tf2torch.translate;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LayoutTest {
  private static GraphBuilder convolved() {
    return new GraphBuilder()
        .input("images", -1, 3, 5, 7)
        .variable("conv/kernel", 1, 1, 7, 11)
        .conv("conv2d", "images", "conv/kernel", "SAME", 1);
  }

  @Test
  void aFlattenOfChannelsFirstIsFoldedIntoTheKernelThatFollows() {
    Translation translation =
        convolved()
            .ints("shape", -1, 165)
            .op("flat", "Reshape", List.of("conv2d", "shape"))
            .variable("fc/kernel", 165, 2)
            .op("matmul", "MatMul", List.of("flat", "fc/kernel"))
            .translate("matmul");
    assertThat(GraphBuilder.body(translation))
        .containsExactly(
            "x = self.conv(x)", "x = torch.flatten(x, 1)", "x = self.fc(x)", "return x");
    assertThat(GraphBuilder.recipes(translation))
        .containsExactly(
            "conv.weight = conv/kernel.permute[3, 2, 0, 1]",
            "fc.weight ="
                + " fc/kernel.reshape[3, 5, 11, 2].permute[2, 0, 1, 3].reshape[165, 2].permute[1, 0]");
    assertThat(translation.model().inputs().get(0).layout().order())
        .isEqualTo(AxisOrder.channelsFirst(4));
  }

  @Test
  void constantsAndStatisticsFollowAFlattenedValue() {
    Translation translation =
        convolved()
            .ints("shape", -1, 165)
            .op("flat", "Reshape", List.of("conv2d", "shape"))
            .variable("scale", 165)
            .op("mul", "Mul", List.of("flat", "scale"))
            .variable("fc/kernel", 165, 2)
            .op("matmul", "MatMul", List.of("mul", "fc/kernel"))
            .translate("matmul");
    assertThat(GraphBuilder.body(translation))
        .containsExactly(
            "x = self.conv(x)",
            "x = torch.flatten(x, 1)",
            "x = x * self.scale",
            "x = self.fc(x)",
            "return x");
    assertThat(GraphBuilder.recipes(translation))
        .contains("scale = scale.reshape[3, 5, 11].permute[2, 0, 1].reshape[165]");
  }

  @Test
  void aFlattenedOutputIsBroughtBackToTensorflowsOrder() {
    assertThat(
            convolved()
                .ints("shape", -1, 165)
                .op("flat", "Reshape", List.of("conv2d", "shape"))
                .forward("flat"))
        .containsExactly(
            "x = self.conv(x)",
            "x = torch.flatten(x, 1)",
            "x = torch.flatten(torch.unflatten(x, 1, (11, 3, 5)).permute(0, 2, 3, 1), 1)",
            "return x");
  }

  @Test
  void squeezeAndExciteNeedsNoPermute() {
    assertThat(
            convolved()
                .ints("axes", 1, 2)
                .op("mean", "Mean", List.of("conv2d", "axes"))
                .ints("wide", -1, 1, 1, 11)
                .op("one", "Reshape", List.of("mean", "wide"))
                .variable("se/kernel", 1, 1, 11, 11)
                .conv("se", "one", "se/kernel", "SAME", 1)
                .op("scaled", "Mul", List.of("conv2d", "se"))
                .forward("scaled"))
        .containsExactly(
            "x = self.conv(x)",
            "y = x.mean((2, 3))",
            "y = y.unsqueeze(2).unsqueeze(3)",
            "y = self.se(y)",
            "x = x * y",
            "return x");
  }

  @Test
  void axesFollowTheOrderInWhichAValueIsHeld() {
    assertThat(
            convolved()
                .ints("pads", 0, 0, 1, 2, 3, 4, 0, 0)
                .op("pad", "Pad", List.of("conv2d", "pads"))
                .ints("axis", -1)
                .op("cat", "ConcatV2", List.of("pad", "pad", "axis"))
                .op("soft", "Softmax", List.of("cat"))
                .forward("soft"))
        .containsExactly(
            "x = self.conv(x)",
            "x = F.pad(x, (3, 4, 1, 2))",
            "x = torch.cat((x, x), dim=1)",
            "x = F.softmax(x, dim=1)",
            "return x");
  }

  @Test
  void transposeOnlyRelabels() {
    assertThat(
            convolved()
                .ints("nchw", 0, 3, 1, 2)
                .op("turned", "Transpose", List.of("conv2d", "nchw"))
                .forward("turned"))
        .containsExactly("x = self.conv(x)", "return x");
  }

  @Test
  void aConstantOfChannelsMeetsAChannelsFirstValueInItsOrder() {
    Translation translation =
        new GraphBuilder()
            .input("images", -1, 3, 5, 7)
            .constant("mean", TensorValue.ofDoubles(DType.FLOAT32, Shape.of(7), new double[7]))
            .op("centred", "Sub", List.of("images", "mean"))
            .variable("conv/kernel", 1, 1, 7, 11)
            .conv("conv2d", "centred", "conv/kernel", "SAME", 1)
            .translate("conv2d");
    assertThat(GraphBuilder.body(translation))
        .containsExactly("x = x - self.constant", "x = self.conv(x)", "return x");
    assertThat(GraphBuilder.recipes(translation)).contains("constant = mean.reshape[7, 1, 1]");
  }

  @Test
  void anInputThatNoChannelOpReadsStaysAsItIs() {
    assertThat(
            new GraphBuilder()
                .input("x", -1, 3, 5, 7)
                .op("relu", "Relu", List.of("x"))
                .ints("shape", -1, 105)
                .op("flat", "Reshape", List.of("relu", "shape"))
                .forward("flat"))
        .containsExactly("x = F.relu(x)", "x = torch.flatten(x, 1)", "return x");
  }

  @Test
  void channelsLastEdgesArePermutedAtTheEdgesOnly() {
    assertThat(convolved().options(new TranslationOptions("Net", true, true)).forward("conv2d"))
        .containsExactly(
            "x = x.permute(0, 3, 1, 2)",
            "x = self.conv(x)",
            "x = x.permute(0, 2, 3, 1)",
            "return x");
  }

  @Test
  void theBatchOfAReshapeMayComeFromTheShapeItself() {
    assertThat(
            convolved()
                .op("shape", "Shape", List.of("images"))
                .ints("0", 0)
                .ints("1", 1)
                .op(
                    "batch",
                    "StridedSlice",
                    List.of("shape", "0", "1", "1"),
                    Map.of("shrink_axis_mask", new Attr.Int(1)))
                .constant("165", TensorValue.ofLongs(DType.INT32, Shape.of(), 165))
                .op("pack", "Pack", List.of("batch", "165"), Map.of("axis", new Attr.Int(0)))
                .op("flat", "Reshape", List.of("conv2d", "pack"))
                .variable("fc/kernel", 165, 2)
                .op("matmul", "MatMul", List.of("flat", "fc/kernel"))
                .forward("matmul"))
        .containsExactly(
            "x = self.conv(x)", "x = torch.flatten(x, 1)", "x = self.fc(x)", "return x");
  }

  @Test
  void tokensOfAChannelsFirstImageArePermutedOnce() {
    assertThat(
            convolved()
                .ints("shape", -1, 15, 11)
                .op("tokens", "Reshape", List.of("conv2d", "shape"))
                .forward("tokens"))
        .containsExactly(
            "x = self.conv(x)", "x = torch.flatten(x, 2)", "x = x.permute(0, 2, 1)", "return x");
  }
}
