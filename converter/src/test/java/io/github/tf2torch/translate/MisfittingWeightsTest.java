package io.github.tf2torch.translate;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.read.keras.KerasFile;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that Keras refuses to load as well: {@code keras/make_misfitting.py}. */
class MisfittingWeightsTest {
  @ParameterizedTest
  @CsvSource({
    "misfit_units.keras, 'kernel (?, 7), bias (7)', 'kernel (12, 10), bias (10)'",
    "misfit_units.h5, 'kernel (?, 7), bias (7)', 'kernel (12, 10), bias (10)'",
    "misfit_gone.keras, 'kernel (?, 10), bias (10)', 'none'",
    "misfit_more.keras, 'kernel (?, 10), bias (10)', '0 (12, 10), 1 (10), 2 (10)'",
    "misfit_fewer.h5, 'kernel (?, 10), bias (10)', 'kernel (12, 10)'"
  })
  void areRefusedWithWhatWasExpectedAndFound(String file, String expected, String found) {
    assertThatThrownBy(() -> translate(file))
        .isInstanceOf(DamagedFile.class)
        .hasMessageContaining(file + ": the configuration and the weights are of different models")
        .hasMessageContaining(
            "  last (Dense): its configuration asks for "
                + expected
                + ", and the file has "
                + found
                + "\n");
  }

  @ParameterizedTest
  @CsvSource({
    "misfit_rows.keras, first (Dense), 'kernel (8, 12), bias (12)', 'kernel (7, 12), bias (12)'",
    "misfit_steps.keras, both/backward_lstm (LSTM),"
        + " 'kernel (4, 12), recurrent_kernel (3, 12), bias (12)',"
        + " 'kernel (3, 12), recurrent_kernel (3, 12), bias (12)'"
  })
  void kernelsOfAnotherInputAreRefused(String file, String layer, String expected, String found) {
    assertThatThrownBy(() -> translate(file))
        .isInstanceOf(DamagedFile.class)
        .hasMessageContaining(
            "  "
                + layer
                + ": its configuration and its input ask for "
                + expected
                + ", and the file has "
                + found
                + "\n");
  }

  private static Translation translate(String file) throws IOException, URISyntaxException {
    Path path = Path.of(MisfittingWeightsTest.class.getResource("/keras/" + file).toURI());
    try (KerasFile opened = KerasFile.open(path, ReadOptions.defaults())) {
      return Translator.translate(opened.model(), TranslationOptions.defaults());
    }
  }
}
