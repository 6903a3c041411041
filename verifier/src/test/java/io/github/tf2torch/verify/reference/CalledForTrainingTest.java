package io.github.tf2torch.verify.reference;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.read.keras.KerasFile;
import io.github.tf2torch.translate.TranslationOptions;
import io.github.tf2torch.translate.Translator;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Layers that are called with {@code training=True}: {@code make_catalogue.py}. */
class CalledForTrainingTest {
  @Test
  void whatPredictOverridesIsSaid() throws IOException {
    List<String> assumed;
    try (KerasFile file = KerasFile.open(Recorded.model("called"), ReadOptions.defaults())) {
      assumed =
          Translator.translate(file.model(), TranslationOptions.defaults()).account().assumed();
    }
    assertThat(assumed)
        .filteredOn(line -> line.contains("training=True"))
        .extracting(line -> line.substring(0, line.indexOf(",")))
        .containsExactlyInAnyOrder(
            "layer \"dropout_true\" is called with training=True",
            "layer \"norm_true\" is called with training=True",
            "layer \"model_true\" is called with training=True");
  }
}
