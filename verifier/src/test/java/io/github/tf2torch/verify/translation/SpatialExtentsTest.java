package io.github.tf2torch.verify.translation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.tf2torch.convert.Conversion;
import io.github.tf2torch.convert.ConvertOptions;
import io.github.tf2torch.convert.Converter;
import io.github.tf2torch.convert.Progress;
import io.github.tf2torch.convert.Source;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.TorchEngine;
import io.github.tf2torch.verify.inputs.NpyFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What takes images of any size in TensorFlow does so in PyTorch, one archive for all of them.
 * Keras's answers: {@code extents/make_extents.py}. That model.py and model.pt2 answer the same is
 * held by {@code check_pt2.py}.
 */
class SpatialExtentsTest {
  private static final Path EXTENTS = Path.of("src/test/resources/extents");

  @ParameterizedTest(name = "{0}")
  @CsvSource({"convolutional.keras", "convolutional"})
  void imagesOfAnySizeAreTaken(String name, @TempDir Path folder) throws IOException {
    Path out = folder.resolve("out");
    List<String> outputs;
    try (Source source = Source.open(EXTENTS.resolve(name))) {
      Conversion conversion =
          Converter.convert(source, out, ConvertOptions.defaults(), Progress.silent());
      assertThat(conversion.files()).contains("model.pt2", "model.py");
      TorchModel model = conversion.translation().model();
      outputs = model.outputs().stream().map(TorchModel.Output::name).toList();
    }
    Map<String, TensorValue> keras = NpyFile.readAll(EXTENTS.resolve("convolutional.npz"));
    try (TorchEngine engine = TorchEngine.open(out.resolve("model.torchscript.pt"), 1)) {
      for (String size : List.of("12x16", "21x9", "26x31")) {
        List<TensorValue> found = engine.run(List.of(keras.get("image/" + size)), outputs);
        same(found.get(0), keras.get("mask/" + size));
        same(found.get(1), keras.get("scores/" + size));
      }
    }
  }

  /** Float32 against float32; the largest values are above 1. */
  private static void same(TensorValue found, TensorValue keras) {
    assertThat(found.shape()).isEqualTo(keras.shape());
    assertThat(found.doubles()).containsExactly(keras.doubles(), within(1e-5));
  }
}
