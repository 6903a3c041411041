package io.github.tf2torch.verify.check;

import io.github.tf2torch.model.target.ModuleTree;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.read.torch.SafetensorsFile;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import io.github.tf2torch.verify.run.SameBytes;
import io.github.tf2torch.verify.subject.Subject;
import io.github.tf2torch.write.pt2.Pt2Writer;
import io.github.tf2torch.write.statedict.StateDictWriter;
import io.github.tf2torch.write.torchscript.TorchScriptWriter;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * A zip archive of PyTorch's that holds all tensors of the conversion once more, an entry for each.
 *
 * @param holdings every tensor and its entry
 * @param index the entries that say what the others are and how they are computed with
 */
record TensorArchive(Path file, List<Holding> holdings, Map<String, ByteBuffer> index) {
  private static final String PICKLE = "model/data.pkl";

  TensorArchive {
    holdings = List.copyOf(holdings);
    index = Map.copyOf(index);
  }

  private record Holding(TorchModel.Tensor tensor, String entry) {}

  /** Those that the conversion has. */
  static List<TensorArchive> of(Subject subject) {
    List<TensorArchive> archives = new ArrayList<>();
    TorchModel model = subject.torch();
    if (subject.has("model.pt")) {
      byte[] index = StateDictWriter.index(model.tensors());
      archives.add(pickled(subject.file("model.pt"), model.tensors(), index));
    }
    if (subject.has("model.torchscript.pt")) {
      List<TorchModel.Tensor> tensors = ModuleTree.of(model).stateDict();
      byte[] index = TorchScriptWriter.index(model, DType.FLOAT32, false);
      archives.add(pickled(subject.file("model.torchscript.pt"), tensors, index));
    }
    if (subject.has("model.pt2")) {
      List<Holding> holdings = new ArrayList<>();
      Pt2Writer.entries(model).forEach((tensor, e) -> holdings.add(new Holding(tensor, e)));
      Map<String, ByteBuffer> index = new HashMap<>();
      Pt2Writer.index(model).forEach((entry, bytes) -> index.put(entry, ByteBuffer.wrap(bytes)));
      archives.add(new TensorArchive(subject.file("model.pt2"), holdings, index));
    }
    return archives;
  }

  /** Tensors in {@code data/N}, in the order of writing. */
  private static TensorArchive pickled(Path file, List<TorchModel.Tensor> tensors, byte[] index) {
    List<Holding> holdings =
        IntStream.range(0, tensors.size())
            .mapToObj(i -> new Holding(tensors.get(i), "model/data/" + i))
            .toList();
    return new TensorArchive(file, holdings, Map.of(PICKLE, ByteBuffer.wrap(index)));
  }

  String fileName() {
    return String.valueOf(file.getFileName());
  }

  /** Every tensor whose bytes are not those of {@code proven}; none where the file is proven. */
  List<TensorResult> differences(SafetensorsFile proven) throws IOException {
    List<TensorResult> differences = new ArrayList<>();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (String entry : new TreeSet<>(index.keySet())) {
        if (!ByteBuffer.wrap(bytes(zip, entry)).equals(index.get(entry))) {
          String name = entry.substring(entry.lastIndexOf('/') + 1);
          return List.of(
              result(
                  Verdict.NOT_CHECKED,
                  fileName(),
                  "its " + name + " is not as this version writes it; convert again"));
        }
      }
      for (Holding holding : holdings) {
        if (!holds(zip, holding, proven)) {
          differences.add(
              result(
                  Verdict.DIFFER,
                  fileName() + ": " + holding.tensor().name(),
                  "is not what " + Subject.WEIGHTS + " holds"));
        }
      }
    } catch (ZipException e) {
      return List.of(result(Verdict.DIFFER, fileName(), "is no zip archive: " + e.getMessage()));
    }
    return differences;
  }

  private static boolean holds(ZipFile zip, Holding holding, SafetensorsFile proven)
      throws IOException {
    TorchModel.Tensor tensor = holding.tensor();
    if (!proven.entries().containsKey(tensor.name())) {
      return false;
    }
    TensorExpr recipe = tensor.recipe();
    TensorExpr stored = new TensorExpr.Stored(tensor.name(), recipe.dtype(), recipe.shape());
    try (InputStream stream = open(zip, holding.entry())) {
      boolean isSame =
          SameBytes.in(
              stored,
              proven,
              holding.entry(),
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
