package io.github.tf2torch.verify.check;

import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.Evaluation;
import io.github.tf2torch.tensor.Recipe;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.verify.report.CheckResult;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.write.safetensors.SafetensorsEntry;
import io.github.tf2torch.write.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Does every written tensor lead back to its source? Its bytes must have the recorded checksum, and
 * the inverse of its recipe must give the variable bit for bit; a recipe without an inverse is
 * computed again.
 */
final class WeightsCheck {
  static final String NAME = "weights";
  private static final String FILE = "model.safetensors";

  private WeightsCheck() {}

  static CheckResult run(Subject subject) throws IOException {
    if (!subject.has(FILE)) {
      return CheckResult.notChecked(NAME, FILE + " is not there; convert --to safetensors");
    }
    List<TensorResult> results = new ArrayList<>();
    try (SafetensorsFile file = SafetensorsFile.open(subject.file(FILE))) {
      for (TorchModel.Tensor tensor : subject.torch().tensors()) {
        String reason = difference(subject, file, tensor);
        results.add(
            TensorResult.exact(
                tensor.name(), tensor.recipe().describe(), reason.isEmpty(), reason));
      }
    }
    return CheckResult.of(
        NAME, results.size() + " tensors lead back to their source, bit for bit", false, results);
  }

  private static String difference(Subject subject, SafetensorsFile file, TorchModel.Tensor tensor)
      throws IOException {
    TensorExpr recipe = tensor.recipe();
    SafetensorsEntry entry = file.entries().get(tensor.name());
    if (entry == null) {
      return "not in " + FILE;
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
    if (recorded.isPresent() && !recorded.get().equals(found)) {
      return "checksum is " + found + ", conversion.json says " + recorded.get();
    }
    Optional<TensorExpr> inverse = Recipe.inverse(recipe, tensor.name());
    long written;
    long expected;
    if (inverse.isPresent() && recipe.variables().size() == 1) {
      String variable = recipe.variables().get(0);
      written = crc(inverse.get(), file);
      TensorExpr stored =
          new TensorExpr.Stored(variable, inverse.get().dtype(), inverse.get().shape());
      expected = crc(stored, subject.tensorflow().tensors());
    } else {
      TensorExpr stored = new TensorExpr.Stored(tensor.name(), recipe.dtype(), recipe.shape());
      written = crc(stored, file);
      expected = crc(recipe, subject.tensorflow().tensors());
    }
    return written == expected ? "" : "does not lead back to " + recipe.describe();
  }

  private static long crc(TensorExpr expr, io.github.tf2torch.tensor.TensorSource source)
      throws IOException {
    CRC32C crc = new CRC32C();
    Evaluation.stream(expr, source, (ByteBuffer block) -> crc.update(block));
    return crc.getValue();
  }
}
