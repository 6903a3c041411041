package io.github.tf2torch.verify.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tf2torch.cli.ExitStatus;
import io.github.tf2torch.cli.TerminalProgress;
import io.github.tf2torch.convert.ConversionFile;
import io.github.tf2torch.convert.Converter;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.verify.check.Verification;
import io.github.tf2torch.verify.engine.EngineUnavailable;
import io.github.tf2torch.verify.report.JsonReport;
import io.github.tf2torch.verify.report.Report;
import io.github.tf2torch.verify.report.ReportFiles;
import io.github.tf2torch.verify.subject.CheckName;
import io.github.tf2torch.verify.subject.InputChoice;
import io.github.tf2torch.verify.subject.OwnTorch;
import io.github.tf2torch.verify.subject.TorchSide;
import io.github.tf2torch.verify.subject.VerifyRequest;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine;

/** The run that {@code verify} and the second half of {@code port} share. */
final class Verifying {
  private Verifying() {}

  /** Refuses what can be known to be wrong before anything is converted. */
  static void require(VerifyOptionsMixin options) {
    Verification.require(options.checks);
    options.gradOutputs();
    if (options.inputs != null && !Files.isRegularFile(options.inputs)) {
      throw new BadRequest("--inputs " + options.inputs + ": there is no such file");
    }
  }

  /** Verifies, writes the report, prints what came of it; answers the exit status. */
  static int run(
      CommandLine command,
      Path source,
      Path directory,
      VerifyOptionsMixin options,
      Optional<OwnTorch> own,
      Optional<Path> trace,
      List<Path> plugins)
      throws IOException {
    if (options.listsChecks) {
      command.getOut().print(Verification.table());
      command.getOut().flush();
      return ExitStatus.MATCH;
    }
    for (String message : Converter.restore(directory)) {
      command.getErr().println("tf2torch: " + message);
    }
    require(options);
    VerifyRequest request =
        new VerifyRequest(
            source,
            new TorchSide(directory, own, plugins, Optional.ofNullable(options.python)),
            new InputChoice(
                options.seed,
                Optional.ofNullable(options.inputs),
                options.batch,
                options.size,
                trace),
            Set.copyOf(options.checks.isEmpty() ? CheckName.ALL : options.checks),
            options.tolerance,
            options.threads,
            options.isScrambled,
            options.gradOutputs());
    Path reports = options.report == null ? directory : options.report;
    Report report;
    try (TerminalProgress progress = new TerminalProgress(command.getErr())) {
      report = Verification.run(request, progress);
    } catch (EngineUnavailable e) {
      command.getErr().println("tf2torch: " + e.getMessage());
      return ExitStatus.FAILED;
    }
    ReportFiles.write(report, reports);
    PrintWriter out = command.getOut();
    if (options.json) {
      out.println(JsonReport.of(report).toPrettyString());
    } else {
      out.print(report.summary());
      out.println("report       " + reports.resolve("report.html"));
    }
    out.flush();
    return report.verdict().exitStatus();
  }

  /** Where the source of a conversion was, as its folder says. */
  static Path recordedSource(Path directory) throws IOException {
    Path file = directory.resolve(ConversionFile.NAME);
    if (!Files.isRegularFile(file)) {
      throw new BadRequest(
          directory
              + ": holds no "
              + ConversionFile.NAME
              + "; give SOURCE and the folder, or --torch");
    }
    String source = new ObjectMapper().readTree(file.toFile()).path("source").path("path").asText();
    if (source.isEmpty() || !Files.exists(Path.of(source))) {
      throw new BadRequest(
          directory + ": was converted from \"" + source + "\", which is not there; give SOURCE");
    }
    return Path.of(source);
  }
}
