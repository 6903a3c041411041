package io.github.tf2torch.verify.opening;

import io.github.tf2torch.model.source.TensorFile;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.Evaluation;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorSource;
import io.github.tf2torch.translate.Translation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The matrix behind a flattened image, in the order in which the model holds its rows. A mapping
 * takes them to be in PyTorch's; a model that permutes its image before it flattens it has them in
 * TensorFlow's, and only its tensors say so.
 *
 * @param matched the tensors as they are held
 * @param kept names of those whose rows are in TensorFlow's order
 */
record OwnRows(Translation matched, List<String> kept) {
  OwnRows {
    kept = List.copyOf(kept);
  }

  static OwnRows of(Translation mapped, TensorSource variables, TensorFile held)
      throws IOException {
    List<TorchModel.Tensor> tensors = new ArrayList<>();
    List<String> kept = new ArrayList<>();
    for (TorchModel.Tensor tensor : mapped.model().tensors()) {
      TensorExpr plain = plain(tensor.recipe());
      boolean isKept =
          !plain.equals(tensor.recipe())
              && isHeld(tensor, plain, variables, held)
              && !isHeld(tensor, tensor.recipe(), variables, held);
      if (isKept) {
        kept.add(tensor.name());
      }
      tensors.add(isKept ? new TorchModel.Tensor(tensor.name(), tensor.kind(), plain) : tensor);
    }
    return new OwnRows(mapped.withModel(mapped.model().withTensors(tensors)), kept);
  }

  private static boolean isHeld(
      TorchModel.Tensor tensor, TensorExpr recipe, TensorSource variables, TensorFile held)
      throws IOException {
    TensorExpr stored = new TensorExpr.Stored(tensor.name(), recipe.dtype(), recipe.shape());
    ByteBuffer here = Evaluation.value(stored, held.tensors()).bytes();
    return Evaluation.value(recipe, variables).bytes().equals(here);
  }

  /** Without the image that an axis is unfolded into and folded again of. */
  private static TensorExpr plain(TensorExpr recipe) {
    if (recipe instanceof TensorExpr.Permute e) {
      return new TensorExpr.Permute(plain(e.input()), e.axes());
    }
    if (recipe instanceof TensorExpr.Cast e) {
      return new TensorExpr.Cast(plain(e.input()), e.dtype());
    }
    return recipe instanceof TensorExpr.Reshape folded
            && folded.input() instanceof TensorExpr.Permute turned
            && turned.input() instanceof TensorExpr.Reshape unfolded
            && unfolded.input().shape().equals(folded.shape())
        ? unfolded.input()
        : recipe;
  }
}
