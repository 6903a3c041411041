package io.github.tf2torch.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code torch.export.load} of real PyTorch opens {@code model.pt2} of every model here that has a
 * program, finds the state_dict of {@code model.pt} in it, bit for bit, and answers what {@code
 * model.py} and TorchScript answer, for batches of one, two and five; {@code unflatten} gives its
 * modules back.
 */
class ExportInPythonTest {
  private static final Path VERIFIER = Path.of("../verifier/src/test/resources");
  private static final Path CONVERTER = Path.of("../converter/src/test/resources");

  @TempDir Path folder;

  @Test
  void exportedProgramAnswersAsTheModelDoes() throws Exception {
    InteropScript.python();
    List<Path> folders = new ArrayList<>();
    for (Path source : sources()) {
      Path out = folder.resolve(source.getFileName() + "-" + folders.size());
      CommandRun run =
          CommandRun.of("convert", source, "-o", out, "--to", "pt,python,torchscript,pt2");
      assertThat(run.err()).as("%s", source).doesNotContain("torch.export");
      // a layer or an op without a rule is another test's concern
      assertThat(run.status()).as(run.err()).isIn(0, 4);
      if (run.status() == 0) {
        folders.add(out);
      }
    }
    assertThat(folders).as("programs").hasSizeGreaterThan(30);
    folders.add(narrowed(Path.of("mnist-cnn/saved_model"), "float16"));
    folders.add(narrowed(VERIFIER.resolve("extents/convolutional.keras"), "bfloat16"));
    folders.add(narrowed(VERIFIER.resolve("reference/keras213_rnn.h5"), "float16"));
    InteropScript.run(10, folder, "check_pt2.py", folders.toArray());
  }

  /** Written in another type than the source's: model.pt2 computes in it. */
  private Path narrowed(Path source, String dtype) {
    Path out = folder.resolve(source.getFileName() + "-" + dtype);
    CommandRun run =
        CommandRun.of("convert", source, "-o", out, "--dtype", dtype, "--to", "pt,python,pt2");
    assertThat(run.status()).as(run.err()).isZero();
    return out;
  }

  private static List<Path> sources() throws IOException {
    List<Path> all = new ArrayList<>();
    for (String at : List.of("reference", "operations", "dtypes")) {
      try (Stream<Path> files = Files.list(VERIFIER.resolve(at))) {
        files.filter(f -> f.toString().matches(".*\\.(keras|h5|pb)")).sorted().forEach(all::add);
      }
    }
    all.add(VERIFIER.resolve("extents/convolutional.keras"));
    all.add(VERIFIER.resolve("extents/convolutional"));
    all.add(Path.of("mnist-cnn/saved_model"));
    all.add(CONVERTER.resolve("mapping/into/vgg"));
    for (String name : List.of("keras_export", "keras2_adam", "tf1", "branches", "twins")) {
      all.add(CONVERTER.resolve("savedmodel").resolve(name));
    }
    return all;
  }
}
