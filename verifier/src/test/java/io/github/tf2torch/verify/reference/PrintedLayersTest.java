package io.github.tf2torch.verify.reference;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.read.keras.KerasFile;
import io.github.tf2torch.translate.TranslationOptions;
import io.github.tf2torch.translate.Translator;
import io.github.tf2torch.write.python.PythonWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What PyTorch has by itself is printed as such, where it gives the same bits. */
class PrintedLayersTest {
  @Test
  void layersAreWhatPyTorchCallsThem() throws IOException {
    assertThat(lines("details"))
        .anyMatch(
            l -> l.contains("F.interpolate(") && l.contains("scale_factor=(2, 3), mode=\"nea"))
        .anyMatch(l -> l.contains("F.interpolate(") && l.contains("scale_factor=(1, 3, 2), mode="))
        .anyMatch(l -> l.contains("F.interpolate(") && l.contains("scale_factor=3, mode=\"nearest"))
        .anyMatch(l -> l.contains("torch.repeat_interleave(") && l.contains(", 25, 1)"))
        .anyMatch(l -> l.contains("torch.repeat_interleave(") && l.contains(", 3, 1)"))
        .noneMatch(l -> l.matches("(\\w+) = \\1"))
        .contains("self.root = nn.RMSNorm(3, eps=1e-05)")
        .contains("self.root_of_two = nn.RMSNorm((4, 3), eps=1e-06)");
  }

  @Test
  void aModelThatIsCalledSeveralTimesIsOneClass() throws IOException {
    assertThat(lines("shared"))
        .containsOnlyOnce("self.siamese_conv = nn.Conv2d(1, 2, kernel_size=2)")
        .contains(
            "x = self.siamese_side(siamese_x0)  # (N, 2)", "y = self.siamese_side(siamese_x1)")
        .contains(
            "y = self.triplet_side(triplet_x0)",
            "z = self.triplet_side(triplet_x1)",
            "u = self.triplet_side(triplet_x2)  # (N, 2)")
        .contains("z = self.nested_outer(nested_x0)  # (N, 3)", "u = self.nested_outer(u)")
        .contains("x = self.nested_inner(x, y)")
        .contains("v = self.words_read(words_x0)", "w = self.words_read(words_x1)");
  }

  private static List<String> lines(String family) throws IOException {
    Path file = Path.of("src/test/resources/reference", family + ".keras");
    try (KerasFile opened = KerasFile.open(file, ReadOptions.defaults())) {
      return PythonWriter.print(
              Translator.translate(opened.model(), TranslationOptions.defaults()).model())
          .lines()
          .map(String::strip)
          .toList();
    }
  }
}
