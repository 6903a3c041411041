package io.github.tf2torch.convert;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.problem.Problem;
import io.github.tf2torch.problem.UnsupportedFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whose error it is: a checkpoint that is not what it should be, and what its user is told. */
class HostileCheckpointTest {
  private static final Path FIXTURES = Path.of("src/test/resources/checkpoint");
  private static final String LFS =
      "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n";
  private static final String HTML = "<!DOCTYPE html>\n<html><title>Not Found</title></html>";

  @TempDir Path folder;

  /** A way in which a folder with a checkpoint goes wrong. */
  private interface Spoiling {
    void in(Path folder) throws IOException;
  }

  static Stream<Arguments> spoiled() {
    String data = "ckpt-20.data-00000-of-00001";
    return Stream.of(
        row(
            "a pointer in place of the data",
            "ckpt-20",
            write(data, LFS),
            DamagedFile.class,
            data + ": is a Git LFS pointer"),
        row(
            "a pointer in place of the index",
            "ckpt-20",
            write("ckpt-20.index", LFS),
            DamagedFile.class,
            "ckpt-20.index: is a Git LFS pointer"),
        row(
            "a page in place of the index",
            "ckpt-20",
            write("ckpt-20.index", HTML),
            DamagedFile.class,
            "ckpt-20.index: is a web page"),
        row(
            "an empty index",
            "ckpt-20",
            write("ckpt-20.index", ""),
            DamagedFile.class,
            "ckpt-20.index: is an empty file"),
        row(
            "data that end early",
            "ckpt-20",
            truncate(data, 200),
            DamagedFile.class,
            "has 200 bytes, but"),
        row("no data", "ckpt-20", f -> Files.delete(f.resolve(data)), DamagedFile.class, data),
        row(
            "an index that ends early",
            "ckpt-20",
            truncate("ckpt-20.index", 300),
            DamagedFile.class,
            "ckpt-20.index"),
        row(
            "a checkpoint in a zip archive",
            "ckpt.zip",
            HostileCheckpointTest::zip,
            DamagedFile.class,
            "ckpt.zip: is a zip archive; unpack it first"),
        row(
            "a page under the name of a V1 checkpoint",
            "model.ckpt",
            write("model.ckpt", HTML),
            DamagedFile.class,
            "model.ckpt: is a web page"),
        row(
            "a state file that names what is not there",
            "",
            write("checkpoint", "model_checkpoint_path: \"ckpt-40\"\n"),
            DamagedFile.class,
            "names ckpt-40 as the latest checkpoint, which is not there; there are: [ckpt-20,"
                + " ckpt-30]"),
        row(
            "a state file that leads out of the folder",
            "",
            write("checkpoint", "model_checkpoint_path: \"../../etc/passwd\"\n"),
            DamagedFile.class,
            "names passwd as the latest checkpoint"),
        row(
            "a state file that is none",
            "",
            write("checkpoint", "\0\1\2\3"),
            Problem.class,
            "checkpoint"),
        row(
            "a folder of other things",
            "elsewhere",
            f ->
                Files.writeString(
                    Files.createDirectory(f.resolve("elsewhere")).resolve("a.txt"), ""),
            UnsupportedFile.class,
            "it holds [a.txt]"),
        row(
            "an empty folder",
            "elsewhere",
            f -> Files.createDirectory(f.resolve("elsewhere")),
            UnsupportedFile.class,
            "the folder is empty"),
        row("nothing", "ckpt-50", f -> {}, DamagedFile.class, "there is no such file or folder"));
  }

  private static Arguments row(
      String name, String path, Spoiling spoiling, Class<?> problem, String message) {
    return Arguments.of(name, path, spoiling, problem, message);
  }

  private static Spoiling write(String file, String content) {
    return f -> Files.write(f.resolve(file), content.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static Spoiling truncate(String file, int length) {
    return f ->
        Files.write(f.resolve(file), Arrays.copyOf(Files.readAllBytes(f.resolve(file)), length));
  }

  private static void zip(Path folder) throws IOException {
    try (OutputStream out = Files.newOutputStream(folder.resolve("ckpt.zip"));
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("ckpt-20.index"));
      zip.write(Files.readAllBytes(folder.resolve("ckpt-20.index")));
    }
  }

  @BeforeEach
  void copyTwoSteps() throws IOException {
    try (Stream<Path> files = Files.list(FIXTURES.resolve("objects"))) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("spoiled")
  void isToldAsItIs(
      String name, String path, Spoiling spoiling, Class<? extends Problem> problem, String message)
      throws IOException {
    spoiling.in(folder);
    assertThatThrownBy(() -> read(folder.resolve(path), ReadOptions.defaults()))
        .isInstanceOf(problem)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @MethodSource("missingSteps")
  void aStepThatIsNotThereIsAnsweredWithThoseThatAre(long step) {
    ReadOptions options =
        new ReadOptions(Optional.empty(), Set.of(), OptionalLong.of(step), List.of(), List.of());
    assertThatThrownBy(() -> read(folder, options))
        .isInstanceOf(BadRequest.class)
        .hasMessageContaining("has no checkpoint of step " + step + "; it has steps [20, 30]");
  }

  static Stream<Long> missingSteps() {
    return Stream.of(0L, 25L, Long.MAX_VALUE);
  }

  private static void read(Path path, ReadOptions options) throws IOException {
    try (Source source = Source.open(path, options)) {
      TfModel model = source.variables();
      for (Variable v : model.variables()) {
        model.tensors().read(v.name(), 0, ByteBuffer.allocate((int) v.bytes()));
      }
    }
  }
}
