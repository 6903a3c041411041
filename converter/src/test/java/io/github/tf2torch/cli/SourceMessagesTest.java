package io.github.tf2torch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** What a user gives by mistake, the exit status, and what the one message says of it. */
class SourceMessagesTest {
  @TempDir Path folder;

  private record Run(int status, String out, String err) {}

  private Run run(String line) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine command = Main.commandLine();
    command.setOut(new PrintWriter(out));
    command.setErr(new PrintWriter(err));
    String[] arguments = Arrays.stream(line.split(" ")).map(this::placed).toArray(String[]::new);
    return new Run(command.execute(arguments), out.toString(), err.toString());
  }

  /** {@code :name} is a file of the tests, {@code @name} one in the folder. */
  private String placed(String word) {
    if (word.startsWith("@")) {
      return folder.resolve(word.substring(1)).toString();
    }
    return word.startsWith(":")
        ? Path.of("src/test/resources").resolve(word.substring(1)).toString()
        : word;
  }

  @BeforeEach
  void writeFiles() throws IOException {
    Files.writeString(folder.resolve("text"), "hello");
    Files.writeString(
        folder.resolve("architecture.json"),
        "{\"module\": \"keras\", \"class_name\": \"Sequential\", \"config\": {\"name\": \"m\"}}");
    byte[] weights = Files.readAllBytes(Path.of("src/test/resources/keras/frozen_bn.keras"));
    rezipped(weights, folder.resolve("list.keras"));
  }

  /** A .keras whose configuration is an empty list. */
  private static void rezipped(byte[] archive, Path to) throws IOException {
    try (var in = new java.util.zip.ZipInputStream(new java.io.ByteArrayInputStream(archive));
        ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(to))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        byte[] bytes = in.readAllBytes();
        out.putNextEntry(new ZipEntry(entry.getName()));
        out.write(entry.getName().equals("config.json") ? "[]".getBytes("UTF-8") : bytes);
        out.closeEntry();
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "convert :torch/state_dict.pt -o @o|3|state_dict.pt: is PyTorch's already",
        "convert :torch/dtypes.safetensors -o @o|3|dtypes.safetensors: is PyTorch's already",
        "convert @architecture.json -o @o|3|is the configuration of a Keras model without its"
            + " weights",
        "convert :keras/no_weights.h5 -o @o|3|no_weights.h5: holds a model's configuration and no"
            + " weights",
        "inspect :keras/no_weights.h5|3|no_weights.h5: holds a model's configuration and no"
            + " weights",
        "convert @list.keras -o @o|3|list.keras: \"config.json\" is no configuration of a model",
        "convert :keras/frozen_bn.keras -o @o --step 3|2|nothing that --step would choose in a"
            + " Keras file",
        "convert :keras/frozen_bn.keras -o @o --tags t|2|nothing that --tags would choose in a"
            + " Keras file",
        "convert :keras/frozen_bn.keras -o @o --signature s|2|nothing that --signature would"
            + " choose",
        "inspect :keras/frozen_bn.keras --graph-outputs y|2|nothing that --graph-inputs and",
        "convert :contract/saved_model -o @o --step 3|2|nothing that --step would choose in a"
            + " SavedModel",
        "convert :contract/frozen.pb -o @o --tags t|2|nothing that --tags would choose in a frozen"
            + " graph",
        "convert :keras/frozen_bn.keras|2|there is no folder to write to; give one with -o DIR",
        "convert :keras/frozen_bn.keras -o @text|2|text: is a file; name a folder with -o",
        "convert :keras/frozen_bn.keras -o @text/o|2|text: is a file, in which there can be no"
            + " folder",
        "convert :keras/frozen_bn.keras -o @text/a/b|2|text: is a file, in which there can be no"
            + " folder",
      })
  void theMessageNamesWhatIsWrong(String line, int status, String message) throws IOException {
    Run run = run(line);
    assertThat(run.err()).startsWith("tf2torch: ").contains(message).doesNotContain("Exception");
    assertThat(run.status()).isEqualTo(status);
    assertThat(folder.resolve("o")).doesNotExist();
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).hasSize(3);
    }
  }

  @Test
  void aDryRunAsksForNoFolder() {
    Run run = run("convert :keras/frozen_bn.keras --dry-run");
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out()).contains("nothing, as --dry-run asks");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        ":torch/state_dict.pt|format      PyTorch checkpoint|nothing, they are PyTorch's already",
        ":torch/dtypes.safetensors|format      safetensors|nothing, they are PyTorch's already",
        ":keras/frozen_bn.keras|format      Keras model|convert     uses ",
      })
  void inspectSaysWhatConvertDoes(String source, String format, String convert) {
    Run run = run("inspect " + source);
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out()).contains(format).contains(convert).doesNotContain("no rules");
  }

  @ParameterizedTest
  @MethodSource("errors")
  void whatJavaCallsAnErrorIsNoDifferenceThatWasFound(Error error, String message) {
    StringWriter said = new StringWriter();
    assertThat(ExitStatus.of(error, new PrintWriter(said))).isEqualTo(ExitStatus.FAILED);
    assertThat(said.toString()).contains(message);
  }

  static Stream<Arguments> errors() {
    return Stream.of(
        Arguments.of(new OutOfMemoryError("Java heap space"), "too little memory: Java heap space"),
        Arguments.of(new StackOverflowError(), "internal failure"),
        Arguments.of(new AssertionError("no case"), "internal failure"));
  }

  @Test
  void whatMayNotBeReadOrWrittenIsSaidWithoutNamesOfJavasClasses() {
    assertThat(message(new java.nio.file.AccessDeniedException("out/.x.lock")))
        .contains("out/.x.lock: permission denied; check space and permissions")
        .doesNotContain("Exception");
    assertThat(message(new java.nio.file.NoSuchFileException("/proc/.x.lock")))
        .contains("/proc/.x.lock: there is no such file or folder;")
        .doesNotContain("Exception");
    assertThat(
            message(new java.nio.file.FileSystemException("/sys/x", null, "Read-only file system")))
        .contains("/sys/x: Read-only file system;")
        .doesNotContain("Exception");
  }

  private static String message(IOException e) {
    StringWriter err = new StringWriter();
    CommandLine command = Main.commandLine();
    command.setErr(new PrintWriter(err));
    int status = new ExitStatus().handleExecutionException(e, command, command.parseArgs("rules"));
    assertThat(status).isEqualTo(ExitStatus.FAILED);
    return err.toString();
  }
}
