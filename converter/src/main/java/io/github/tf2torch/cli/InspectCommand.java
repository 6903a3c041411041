package io.github.tf2torch.cli;

import io.github.tf2torch.convert.Source;
import io.github.tf2torch.convert.TensorFiles;
import io.github.tf2torch.inspect.Inspection;
import io.github.tf2torch.inspect.InspectionJson;
import io.github.tf2torch.inspect.InspectionText;
import io.github.tf2torch.model.source.TensorFile;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.source.Variable;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tf2torch inspect}: what is in a source. */
@picocli.CommandLine.Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    header = "Say what is in a model or checkpoint, every checksum compared.",
    description = {
      "",
      "Who wrote it, signatures, graph or layers, variables as a tree, the optimizer with its slots,"
          + " what convert would use. Exits with 3 where bytes are damaged.",
      "",
      "Example: tf2torch inspect saved_model",
      ""
    })
final class InspectCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private SourceMixin source = new SourceMixin();

  @Option(
      names = "--statistics",
      description = "add min, max and mean of each variable, and how many elements are NaN or Inf")
  private boolean wantsStatistics;

  @Option(names = "--json", description = "print a document for programs")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    Optional<TensorFile> torch = TensorFiles.openTorch(source.path());
    Inspection inspection;
    if (torch.isPresent()) {
      try (TensorFile file = torch.get()) {
        inspection = of(tensors(file));
      }
    } else {
      try (Source opened = source.open()) {
        inspection = of(opened.overview());
      }
    }
    PrintWriter out = spec.commandLine().getOut();
    out.print(
        json
            ? InspectionJson.of(inspection).toPrettyString() + "\n"
            : torch.isPresent()
                ? InspectionText.ofTorch(inspection)
                : InspectionText.of(inspection));
    out.flush();
    return inspection.damaged().isEmpty() ? ExitStatus.MATCH : ExitStatus.BAD_SOURCE;
  }

  private static TfModel tensors(TensorFile file) {
    return TfModel.of(
        file.provenance(), file.variables(), List.of(), file.tensors(), file.problems());
  }

  private Inspection of(TfModel model) throws IOException {
    try (TerminalProgress progress = new TerminalProgress(spec.commandLine().getErr())) {
      long all = model.variables().stream().mapToLong(Variable::bytes).sum();
      AtomicLong read = new AtomicLong();
      return Inspection.of(
          model,
          wantsStatistics,
          bytes -> progress.step("reading variables", read.addAndGet(bytes), all));
    }
  }
}
