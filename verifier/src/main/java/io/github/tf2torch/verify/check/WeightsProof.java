package io.github.tf2torch.verify.check;

import io.github.tf2torch.convert.Progress;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.read.torch.SafetensorsEntry;
import io.github.tf2torch.read.torch.SafetensorsFile;
import io.github.tf2torch.tensor.Recipe;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.verify.report.CheckResult;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.run.SameBytes;
import io.github.tf2torch.verify.subject.CheckName;
import io.github.tf2torch.verify.subject.Subject;
import io.github.tf2torch.verify.training.OptimizerProof;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The tensors of one conversion, each led back to where it came from. */
record WeightsProof(Subject subject, SafetensorsFile file) {
  CheckResult run(Progress progress) throws IOException {
    List<TensorResult> results = new ArrayList<>();
    List<TorchModel.Tensor> tensors = subject.torch().tensors();
    for (TorchModel.Tensor tensor : tensors) {
      progress.step("weights", results.size(), tensors.size());
      results.add(result(tensor));
    }
    progress.step("weights", tensors.size(), tensors.size());
    for (String name : file.entries().keySet()) {
      if (tensors.stream().noneMatch(t -> t.name().equals(name))) {
        results.add(
            TensorResult.exact(name, "", false, "in " + Subject.WEIGHTS + ", but in no recipe"));
      }
    }
    List<String> files = new ArrayList<>(List.of(Subject.WEIGHTS));
    for (TensorArchive archive : TensorArchive.of(subject)) {
      List<TensorResult> differences = archive.differences(file);
      results.addAll(differences);
      if (differences.isEmpty()) {
        files.add(archive.fileName());
      }
    }
    List<TensorResult> optimizer = OptimizerProof.of(subject);
    results.addAll(optimizer);
    String matched =
        tensors.size()
            + " tensors lead back to their source, bit for bit, in "
            + String.join(", ", files)
            + (optimizer.isEmpty()
                ? ""
                : ", and " + optimizer.size() + " of the optimizer in " + OptimizerProof.FILE);
    return CheckResult.of(CheckName.WEIGHTS, matched, false, results);
  }

  private TensorResult result(TorchModel.Tensor tensor) throws IOException {
    String reason = difference(tensor);
    String said = reason.isEmpty() ? note(tensor) : reason;
    return TensorResult.exact(tensor.name(), tensor.recipe().describe(), reason.isEmpty(), said);
  }

  private static String note(TorchModel.Tensor tensor) {
    if (tensor.recipe().variables().isEmpty()) {
      return "of no variable";
    }
    return inverse(tensor).isPresent() ? "" : "no way back; computed again from the source";
  }

  private String difference(TorchModel.Tensor tensor) throws IOException {
    TensorExpr recipe = tensor.recipe();
    SafetensorsEntry entry = file.entries().get(tensor.name());
    if (entry == null) {
      return "not in " + Subject.WEIGHTS;
    }
    if (entry.dtype() != recipe.dtype() || !entry.shape().equals(recipe.shape())) {
      return "is "
          + entry.dtype().torchName()
          + entry.shape()
          + ", expected "
          + recipe.dtype().torchName()
          + recipe.shape();
    }
    Optional<String> recorded = subject.recordedChecksum(tensor.name());
    String found = file.checksum(tensor.name());
    if (recorded.isEmpty()) {
      return "conversion.json records no checksum for it";
    }
    if (!recorded.get().equals(found)) {
      return "checksum is " + found + ", conversion.json says " + recorded.get();
    }
    return leadsBack(tensor) ? "" : "does not lead back to " + recipe.describe();
  }

  private boolean leadsBack(TorchModel.Tensor tensor) throws IOException {
    TensorExpr recipe = tensor.recipe();
    Optional<TensorExpr> inverse = inverse(tensor);
    if (inverse.isEmpty()) {
      return SameBytes.in(recipe, subject.tensorflow().tensors(), tensor.name(), file);
    }
    String variable = recipe.variables().get(0);
    return SameBytes.in(inverse.get(), file, variable, subject.tensorflow().tensors());
  }

  private static Optional<TensorExpr> inverse(TorchModel.Tensor tensor) {
    return Recipe.inverse(tensor.recipe(), tensor.name());
  }
}
