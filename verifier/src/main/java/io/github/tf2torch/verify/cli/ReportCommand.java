package io.github.tf2torch.verify.cli;

import io.github.tf2torch.cli.Command;
import io.github.tf2torch.cli.ExitStatus;
import io.github.tf2torch.verify.report.ReportComparison;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tf2torch report}: two verifications, check by check. */
@picocli.CommandLine.Command(
    name = "report",
    mixinStandardHelpOptions = true,
    header = "Compare the reports of two verifications.",
    description = {
      "",
      "Exits with 0 where both come to the same verdict and no check of B is worse than in A or"
          + " missing, else with 1.",
      "",
      "Example: tf2torch report yesterday/report.json today/report.json",
      ""
    })
public final class ReportCommand implements Command {
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "A", description = "a report.json")
  private Path before = Path.of("");

  @Parameters(index = "1", paramLabel = "B", description = "the one of another run")
  private Path after = Path.of("");

  @Option(names = "--json", description = "print a document for programs")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    ReportComparison comparison = ReportComparison.of(before, after);
    PrintWriter out = spec.commandLine().getOut();
    out.print(json ? comparison.json().toPrettyString() + "\n" : comparison.text());
    out.flush();
    return comparison.isSame() ? ExitStatus.MATCH : ExitStatus.DIFFER;
  }
}
