package io.github.tf2torch.verify.check;

import io.github.tf2torch.model.target.ModuleTree;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.read.torch.SafetensorsFile;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import io.github.tf2torch.write.statedict.StateDictWriter;
import io.github.tf2torch.write.torchscript.TorchScriptWriter;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * A file of the conversion that holds all tensors once more, as PyTorch's zip archives do: one
 * entry {@code data/N} for each, in the order of writing.
 *
 * @param tensors in that order
 * @param index the {@code data.pkl} that says so
 */
record TensorArchive(Path file, List<TorchModel.Tensor> tensors, ByteBuffer index) {

  /** Those that the conversion has. */
  static List<TensorArchive> of(Subject subject) {
    List<TensorArchive> archives = new ArrayList<>();
    TorchModel model = subject.torch();
    if (subject.has("model.pt")) {
      ByteBuffer index = ByteBuffer.wrap(StateDictWriter.index(model.tensors()));
      archives.add(new TensorArchive(subject.file("model.pt"), model.tensors(), index));
    }
    if (subject.has("model.torchscript.pt")) {
      List<TorchModel.Tensor> tensors = ModuleTree.of(model).stateDict();
      ByteBuffer index = ByteBuffer.wrap(TorchScriptWriter.index(model, DType.FLOAT32, false));
      archives.add(new TensorArchive(subject.file("model.torchscript.pt"), tensors, index));
    }
    return archives;
  }

  String fileName() {
    return String.valueOf(file.getFileName());
  }

  /** Every tensor whose bytes are not those of {@code proven}; none where the file is proven. */
  List<TensorResult> differences(SafetensorsFile proven) throws IOException {
    List<TensorResult> differences = new ArrayList<>();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      if (!ByteBuffer.wrap(bytes(zip, "model/data.pkl")).equals(index)) {
        return List.of(
            result(
                Verdict.NOT_CHECKED,
                fileName(),
                "its data.pkl is not as this version writes it; convert again"));
      }
      for (int i = 0; i < tensors.size(); i++) {
        TorchModel.Tensor tensor = tensors.get(i);
        if (!holds(zip, "model/data/" + i, tensor, proven)) {
          differences.add(
              result(
                  Verdict.DIFFER,
                  fileName() + ": " + tensor.name(),
                  "is not what " + WeightsCheck.FILE + " holds"));
        }
      }
    } catch (ZipException e) {
      return List.of(result(Verdict.DIFFER, fileName(), "is no zip archive: " + e.getMessage()));
    }
    return differences;
  }

  private static boolean holds(
      ZipFile zip, String entry, TorchModel.Tensor tensor, SafetensorsFile proven)
      throws IOException {
    if (!proven.entries().containsKey(tensor.name())) {
      return false;
    }
    TensorExpr recipe = tensor.recipe();
    TensorExpr stored = new TensorExpr.Stored(tensor.name(), recipe.dtype(), recipe.shape());
    try (InputStream stream = open(zip, entry)) {
      boolean isSame =
          SameBytes.in(
              stored,
              proven,
              entry,
              (name, offset, target) -> target.put(stream.readNBytes(target.remaining())));
      return isSame && stream.read() < 0;
    } catch (EOFException e) {
      return false;
    }
  }

  private static byte[] bytes(ZipFile zip, String entry) throws IOException {
    try (InputStream stream = open(zip, entry)) {
      return stream.readAllBytes();
    }
  }

  private static InputStream open(ZipFile zip, String entry) throws IOException {
    ZipEntry found = zip.getEntry(entry);
    return found == null ? new ByteArrayInputStream(new byte[0]) : zip.getInputStream(found);
  }

  private static TensorResult result(Verdict verdict, String name, String reason) {
    return new TensorResult(name, "", verdict, Double.NaN, Double.NaN, Double.NaN, reason);
  }
}
