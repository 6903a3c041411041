package io.github.tf2torch.cli;

import io.github.tf2torch.convert.Inspection;
import io.github.tf2torch.convert.Source;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tf2torch inspect}: what is in a source. */
@picocli.CommandLine.Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    header = "Say what is in a model: signatures, variables, every checksum checked.",
    description = {"", "Example: tf2torch inspect saved_model", ""})
final class InspectCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private SourceMixin source = new SourceMixin();

  @Option(names = "--json", description = "print a document for programs")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    Inspection inspection;
    try (Source opened = source.open()) {
      inspection = Inspection.of(opened.model());
    }
    PrintWriter out = spec.commandLine().getOut();
    out.print(json ? inspection.toJson().toPrettyString() + "\n" : inspection.toText());
    out.flush();
    return inspection.damage().isEmpty() ? ExitStatus.MATCH : ExitStatus.BAD_SOURCE;
  }
}
