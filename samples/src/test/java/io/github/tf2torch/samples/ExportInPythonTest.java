package io.github.tf2torch.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code torch.export.load} of real PyTorch opens {@code model.pt2} of every model here that has a
 * program, finds the state_dict of {@code model.pt} in it, bit for bit, and answers what {@code
 * model.py} and TorchScript answer, for batches of two sizes.
 */
class ExportInPythonTest {
  private static final Path VERIFIER = Path.of("../verifier/src/test/resources");
  private static final Path CONVERTER = Path.of("../converter/src/test/resources");

  /** What model.pt2 can't say yet: the source, and the operator that it is refused for. */
  private static final Map<String, String> REFUSED =
      Map.of("adaptive.keras", "adaptive_max_pool1d", "categories.keras", "searchsorted");

  @TempDir Path folder;

  @Test
  void exportedProgramAnswersAsTheModelDoes() throws Exception {
    String python = System.getenv().getOrDefault("TF2TORCH_PYTHON", "");
    Assumptions.assumeFalse(
        python.isEmpty(), "TF2TORCH_PYTHON names no interpreter: interop test skipped");
    List<String> command = new ArrayList<>(List.of(python, "../interop/check_pt2.py"));
    for (Path source : sources()) {
      Path out = folder.resolve(source.getFileName() + "-" + command.size());
      CommandRun run =
          CommandRun.of("convert", source, "-o", out, "--to", "pt,python,torchscript,pt2");
      String refused = REFUSED.get(source.getFileName().toString());
      if (refused != null) {
        assertThat(run.err()).contains(refused + " is not among the operators that model.pt2");
      } else {
        assertThat(run.err()).as("%s", source).doesNotContain("torch.export");
      }
      // a layer or an op without a rule is another test's concern
      assertThat(run.status()).as(run.err()).isIn(0, 4);
      if (run.status() == 0) {
        command.add(out.toString());
      }
    }
    assertThat(command).as("programs").hasSizeGreaterThan(30);
    run(command);
  }

  private static List<Path> sources() throws IOException {
    List<Path> all = new ArrayList<>();
    for (Path at : List.of(VERIFIER.resolve("reference"), VERIFIER.resolve("operations"))) {
      try (Stream<Path> files = Files.list(at)) {
        files.filter(f -> f.toString().matches(".*\\.(keras|h5|pb)")).sorted().forEach(all::add);
      }
    }
    all.add(Path.of("mnist-cnn/saved_model"));
    all.add(CONVERTER.resolve("mapping/into/vgg"));
    for (String name : List.of("keras_export", "keras2_adam", "tf1", "branches", "twins")) {
      all.add(CONVERTER.resolve("savedmodel").resolve(name));
    }
    return all;
  }

  private void run(List<String> command) throws IOException, InterruptedException {
    File log = folder.resolve("check_pt2.log").toFile();
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(log.toPath())).isZero();
  }
}
