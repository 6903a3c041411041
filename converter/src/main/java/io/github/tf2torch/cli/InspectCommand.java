package io.github.tf2torch.cli;

import io.github.tf2torch.convert.Inspection;
import io.github.tf2torch.convert.Source;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tf2torch inspect}: what is in a source. */
@picocli.CommandLine.Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    header = "Say what is in a model: signatures, variables, every checksum checked.",
    description = {"", "Example: tf2torch inspect saved_model", ""})
final class InspectCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "SOURCE", description = "a SavedModel folder")
  private Path source = Path.of("");

  @Option(
      names = "--signature",
      paramLabel = "NAME",
      description = "the signature to describe (default: serving_default, or the only one)")
  private @Nullable String signature;

  @Option(names = "--json", description = "print a document for programs")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    Inspection inspection;
    try (Source opened = Source.open(source)) {
      inspection = Inspection.of(opened.model(Optional.ofNullable(signature)));
    }
    PrintWriter out = spec.commandLine().getOut();
    out.print(json ? inspection.toJson().toPrettyString() + "\n" : inspection.toText());
    out.flush();
    return inspection.damage().isEmpty() ? ExitStatus.MATCH : ExitStatus.BAD_SOURCE;
  }
}
