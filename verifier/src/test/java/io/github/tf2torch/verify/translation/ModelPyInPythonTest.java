package io.github.tf2torch.verify.translation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.convert.ConvertOptions;
import io.github.tf2torch.convert.Converter;
import io.github.tf2torch.convert.Progress;
import io.github.tf2torch.convert.Source;
import io.github.tf2torch.problem.UnsupportedOperation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The model.py of every model recorded from Keras, and of graphs: black and ruff find nothing, the
 * state_dict loads in its own dtypes, and it answers what the archive does.
 */
class ModelPyInPythonTest {
  private static final Path REFERENCE = Path.of("src/test/resources/reference");

  /** Variables that are not float32; {@code dtypes/make_dtypes.py}. */
  private static final Path DTYPES = Path.of("src/test/resources/dtypes");

  @TempDir Path folder;

  @Test
  void everyModelPyIsFormattedCleanAndAnswersAsItsArchive() throws Exception {
    String python = System.getenv().getOrDefault("TF2TORCH_PYTHON", "");
    Assumptions.assumeFalse(
        python.isEmpty(), "TF2TORCH_PYTHON names no interpreter: interop test skipped");
    List<Path> sources = new ArrayList<>();
    for (Path models : List.of(REFERENCE, DTYPES)) {
      try (Stream<Path> files = Files.list(models)) {
        files.filter(f -> f.toString().matches(".*\\.(keras|h5)")).sorted().forEach(sources::add);
      }
    }
    sources.add(Path.of("src/test/resources/engine/doubles.pb"));
    sources.add(Path.of("../samples/mnist-cnn/saved_model"));
    sources.add(Path.of("src/test/resources/fuse/keras"));
    List<String> command = new ArrayList<>(List.of(python, "../interop/check_model_py.py"));
    for (Path source : sources) {
      Path out = folder.resolve(String.valueOf(source.getFileName()));
      if (isConverted(source, out)) {
        command.add(out.toString());
      }
    }
    assertThat(command).hasSizeGreaterThan(15);
    Path log = folder.resolve("log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(log)).isZero();
  }

  /** Where a layer has no rule, KerasFilesTest says so. */
  private static boolean isConverted(Path source, Path out) throws IOException {
    try (Source opened = Source.open(source)) {
      Converter.convert(opened, out, ConvertOptions.defaults(), Progress.silent());
      return true;
    } catch (UnsupportedOperation e) {
      return false;
    }
  }
}
