package io.github.tf2torch.write.pt2;

import io.github.tf2torch.interop.InteropScript;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OperatorsInPythonTest {
  @TempDir Path folder;

  @Test
  void schemasAreThoseOfPytorch() throws Exception {
    Path known = folder.resolve("operators.txt");
    Files.write(known, new Operators().all().stream().map(o -> line(o.schema())).toList());
    InteropScript.run(folder, "check_schemas.py", known);
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
