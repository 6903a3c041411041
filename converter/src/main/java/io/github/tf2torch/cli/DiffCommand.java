package io.github.tf2torch.cli;

import io.github.tf2torch.convert.Converter;
import io.github.tf2torch.convert.TensorFiles;
import io.github.tf2torch.diff.Diff;
import io.github.tf2torch.diff.DiffJson;
import io.github.tf2torch.diff.DiffReport;
import io.github.tf2torch.diff.DiffText;
import io.github.tf2torch.diff.Tolerance;
import io.github.tf2torch.model.source.TensorFile;
import io.github.tf2torch.problem.BadRequest;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tf2torch diff}: two files of tensors, tensor by tensor. */
@picocli.CommandLine.Command(
    name = "diff",
    mixinStandardHelpOptions = true,
    header = "Compare two checkpoints, models or state_dicts, tensor by tensor.",
    description = {
      "",
      "A and B are a checkpoint, SavedModel, Keras file or frozen graph; a .pt or .pth file of"
          + " torch.save (nothing in it is run); a .safetensors file, its .index.json, or a folder"
          + " with one of them. Tensors are matched by name. Any format goes with any other. A"
          + " source and the folder it was converted into are compared through the conversion's"
          + " recipes.",
      "",
      "Exit status: 0 the same, 1 different, 3 a file is missing, damaged or not supported.",
      "",
      "Example: tf2torch diff before.pt after.safetensors --select '^encoder' --ulps 4",
      ""
    })
final class DiffCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "A", description = "the first file or folder")
  private Path a = Path.of("");

  @Parameters(index = "1", paramLabel = "B", description = "the second")
  private Path b = Path.of("");

  @Option(
      names = "--select",
      paramLabel = "REGEX",
      defaultValue = "",
      description = "only tensors in whose name this is found")
  private String select = "";

  @Option(
      names = "--ulps",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "floats at most so many steps of their type apart count as the same (default: 0)")
  private long ulps;

  @Option(
      names = "--atol",
      paramLabel = "X",
      defaultValue = "0",
      description = "numbers at most X apart count as the same (default: 0)")
  private double absolute;

  @Option(names = "--json", description = "print a document for programs, with every tensor")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    Pattern pattern = NameSelection.compile(select);
    Tolerance tolerance = tolerance();
    restore(a);
    restore(b);
    DiffReport report;
    try (TensorFile fileA = TensorFiles.openToCompare(a, b);
        TensorFile fileB = TensorFiles.openToCompare(b, a);
        TerminalProgress progress = new TerminalProgress(spec.commandLine().getErr())) {
      say("A", fileA);
      say("B", fileB);
      report =
          Diff.of(
              fileA,
              fileB,
              pattern,
              tolerance,
              (done, all) -> progress.step("comparing", done, all));
    }
    PrintWriter out = spec.commandLine().getOut();
    out.print(json ? DiffJson.of(report).toPrettyString() + "\n" : DiffText.of(report));
    out.flush();
    return report.isSame() ? ExitStatus.MATCH : ExitStatus.DIFFER;
  }

  private void restore(Path folder) throws IOException {
    for (String message : Converter.restore(folder)) {
      spec.commandLine().getErr().println("tf2torch: " + message);
    }
  }

  private void say(String side, TensorFile file) {
    file.problems()
        .forEach(p -> spec.commandLine().getErr().println("tf2torch: " + side + ": " + p));
  }

  private Tolerance tolerance() {
    try {
      return new Tolerance(absolute, ulps);
    } catch (IllegalArgumentException e) {
      throw new BadRequest("--atol and --ulps take numbers from 0 on", e);
    }
  }
}
