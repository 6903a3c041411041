package io.github.tf2torch.verify.cli;

import io.github.tf2torch.cli.Command;
import io.github.tf2torch.cli.ConversionSummary;
import io.github.tf2torch.cli.ConvertOptionsMixin;
import io.github.tf2torch.cli.ExitStatus;
import io.github.tf2torch.cli.TerminalProgress;
import io.github.tf2torch.convert.Conversion;
import io.github.tf2torch.convert.Converter;
import io.github.tf2torch.convert.Source;
import io.github.tf2torch.verify.check.Verification;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code tf2torch port}: convert, then verify. The folder stays where they differ. */
@picocli.CommandLine.Command(
    name = "port",
    mixinStandardHelpOptions = true,
    header = "Convert, then verify: a PyTorch model and the evidence that it is the same.",
    description = {"", "Example: tf2torch port saved_model -o out", ""})
public final class PortCommand implements Command {
  @Spec private CommandSpec spec;
  @Mixin private ConvertOptionsMixin conversionOptions;
  @Mixin private VerifyOptionsMixin verifyOptions;

  @Override
  public Integer call() throws IOException {
    PrintWriter err = spec.commandLine().getErr();
    if (verifyOptions.listsChecks) {
      spec.commandLine().getOut().print(Verification.table());
      spec.commandLine().getOut().flush();
      return ExitStatus.MATCH;
    }
    Verifying.require(verifyOptions);
    Conversion conversion;
    try (TerminalProgress progress = new TerminalProgress(err)) {
      progress.step("reading", 0, 1);
      try (Source source = conversionOptions.source().open()) {
        conversion =
            Converter.convert(
                source, conversionOptions.output(), conversionOptions.options(), progress);
      }
    }
    conversion.notes().forEach(n -> err.println("tf2torch: " + n));
    if (!verifyOptions.json) {
      spec.commandLine().getOut().print(ConversionSummary.of(conversion));
    }
    return Verifying.run(
        spec.commandLine(),
        conversionOptions.source().path(),
        conversionOptions.output(),
        verifyOptions,
        Optional.empty(),
        Optional.empty(),
        conversionOptions.plugins());
  }
}
