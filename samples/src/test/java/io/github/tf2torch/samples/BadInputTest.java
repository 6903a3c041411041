package io.github.tf2torch.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One clear message, the right exit status, and nothing written. */
class BadInputTest {
  private static final Path SAMPLE = Path.of("mnist-cnn", "saved_model");

  @TempDir Path folder;
  private Path source;
  private Path out;

  @BeforeEach
  void copyTheSample() throws IOException {
    source = folder.resolve("saved_model");
    out = folder.resolve("out");
    try (Stream<Path> files = Files.walk(SAMPLE)) {
      for (Path file : files.toList()) {
        Files.copy(file, source.resolve(SAMPLE.relativize(file).toString()));
      }
    }
  }

  @Test
  void flippedBitInTheDataIsFoundWithItsFile() throws IOException {
    Path data = source.resolve("variables/variables.data-00000-of-00001");
    flip(data, Files.size(data) / 2);
    refused(3, "variables.data-00000-of-00001", "checksum");
    CommandRun inspect = CommandRun.of("inspect", source);
    assertThat(inspect.status()).isEqualTo(3);
  }

  @Test
  void flippedBitInTheIndexIsFound() throws IOException {
    flip(source.resolve("variables/variables.index"), 20);
    refused(3, "variables.index");
  }

  @Test
  void missingShardIsNamed() throws IOException {
    Files.delete(source.resolve("variables/variables.data-00000-of-00001"));
    refused(3, "variables.data-00000-of-00001");
  }

  @Test
  void truncatedIndexIsFound() throws IOException {
    Path index = source.resolve("variables/variables.index");
    byte[] bytes = Files.readAllBytes(index);
    Files.write(index, Arrays.copyOf(bytes, bytes.length - 7));
    refused(3, "variables.index");
  }

  @Test
  void folderWithoutASavedModelIsRefused() throws IOException {
    Files.delete(source.resolve("saved_model.pb"));
    refused(3, "SavedModel folder");
  }

  @Test
  void missingSourceIsRefused() {
    CommandRun run = CommandRun.of("convert", folder.resolve("nowhere"), "-o", out);
    assertThat(run.status()).isEqualTo(3);
    assertThat(run.err()).contains("nowhere").contains("no such file");
  }

  @Test
  void unknownSignatureIsAnsweredWithThoseThatExist() {
    CommandRun run = CommandRun.of("convert", source, "-o", out, "--signature", "serve");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("\"serve\"").contains("serving_default");
    assertThat(out).doesNotExist();
  }

  @Test
  void everyOperationWithoutARuleIsListedAtOnce() throws IOException {
    Path graph = source.resolve("saved_model.pb");
    // every MaxPool becomes an op that nobody knows; the length, and so the encoding, stays
    String bytes = Files.readString(graph, StandardCharsets.ISO_8859_1);
    Files.writeString(graph, bytes.replace("MaxPool", "MyxPool"), StandardCharsets.ISO_8859_1);
    CommandRun run = refused(4, "MyxPool");
    assertThat(run.err().split("MyxPool2d", -1).length).isGreaterThanOrEqualTo(3);
  }

  @Test
  void weightsAloneAreConvertedByTheirNamesAndThereIsNoModel() {
    Path weights = source.resolve("variables/variables.index");
    CommandRun run = CommandRun.of("convert", weights, "-o", out);
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(files(out)).containsExactly("conversion.json", "model.pt", "model.safetensors");
  }

  @Test
  void variablesAsStoredAreNoModelToVerify() {
    assertThat(CommandRun.of("convert", source, "--raw", "-o", out).status()).isZero();
    CommandRun run = CommandRun.of("verify", source, out);
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("as stored (--raw) and no model").contains("diff");
    assertThat(out.resolve("report.json")).doesNotExist();
  }

  @Test
  void outputFolderInUseIsLeftAlone() throws IOException {
    Files.createDirectory(out);
    Files.writeString(out.resolve("notes.txt"), "mine");
    CommandRun run = CommandRun.of("convert", source, "-o", out, "--overwrite");
    assertThat(run.status()).isEqualTo(2);
    assertThat(out.resolve("notes.txt")).hasContent("mine");
    assertThat(files(out)).containsExactly("notes.txt");
  }

  @Test
  void wrongOptionIsOneLineAndAHint() {
    CommandRun run = CommandRun.of("convert", source, "--outptu", out);
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("--help");
  }

  private CommandRun refused(int status, String... words) {
    CommandRun run = CommandRun.of("convert", source, "-o", out);
    assertThat(run.status()).as(run.err()).isEqualTo(status);
    assertThat(run.err()).contains(words).doesNotContain("\tat ");
    assertThat(files(folder)).containsExactly("saved_model");
    return run;
  }

  private static void flip(Path file, long at) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[Math.toIntExact(at)] ^= 0x10;
    Files.write(file, bytes);
  }

  private static Stream<String> files(Path of) {
    try (Stream<Path> entries = Files.list(of)) {
      return entries.map(f -> f.getFileName().toString()).sorted().toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
