package io.github.tf2torch.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tf2torch.diff.Diff;
import io.github.tf2torch.diff.DiffReport;
import io.github.tf2torch.diff.Tolerance;
import io.github.tf2torch.model.source.TensorFile;
import io.github.tf2torch.problem.BadRequest;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightsAloneTest {
  /** That the dense kernel follows a flattened image is not in a file of weights. */
  private static final Pattern KNOWN = Pattern.compile("^(?!dense\\.weight$)");

  @TempDir Path folder;

  private static Path resource(String name) throws URISyntaxException {
    return Path.of(WeightsAloneTest.class.getResource("/mapping/" + name).toURI());
  }

  private void convert(ConvertOptions options) throws Exception {
    try (Source source = Source.open(resource("layers_weights.h5"))) {
      Converter.convert(source, folder.resolve("out"), options, Progress.silent());
    }
  }

  /** The expected file is filled by hand in PyTorch, and gives Keras's outputs. */
  @Test
  void layersOfAKerasFileAreThoseOfPyTorchBitForBit() throws Exception {
    convert(ConvertOptions.defaults());
    for (String name : new String[] {"model.safetensors", "model.pt"}) {
      try (TensorFile expected = TensorFiles.open(resource("layers.safetensors"));
          TensorFile written = TensorFiles.open(folder.resolve("out").resolve(name))) {
        DiffReport report = Diff.of(expected, written, KNOWN, Tolerance.none(), (done, all) -> {});
        assertThat(report.isSame()).isTrue();
        assertThat(report.tensors()).hasSize(49);
      }
    }
  }

  @Test
  void nothingIsWrittenThatWouldNeedAComputation() throws Exception {
    convert(ConvertOptions.defaults());
    JsonNode json = new ObjectMapper().readTree(folder.resolve("out/conversion.json").toFile());
    assertThat(json.path("files").toString())
        .isEqualTo("[\"model.safetensors\",\"model.pt\",\"conversion.json\"]");
    assertThat(json.has("model")).isFalse();
    assertThat(json.path("assumed")).hasSize(18);
  }

  @Test
  void aProgramThatIsAskedForIsRefused() {
    ConvertOptions python = ConvertOptions.defaults().withTargets(Set.of(Target.PYTHON));
    assertThatThrownBy(() -> convert(python))
        .isInstanceOf(BadRequest.class)
        .hasMessageContaining("no model.py to write");
  }
}
