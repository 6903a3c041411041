package io.github.tf2torch.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.convert.Conversion;
import io.github.tf2torch.convert.ConvertOptions;
import io.github.tf2torch.convert.Converter;
import io.github.tf2torch.convert.Progress;
import io.github.tf2torch.convert.Source;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.rules.LayerRule;
import io.github.tf2torch.translate.UserRules;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
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
import org.tensorflow.Graph;
import org.tensorflow.Output;
import org.tensorflow.proto.DataType;

/** A Keras model with a layer of its own, and the rule for it in a jar. */
class CustomLayerTest {
  private static final Path SAMPLE = Path.of("custom-layer");
  private static final Path MODEL = SAMPLE.resolve("model.keras");
  private static final String SERVICE = "META-INF/services/io.github.tf2torch.rules.LayerRule";

  private static final String OP_SERVICE = "META-INF/services/io.github.tf2torch.rules.OpRule";

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

  @Test
  void aRuleForAnOpOfAGraphIsTakenFromAJarToo() throws IOException {
    Path graph = folder.resolve("inverse.pb");
    try (Graph built = new Graph()) {
      Output<?> x =
          built
              .opBuilder("Placeholder", "x", built.baseScope())
              .setAttr("dtype", DataType.DT_FLOAT)
              .setAttr("shape", org.tensorflow.ndarray.Shape.of(-1, 3, 3))
              .build()
              .output(0);
      built.opBuilder("MatrixInverse", "y", built.baseScope()).addInput(x).build();
      Files.write(graph, built.toGraphDef().toByteArray());
    }
    Path out = folder.resolve("out");
    CommandRun without = CommandRun.of("convert", graph, "-o", out);
    assertThat(without.status()).isEqualTo(4);
    assertThat(without.err()).contains("y (MatrixInverse)", "OpRule");

    Path source =
        Files.writeString(
            folder.resolve("InverseRule.java"),
            """
            import io.github.tf2torch.model.source.Node;
            import io.github.tf2torch.model.target.AxisOrder;
            import io.github.tf2torch.model.target.Expr;
            import io.github.tf2torch.rules.OpContext;
            import io.github.tf2torch.rules.OpRule;
            import io.github.tf2torch.rules.Value.Held;
            import java.util.Set;

            public final class InverseRule implements OpRule {
              @Override
              public Set<String> ops() {
                return Set.of("MatrixInverse");
              }

              @Override
              public void translate(Node node, OpContext context) {
                Held x = context.held(0, AxisOrder.identity(3));
                context.output(0, context.assign(Expr.aten("inverse", x.expr()), x.type()));
              }
            }
            """);
    Path jar = jar(source, OP_SERVICE, "InverseRule");
    CommandRun port =
        CommandRun.of("port", graph, "-o", out, "--plugin", jar, "--checks", "weights,outputs");
    assertThat(port.out()).as(port.err()).contains("outputs      match");
    assertThat(Files.readString(out.resolve("model.py"))).contains("torch.inverse(x)");
  }

  @Test
  void theLibraryTakesARuleAsAnObject() throws Exception {
    Path jar = jar(SAMPLE.resolve("GateRule.java"), "GateRule");
    try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()});
        Source source = Source.open(MODEL)) {
      LayerRule rule =
          (LayerRule) loader.loadClass("GateRule").getDeclaredConstructor().newInstance();
      Path out = folder.resolve("out");
      Conversion conversion =
          Converter.convert(
              source,
              out,
              ConvertOptions.defaults().withRules(UserRules.of(rule)),
              Progress.silent());
      assertThat(conversion.translation().model().tensors())
          .extracting(TorchModel.Tensor::name)
          .contains("gate.weight", "gate.bias");
    }
  }

  /** plugin.jar with a compiled source, and the rule of a layer that it names. */
  private Path jar(Path source, String named) throws IOException {
    return jar(source, SERVICE, named);
  }

  private Path jar(Path source, String service, String named) throws IOException {
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
        out.putNextEntry(new JarEntry(service));
        out.write(named.getBytes(StandardCharsets.UTF_8));
      }
    }
    return jar;
  }
}
