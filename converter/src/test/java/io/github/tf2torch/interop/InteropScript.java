package io.github.tf2torch.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Scripts of interop/ that hold what is written against real PyTorch and TensorFlow. */
public final class InteropScript {
  private InteropScript() {}

  /** The interpreter that TF2TORCH_PYTHON names; without one the test is skipped, and says so. */
  public static String python() {
    String python = System.getenv().getOrDefault("TF2TORCH_PYTHON", "");
    Assumptions.assumeFalse(
        python.isEmpty(), "TF2TORCH_PYTHON names no interpreter: interop test skipped");
    return python;
  }

  /**
   * Runs it to its end, which is to be 0 within 5 minutes.
   *
   * @param folder for what it prints
   * @return what it printed
   */
  public static String run(Path folder, String script, Object... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(python(), "../interop/" + script));
    Arrays.stream(arguments).map(Object::toString).forEach(command::add);
    Path log = folder.resolve(script + ".log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("%s ends", script).isTrue();
    assertThat(process.exitValue()).as(Files.readString(log)).isZero();
    return Files.readString(log);
  }
}
