package io.github.tf2torch.samples.thepost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every number that the post printed, from both frameworks. */
class ExperimentsTest {
  private static final Path SAMPLES = Path.of("");

  @TempDir Path folder;

  private static void assertPrinted(List<Row> rows, double relative) {
    for (Row row : rows) {
      double unit = relative * Math.max(1, Math.abs(row.tf()));
      assertThat(row.torch()).as(row.what()).isCloseTo(row.tf(), within(unit));
      for (double printed : List.of(row.printedByTensorflow(), row.printedByTorch())) {
        if (!Double.isNaN(printed)) {
          assertThat(row.tf()).as(row.what()).isCloseTo(printed, within(unit));
        }
      }
    }
  }

  @Test
  void pixelsAndWeightsAddUpToThePostsSums() throws IOException {
    assertPrinted(DataSums.run(SAMPLES), 1e-6);
  }

  @Test
  void singleLayersGiveThePostsNumbers() throws IOException {
    List<Row> rows = SingleLayers.run(SAMPLES, folder);
    // the post's own two columns are 5e-6 apart at BatchNorm, and PyTorch's softmax has 4 digits
    assertPrinted(rows.subList(0, 3), 3e-7);
    assertPrinted(rows.subList(3, 4), 5e-5);
    assertPrinted(rows.subList(4, 6), 6e-6);
  }

  @Test
  void theMaskThatThePostCouldNotMatchFollowsFromItsSeed() throws IOException {
    assertPrinted(DropoutLayer.run(SAMPLES, folder), 3e-7);
  }

  @Test
  void theNetworkWithBatchNormGivesThePostsSumsAndGradients() throws IOException {
    List<Row> rows = NetworkWithBatchNorm.run(SAMPLES, folder);
    // exact is 802660.4 behind bn1: TensorFlow of 2018 has 3e-5 less, today's oneDNN 2e-5 more
    assertPrinted(rows.subList(0, 9), 6e-5);
    for (Row gradient : rows.subList(9, rows.size())) {
      assertThat(gradient.torch())
          .as(gradient.what())
          .isCloseTo(gradient.tf(), within(1e-9 * Math.max(1, Math.abs(gradient.tf()))));
      // sums of many numbers that cancel, which the post has from float32
      assertThat(gradient.tf())
          .isCloseTo(
              gradient.printedByTensorflow(),
              within(0.03 * Math.max(0.1, Math.abs(gradient.printedByTensorflow()))));
    }
    Row bias = rows.get(rows.size() - 1);
    assertThat(bias.tf()).isCloseTo(1280, within(1e-9));
    assertThat(bias.torch()).isCloseTo(1280, within(1e-9));
  }
}
