package io.github.tf2torch.verify.translation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.tf2torch.convert.Conversion;
import io.github.tf2torch.convert.ConvertOptions;
import io.github.tf2torch.convert.Converter;
import io.github.tf2torch.convert.Progress;
import io.github.tf2torch.convert.Source;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.TorchEngine;
import io.github.tf2torch.verify.inputs.NpyFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Layers of Keras cast what they are called with to the type of their policy, and masks stay with
 * it. Keras's answers: {@code dtypes/make_dtypes.py}.
 */
class KerasPoliciesTest {
  private static final Path DTYPES = Path.of("src/test/resources/dtypes");

  @TempDir Path folder;
  private List<String> assumed = List.of();

  @BeforeEach
  void convert() throws IOException {
    try (Source source = Source.open(DTYPES.resolve("policies.keras"))) {
      Conversion conversion =
          Converter.convert(
              source, folder.resolve("out"), ConvertOptions.defaults(), Progress.silent());
      assumed = conversion.translation().account().assumed();
    }
  }

  @ParameterizedTest
  @CsvSource({"float64, 1e-6", "float16, 2e-3", "mixed_float16, 2e-3"})
  void layersOfAnyPolicyAnswerAsKerasDoes(String policy, double rounding) {
    Map<String, TensorValue> keras = NpyFile.readAll(DTYPES.resolve("policies.npz"));
    try (TorchEngine engine = TorchEngine.open(folder.resolve("out/model.torchscript.pt"), 1)) {
      TensorValue found = engine.outputs(List.of(keras.get("steps"))).get("head_" + policy);

      assertThat(found.dtype()).isEqualTo(keras.get("head_" + policy).dtype());
      assertThat(found.doubles())
          .containsExactly(keras.get("head_" + policy).doubles(), within(rounding));
    }
  }

  @Test
  void sumsOfTwoTypesAreOfTheWiderOne() throws IOException {
    Map<String, TensorValue> keras = NpyFile.readAll(DTYPES.resolve("sums.npz"));
    Path out = folder.resolve("sums");
    try (Source source = Source.open(DTYPES.resolve("sums.keras"))) {
      Converter.convert(source, out, ConvertOptions.defaults(), Progress.silent());
    }
    try (TorchEngine engine = TorchEngine.open(out.resolve("model.torchscript.pt"), 1)) {
      Map<String, TensorValue> found = engine.outputs(List.of(keras.get("features")));

      assertThat(found).hasSize(1);
      assertThat(found.values().iterator().next().doubles())
          .containsExactly(keras.get("head").doubles(), within(2e-3));
    }
  }

  @Test
  void mixedPolicyIsToldOf() {
    assertThat(assumed)
        .contains(
            "layers of policy mixed_float16 compute in float32, as their variables are; for speed,"
                + " run the model under torch.autocast");
  }
}
