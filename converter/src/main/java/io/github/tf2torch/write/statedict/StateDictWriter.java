package io.github.tf2torch.write.statedict;

import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.problem.UnsupportedFile;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorSource;
import io.github.tf2torch.write.pass.TensorFilePlan;
import io.github.tf2torch.write.pass.TiedTensors;
import io.github.tf2torch.write.pass.WritePass;
import io.github.tf2torch.write.pass.ZipFilePlan;
import io.github.tf2torch.write.pickle.Pickle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** {@code model.pt}: an ordered {@code state_dict} for {@code torch.load(weights_only=True)}. */
public final class StateDictWriter {
  private StateDictWriter() {}

  /** Writes the tensors in this order, each streamed from its recipe. */
  public static void write(List<TorchModel.Tensor> tensors, TensorSource source, Path file)
      throws IOException {
    new WritePass(WritePass.Options.defaults()).run(List.of(plan(tensors, file)), source);
  }

  /** The file, with the tensors in this order. */
  public static TensorFilePlan plan(List<TorchModel.Tensor> tensors, Path file) {
    ZipFilePlan plan =
        new ZipFilePlan(file)
            .add("model/data.pkl", index(tensors))
            .add("model/byteorder", "little");
    List<Integer> storages = storages(tensors);
    int next = 0;
    for (int i = 0; i < tensors.size(); i++) {
      if (storages.get(i) == next) {
        plan.add("model/data/" + next++, tensors.get(i).recipe());
      }
    }
    return plan.add("model/version", "3\n");
  }

  /** The number of the storage that each tensor is in; tied ones are in the same. */
  public static List<Integer> storages(List<TorchModel.Tensor> tensors) {
    Map<String, String> tied = TiedTensors.of(tensors);
    Map<String, Integer> numbers = new HashMap<>();
    List<Integer> storages = new ArrayList<>();
    for (TorchModel.Tensor tensor : tensors) {
      String first = tied.getOrDefault(tensor.name(), tensor.name());
      numbers.putIfAbsent(first, numbers.size());
      storages.add(Objects.requireNonNull(numbers.get(first)));
    }
    return storages;
  }

  /** The pickle that names every tensor and says which storage it is in. */
  public static byte[] index(List<TorchModel.Tensor> tensors) {
    Pickle pickle = new Pickle().orderedDict().mark();
    List<Integer> storages = storages(tensors);
    for (int i = 0; i < tensors.size(); i++) {
      TensorExpr recipe = tensors.get(i).recipe();
      if (recipe.dtype().storageName().isEmpty()) {
        throw new UnsupportedFile(
            "tensor \"%s\" (%s) is %s, which PyTorch has no type for"
                .formatted(tensors.get(i).name(), recipe.describe(), recipe.dtype().torchName()));
      }
      pickle
          .text(tensors.get(i).name())
          .tensor(storages.get(i).toString(), recipe.dtype(), recipe.shape(), false);
    }
    return pickle.setItems().bytes();
  }
}
