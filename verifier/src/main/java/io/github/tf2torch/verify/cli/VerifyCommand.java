package io.github.tf2torch.verify.cli;

import io.github.tf2torch.cli.Command;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tf2torch verify}: holds a conversion against its source. */
@picocli.CommandLine.Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    header = "Run TensorFlow and PyTorch on identical inputs and write the report.",
    description = {
      "",
      "Exits with 1 where they differ. What is compared: tf2torch verify --list-checks.",
      "",
      "Example: tf2torch verify saved_model out --seed 7",
      ""
    })
public final class VerifyCommand implements Command {
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "SOURCE", description = "what was converted")
  private Path source = Path.of("");

  @Parameters(index = "1", paramLabel = "DIR", description = "the folder of the conversion")
  private Path directory = Path.of("");

  @Mixin private VerifyOptionsMixin options;

  @Override
  public Integer call() throws IOException {
    return Verifying.run(spec.commandLine(), source, directory, options);
  }
}
