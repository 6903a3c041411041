package io.github.tf2torch.verify.run;

import io.github.tf2torch.model.source.Role;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.Evaluation;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorSource;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.subject.Subject;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a tensor of a port should hold where it holds something else: weights of another step of the
 * training, a bias that was left out, a moving average in the place of the variable itself.
 */
final class OtherValues {
  /** A larger tensor is not compared for this. */
  private static final long MOST_BYTES = 1L << 26;

  private OtherValues() {}

  /** By tensor, the right value under the words that say what is wrong. */
  static Map<String, Map<String, TensorExpr>> of(
      Subject subject, TensorSource stored, List<TorchModel.Tensor> tensors) throws IOException {
    Map<String, Map<String, TensorExpr>> others = new HashMap<>();
    for (TorchModel.Tensor tensor : tensors) {
      Optional<TorchModel.Tensor> translated =
          subject.torch().tensors().stream()
              .filter(t -> t.name().equals(tensor.name()))
              .findFirst();
      if (translated.isEmpty() || bytes(tensor.recipe()) > MOST_BYTES) {
        continue;
      }
      TensorExpr recipe = translated.get().recipe();
      TensorValue right = Evaluation.value(recipe, subject.tensorflow().tensors());
      TensorValue here = Evaluation.value(tensor.recipe(), stored);
      if (!right.bytes().equals(here.bytes())) {
        others.put(
            tensor.name(),
            Map.of(words(subject, recipe, here), new TensorExpr.Constant(tensor.name(), right)));
      }
    }
    return others;
  }

  private static long bytes(TensorExpr recipe) {
    return recipe.shape().count() * recipe.dtype().bytes();
  }

  private static String words(Subject subject, TensorExpr recipe, TensorValue here)
      throws IOException {
    for (String variable : recipe.variables()) {
      for (Variable average : subject.tensorflow().variables()) {
        if (average.role() == Role.AVERAGE && average.name().startsWith(variable + "/")) {
          TensorSource tensors = subject.tensorflow().tensors();
          TensorSource averaged =
              (name, offset, target) ->
                  tensors.read(name.equals(variable) ? average.name() : name, offset, target);
          TensorValue value = Evaluation.value(recipe, averaged);
          if (value.bytes().equals(here.bytes())) {
            return "holds the moving average "
                + average.name()
                + " where TensorFlow runs "
                + variable;
          }
        }
      }
    }
    for (TorchModel.Tensor other : subject.torch().tensors()) {
      TensorExpr expr = other.recipe();
      if (expr.shape().equals(recipe.shape())
          && !expr.equals(recipe)
          && expr.dtype() == recipe.dtype()
          && !expr.variables().isEmpty()
          && bytes(expr) <= MOST_BYTES
          && Evaluation.value(expr, subject.tensorflow().tensors()).bytes().equals(here.bytes())) {
        return "holds what " + other.name() + " has to hold";
      }
    }
    return "holds other values than TensorFlow's "
        + recipe.describe()
        + ": weights of another step, or a term left out; write it from there";
  }
}
