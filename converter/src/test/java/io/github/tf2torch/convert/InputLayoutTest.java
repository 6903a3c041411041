package io.github.tf2torch.convert;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tf2torch.cli.Main;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** In which order the inputs of Keras files come in. */
class InputLayoutTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "converter/src/test/resources/keras/frozen_bn.keras, nchw, '[0,3,1,2]', 'x (N, 2, 4, 5)', false",
    "converter/src/test/resources/keras/frozen_bn.keras, nhwc, '[0,1,2,3]', 'x (N, 4, 5, 2)', true",
    "verifier/src/test/resources/reference/keras213_rnn.h5, nchw, '', 'x (25, 1, 1)', false"
  })
  void imagesAreChannelsFirstUnlessAskedOtherwiseAndSequencesBatchFirst(
      String source, String layout, String axes, String taken, boolean isPermuted)
      throws Exception {
    Path out = folder.resolve("out");
    assertThat(
            Main.commandLine()
                .execute("convert", "../" + source, "-o", out.toString(), "--input-layout", layout))
        .isZero();
    JsonNode input =
        new ObjectMapper().readTree(out.resolve("conversion.json").toFile()).path("inputs").path(0);
    String identity = input.path("shape").size() == 2 ? "[0,1]" : "[0,1,2]";
    assertThat(input.path("axes").toString()).isEqualTo(axes.isEmpty() ? identity : axes);
    String text = Files.readString(out.resolve("model.py"));
    assertThat(text).contains("takes " + taken);
    assertThat(text.contains(".permute(")).isEqualTo(isPermuted);
  }
}
