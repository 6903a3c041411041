package io.github.tf2torch.write.statedict;

import io.github.tf2torch.io.ZipArchive;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.problem.UnsupportedFile;
import io.github.tf2torch.tensor.Evaluation;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorSource;
import io.github.tf2torch.write.pickle.Pickle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** {@code model.pt}: an ordered {@code state_dict} for {@code torch.load(weights_only=True)}. */
public final class StateDictWriter {
  private StateDictWriter() {}

  /** Writes the tensors in this order, each streamed from its recipe. */
  public static void write(List<TorchModel.Tensor> tensors, TensorSource source, Path file)
      throws IOException {
    try (ZipArchive zip = ZipArchive.create(file)) {
      zip.entry("model/data.pkl", index(tensors));
      zip.entry("model/byteorder", ascii("little"));
      for (int i = 0; i < tensors.size(); i++) {
        TensorExpr recipe = tensors.get(i).recipe();
        long size = Math.multiplyExact(recipe.shape().count(), (long) recipe.dtype().bytes());
        zip.entry("model/data/" + i, size, sink -> Evaluation.stream(recipe, source, sink::write));
      }
      zip.entry("model/version", ascii("3\n"));
    }
  }

  /** The pickle that names every tensor and says which storage it is in. */
  public static byte[] index(List<TorchModel.Tensor> tensors) {
    Pickle pickle = new Pickle().orderedDict().mark();
    for (int i = 0; i < tensors.size(); i++) {
      TensorExpr recipe = tensors.get(i).recipe();
      if (recipe.dtype().storageName().isEmpty()) {
        throw new UnsupportedFile(
            "tensor \"%s\" (%s) is %s, which PyTorch has no type for"
                .formatted(tensors.get(i).name(), recipe.describe(), recipe.dtype().torchName()));
      }
      pickle
          .text(tensors.get(i).name())
          .tensor(Integer.toString(i), recipe.dtype(), recipe.shape(), false);
    }
    return pickle.setItems().bytes();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
