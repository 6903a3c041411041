package io.github.tf2torch.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A Keras model with a layer of its own, and the rule for it in a jar. */
class CustomLayerTest {
  private static final Path SAMPLE = Path.of("custom-layer");
  private static final Path MODEL = SAMPLE.resolve("model.keras");
  private static final String SERVICE = "META-INF/services/io.github.tf2torch.rules.LayerRule";

  @TempDir Path folder;

  @Test
  void anUnknownLayerIsNamedWithASkeletonThatCompiles() throws IOException {
    CommandRun convert = CommandRun.of("convert", MODEL, "-o", folder.resolve("out"));
    assertThat(convert.status()).isEqualTo(4);
    assertThat(convert.err()).contains("gate (Gate): has no rule", "scale=1.5", "--plugin JAR");
    String skeleton =
        convert
            .err()
            .substring(
                convert.err().indexOf("import io.github.tf2torch"),
                convert.err().lastIndexOf('}') + 1);
    assertThat(skeleton).contains("float scale = context.settings().number(1.5f, \"scale\");");
    Path source = Files.writeString(folder.resolve("GateRule.java"), skeleton);
    CommandRun again =
        CommandRun.of(
            "convert", MODEL, "-o", folder.resolve("out"), "--plugin", jar(source, "GateRule"));
    assertThat(again.status()).isEqualTo(4);
    assertThat(again.err()).contains("gate (Gate): is not said yet");
  }

  @Test
  void theRuleOfAJarPortsIt() throws Exception {
    Path jar = jar(SAMPLE.resolve("GateRule.java"), "GateRule");
    Path out = folder.resolve("out");
    CommandRun convert = CommandRun.of("convert", MODEL, "-o", out, "--plugin", jar);
    assertThat(convert.status()).as(convert.err()).isZero();
    assertThat(Files.readString(out.resolve("model.py")))
        .contains("self.gate = nn.Linear(7, 7)", "torch.sigmoid(self.gate(x))");

    InteropScript.run(
        folder, "check_port.py", out, SAMPLE.resolve("input.npy"), SAMPLE.resolve("output.npy"));
  }

  @Test
  void verifyTakesTheJarAsWell() throws IOException {
    Path jar = jar(SAMPLE.resolve("GateRule.java"), "GateRule");
    Path out = folder.resolve("out");
    CommandRun port = CommandRun.of("port", MODEL, "-o", out, "--plugin", jar);
    assertThat(port.out()).contains("weights      match").contains("Gate");
    CommandRun without = CommandRun.of("verify", MODEL, out);
    assertThat(without.err()).contains("gate (Gate): has no rule", "--plugin JAR");
    CommandRun with = CommandRun.of("verify", MODEL, out, "--plugin", jar);
    assertThat(with.out()).contains("weights      match");
  }

  @Test
  void aRuleForALayerThatHasOneIsRefused() throws IOException {
    String rule =
        Files.readString(SAMPLE.resolve("GateRule.java")).replace("\"Gate\"", "\"Dense\"");
    Path source = Files.writeString(folder.resolve("GateRule.java"), rule);
    CommandRun convert =
        CommandRun.of(
            "convert", MODEL, "-o", folder.resolve("out"), "--plugin", jar(source, "GateRule"));
    assertThat(convert.status()).isEqualTo(2);
    assertThat(convert.err()).contains("two rules for layer Dense: GateRule of a plugin and");
  }

  @ParameterizedTest
  @ValueSource(strings = {"missing", "text", "empty", "unknown class"})
  void aJarThatIsNoneIsToldInOneLine(String kind) throws IOException {
    Path jar = folder.resolve("plugin.jar");
    String expected =
        switch (kind) {
          case "missing" -> "there is no such file";
          case "text" -> {
            Files.writeString(jar, "no jar");
            yield "is no jar, or damaged";
          }
          case "empty" -> {
            jar(SAMPLE.resolve("GateRule.java"), "");
            yield "names no rule; add " + SERVICE;
          }
          default -> {
            jar(SAMPLE.resolve("GateRule.java"), "OtherRule");
            yield "its rules can't be loaded: ";
          }
        };
    CommandRun convert =
        CommandRun.of("convert", MODEL, "-o", folder.resolve("out"), "--plugin", jar);
    assertThat(convert.status()).isEqualTo(2);
    assertThat(convert.err()).contains("--plugin " + jar + ": " + expected);
    assertThat(convert.err().strip().lines()).hasSize(1);
    assertThat(folder.resolve("out")).doesNotExist();
  }

  /** plugin.jar with a compiled source, and the rule that it names. */
  private Path jar(Path source, String named) throws IOException {
    Path classes = Files.createTempDirectory(folder, "classes");
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                said,
                said,
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                classes.toString(),
                source.toString());
    assertThat(status).as(said.toString(StandardCharsets.UTF_8)).isZero();
    Path jar = folder.resolve("plugin.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
        Stream<Path> files = Files.list(classes)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        out.putNextEntry(new JarEntry(String.valueOf(file.getFileName())));
        out.write(Files.readAllBytes(file));
      }
      if (!named.isEmpty()) {
        out.putNextEntry(new JarEntry(SERVICE));
        out.write(named.getBytes(StandardCharsets.UTF_8));
      }
    }
    return jar;
  }
}
