package io.github.tf2torch.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * samples/resume-training: a checkpoint of real TensorFlow after 15 steps goes on in both
 * frameworks in the JVM, and in the PyTorch of Python, where it meets TensorFlow's own losses.
 */
class ResumeInPythonTest {
  private static final Path SAMPLE = Path.of("resume-training").toAbsolutePath();

  /** One batch in float32; rounding grows by the step, as each starts where the last has led. */
  private static final double FIRST = 2e-5;

  private static final double LATER = 2e-3;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"--nesterov", "--adam"})
  void trainingMeetsTheLossesOfTensorflow(String optimizer) throws Exception {
    String python = InteropScript.python();
    Path checkpoint = folder.resolve("checkpoint");
    Path out = folder.resolve("out");
    String script = SAMPLE.resolve("make_checkpoint.py").toString();
    run(folder, "make.log", python, script, checkpoint.toString(), optimizer);
    Path meta = checkpoint.resolve("model.ckpt-15.meta");
    CommandRun port = CommandRun.of("port", meta, "-o", out, "--checks", "weights,training");
    assertThat(port.status()).as(port.out() + port.err()).isZero();
    assertThat(port.out()).contains("the graph's own train op (train)");
    for (String file : List.of("resume.py", "digits.npz")) {
      Files.copy(SAMPLE.resolve(file), out.resolve(file));
    }
    List<Double> found = new ArrayList<>();
    run(out, "resume.log", python, "resume.py").forEach(l -> found.add(Double.valueOf(l)));
    JsonNode expected = new ObjectMapper().readTree(checkpoint.resolve("losses.json").toFile());
    assertThat(found).hasSize(15).hasSize(expected.size());
    for (int i = 0; i < found.size(); i++) {
      double wanted = expected.get(i).asDouble();
      assertThat(found.get(i))
          .as("loss of step %d", i + 16)
          .isCloseTo(wanted, within((i < 5 ? FIRST : LATER) * wanted));
    }
  }

  private List<String> run(Path directory, String name, String... command) throws Exception {
    Path log = folder.resolve(name);
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectError(folder.resolve(name + ".err").toFile())
            .redirectOutput(log.toFile())
            .start();
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(folder.resolve(name + ".err"))).isZero();
    return Files.readAllLines(log);
  }
}
