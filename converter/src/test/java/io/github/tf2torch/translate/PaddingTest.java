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
    assertThat(GraphBuilder.body(translation))
        .containsExactly("conv = self.conv(x)", "return conv");
  }

  @Test
  void theOddPixelGoesAfter() {
    assertThat(conv(6, 5, 3, 2))
        .containsExactly("pad = F.pad(x, (1, 1, 0, 1))", "conv = self.conv(pad)", "return conv");
  }

  @Test
  void anUnknownExtentUnderAStrideIsPaddedByAModule() {
    assertThat(conv(-1, -1, 3, 2))
        .containsExactly(
            "conv_pad = self.conv_pad(x)", "conv = self.conv(conv_pad)", "return conv");
  }

  @Test
  void anUnknownExtentWithoutStrideNeedsNoModule() {
    assertThat(conv(-1, -1, 3, 1)).containsExactly("conv = self.conv(x)", "return conv");
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
            "pool = F.max_pool2d(x, 3, stride=2, padding=(0, 1), ceil_mode=True)",
            "pool_1 = F.avg_pool2d(",
            "x, 3, stride=2, padding=(0, 1), ceil_mode=True, count_include_pad=False",
            ")",
            "return {\"max\": pool, \"mean\": pool_1}");
  }

  @Test
  void anEvenPoolWithoutStrideIsPaddedApart() {
    assertThat(
            new GraphBuilder()
                .input("images", -1, 6, 9, 7)
                .op("max", "MaxPool", List.of("images"), GraphBuilder.pool("SAME", 2, 1))
                .forward("max"))
        .containsExactly(
            "pad = F.pad(x, (0, 1, 0, 1), value=float(\"-inf\"))",
            "pool = F.max_pool2d(pad, 2, stride=1)",
            "return pool");
  }
}
