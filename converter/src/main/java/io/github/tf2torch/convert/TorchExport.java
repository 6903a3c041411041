package io.github.tf2torch.convert;

import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.problem.UnsupportedOperation;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.translate.Translation;
import io.github.tf2torch.write.pass.TensorFilePlan;
import io.github.tf2torch.write.pt2.Pt2Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The archive of {@code torch.export} beside a model, or why there is none.
 *
 * @param plan empty where it was not asked for, or can't be
 * @param assumed what a reader of the account should know of it
 */
record TorchExport(Optional<TensorFilePlan> plan, List<String> assumed) {
  TorchExport {
    assumed = List.copyOf(assumed);
  }

  /**
   * Of a program, into {@code file}.
   *
   * @throws UnsupportedOperation where it was asked for by name and there is no such archive
   */
  static TorchExport of(TorchModel model, ConvertOptions options, Path file) {
    boolean isAsked = options.targets().contains(Target.PT2);
    if (!isAsked || !model.computes()) {
      return new TorchExport(Optional.empty(), List.of());
    }
    try {
      Optional<DType> dtype = options.packaging().dtype();
      Pt2Writer.Archive archive = Pt2Writer.archive(model, dtype, file);
      List<String> notes = new ArrayList<>(archive.notes());
      dtype.ifPresent(
          d ->
              notes.add(
                  "model.pt2 takes, computes and answers %s, as model.py does after model.to(torch.%s)"
                      .formatted(d.torchName(), d.torchName())));
      return new TorchExport(Optional.of(archive.plan()), notes);
    } catch (UnsupportedOperation e) {
      if (options.targets().size() < Target.all().size()) {
        throw new UnsupportedOperation(
            "--to pt2: the program has no archive of torch.export: "
                + e.getMessage()
                + "; leave pt2 out of --to",
            e);
      }
      return new TorchExport(Optional.empty(), List.of("there is no model.pt2: " + e.getMessage()));
    }
  }

  /** A translation that tells of it. */
  Translation toldIn(Translation translation) {
    return translation.assuming(assumed);
  }
}
