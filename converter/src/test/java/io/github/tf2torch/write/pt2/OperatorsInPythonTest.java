package io.github.tf2torch.write.pt2;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OperatorsInPythonTest {
  @TempDir Path folder;

  @Test
  void schemasAreThoseOfPytorch() throws Exception {
    String python = System.getenv().getOrDefault("TF2TORCH_PYTHON", "");
    Assumptions.assumeFalse(
        python.isEmpty(), "TF2TORCH_PYTHON names no interpreter: interop test skipped");
    Path known = folder.resolve("operators.txt");
    Files.write(known, new Operators().all().stream().map(o -> line(o.schema())).toList());
    Path log = folder.resolve("check_schemas.log");
    Process process =
        new ProcessBuilder(List.of(python, "../interop/check_schemas.py", known.toString()))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(log)).isZero();
  }

  private static String line(Schema schema) {
    StringBuilder line = new StringBuilder(schema.target()).append(' ');
    line.append(returns(schema.returns()));
    schema
        .arguments()
        .forEach(
            a ->
                line.append(' ')
                    .append(a.name())
                    .append(':')
                    .append(a.type())
                    .append(':')
                    .append(a.isKeyword())
                    .append(':')
                    .append(a.hasDefault()));
    return line.toString();
  }

  /** Without the names that results have. */
  private static String returns(String returns) {
    return returns
        .replaceAll("[()]", "")
        .replaceAll("Tensor \\w+", "Tensor")
        .replace("Tensor[]", "List[Tensor]")
        .replace(", ", "|");
  }
}
