package io.github.tf2torch.translate;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.write.python.PythonWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Zeros that a convolution can add by itself. */
class ConvolutionPaddingTest {
  @Test
  void asManyZerosOnBothSidesAreTheConvolutionsOwn() {
    assertThat(padded(2, 2, 1, 1).forward("conv")).containsExactly("x = self.conv(x)", "return x");
    assertThat(PythonWriter.print(padded(2, 2, 1, 1).translate("conv").model()))
        .contains("nn.Conv2d(3, 5, kernel_size=3, padding=(2, 1), bias=False)");
  }

  @Test
  void moreZerosOnOneSideStay() {
    assertThat(padded(0, 1, 0, 1).forward("conv"))
        .containsExactly("x = F.pad(x, (0, 1, 0, 1))", "x = self.conv(x)", "return x");
  }

  @Test
  void whatAnotherReadsIsPaddedForBoth() {
    assertThat(padded(1, 1, 1, 1).op("relu", "Relu", List.of("pad")).forward("conv", "relu"))
        .contains("x = F.pad(x, (1, 1, 1, 1))");
    assertThat(padded(1, 1, 1, 1).forward("conv", "pad")).contains("x = F.pad(x, (1, 1, 1, 1))");
  }

  @Test
  void aConvolutionThatIsCalledTwicePadsNeither() {
    assertThat(
            padded(1, 1, 1, 1)
                .conv("again", "x", "conv/kernel", "VALID", 1)
                .forward("conv", "again"))
        .contains("y = F.pad(x, (1, 1, 1, 1))");
  }

  private static GraphBuilder padded(long top, long bottom, long left, long right) {
    long[] ends = {0, 0, top, bottom, left, right, 0, 0};
    return new GraphBuilder()
        .input("x", -1, 7, 9, 3)
        .constant("ends", TensorValue.ofLongs(DType.INT32, Shape.of(4, 2), ends))
        .op("pad", "Pad", List.of("x", "ends"))
        .variable("conv/kernel", 3, 3, 3, 5)
        .conv("conv", "pad", "conv/kernel", "VALID", 1);
  }
}
