package io.github.tf2torch.translate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PaddingTest {
  private static List<String> conv(long height, long width, long kernel, long stride) {
    return new GraphBuilder()
        .input("images", -1, height, width, 7)
        .variable("conv/kernel", kernel, kernel, 7, 11)
        .conv("conv2d", "images", "conv/kernel", "SAME", stride)
        .forward("conv2d");
  }

  @Test
  void symmetricPaddingIsTheConvolutionsOwn() {
    Translation translation =
        new GraphBuilder()
            .input("images", -1, 5, 7, 2)
            .variable("conv/kernel", 3, 5, 2, 11)
            .conv("conv2d", "images", "conv/kernel", "SAME", 2)
            .translate("conv2d");
    assertThat(translation.model().modules().get(0).module().constructor().toString())
        .contains(
            "name=padding, value=ListLiteral[elements=[IntLiteral[value=1], IntLiteral[value=2]]]");
    assertThat(GraphBuilder.body(translation)).containsExactly("x = self.conv(x)", "return x");
  }

  @Test
  void theOddPixelGoesAfter() {
    assertThat(conv(6, 5, 3, 2))
        .containsExactly("x = F.pad(x, (1, 1, 0, 1))", "x = self.conv(x)", "return x");
  }

  @Test
  void anUnknownExtentUnderAStrideIsPaddedByAModule() {
    assertThat(conv(-1, -1, 3, 2))
        .containsExactly("x = self.conv_pad(x)", "x = self.conv(x)", "return x");
  }

  @Test
  void anUnknownExtentWithoutStrideNeedsNoModule() {
    assertThat(conv(-1, -1, 3, 1)).containsExactly("x = self.conv(x)", "return x");
  }

  @Test
  void poolsPadThemselvesAndReachOverTheEdge() {
    assertThat(
            new GraphBuilder()
                .input("images", -1, 6, 9, 7)
                .op("max", "MaxPool", List.of("images"), GraphBuilder.pool("SAME", 3, 2))
                .op("mean", "AvgPool", List.of("images"), GraphBuilder.pool("SAME", 3, 2))
                .forward("max", "mean"))
        .containsExactly(
            "y = F.max_pool2d(x, 3, stride=2, padding=(0, 1), ceil_mode=True)",
            "x = F.avg_pool2d(",
            "x, 3, stride=2, padding=(0, 1), ceil_mode=True, count_include_pad=False",
            ")",
            "return {\"max\": y, \"mean\": x}");
  }

  @Test
  void anEvenPoolWithoutStrideIsPaddedApart() {
    assertThat(
            new GraphBuilder()
                .input("images", -1, 6, 9, 7)
                .op("max", "MaxPool", List.of("images"), GraphBuilder.pool("SAME", 2, 1))
                .forward("max"))
        .containsExactly(
            "x = F.pad(x, (0, 1, 0, 1), value=float(\"-inf\"))",
            "x = F.max_pool2d(x, 2, stride=1)",
            "return x");
  }
}
