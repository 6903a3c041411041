package io.github.tf2torch.verify.own;

import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.Evaluation;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.report.CheckResult;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import io.github.tf2torch.verify.subject.CheckName;
import io.github.tf2torch.verify.subject.OwnModel;
import io.github.tf2torch.verify.subject.Subject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Does each tensor of a user's own model hold what its variables lead to? */
public final class OwnWeights {
  private static final String COUNTER = "num_batches_tracked";

  private OwnWeights() {}

  public static CheckResult check(Subject subject, OwnModel own) throws IOException {
    List<TensorResult> results = new ArrayList<>();
    for (TorchModel.Tensor tensor : subject.torch().tensors()) {
      TensorExpr recipe = tensor.recipe();
      if (recipe.variables().isEmpty()) {
        String why =
            tensor.name().endsWith(COUNTER)
                ? "PyTorch's own count of batches, which TensorFlow does not keep"
                : "of no variable: it has no counterpart";
        results.add(result(tensor, Verdict.NOT_CHECKED, Double.NaN, why));
        continue;
      }
      TensorValue expected = Evaluation.value(recipe, subject.tensorflow().tensors());
      TensorValue found =
          Evaluation.value(
              new TensorExpr.Stored(tensor.name(), recipe.dtype(), recipe.shape()),
              own.weights().tensors());
      results.add(compared(tensor, expected, found, subject.request().tolerance()));
    }
    long exact = results.stream().filter(r -> r.error() == 0).count();
    long compared = results.stream().filter(r -> r.verdict() != Verdict.NOT_CHECKED).count();
    long counters = results.stream().filter(r -> r.name().endsWith(COUNTER)).count();
    long others = results.size() - compared - counters;
    String left =
        (others == 0 ? "" : "; " + others + " have no counterpart")
            + (counters == 0 ? "" : "; " + counters + " " + COUNTER + " are PyTorch's own");
    return CheckResult.of(
        CheckName.WEIGHTS,
        exact
            + " of "
            + compared
            + " tensors hold what their variables lead to, bit for bit"
            + left,
        false,
        results);
  }

  private static TensorResult compared(
      TorchModel.Tensor tensor, TensorValue expected, TensorValue found, double tolerance) {
    if (expected.bytes().equals(found.bytes())) {
      return result(tensor, Verdict.MATCH, 0, "");
    }
    if (!expected.dtype().isFloating()) {
      return result(tensor, Verdict.DIFFER, Double.NaN, "holds other numbers");
    }
    double[] left = expected.doubles();
    double[] right = found.doubles();
    double largest = 0;
    double size = 0;
    int at = 0;
    for (int i = 0; i < left.length; i++) {
      double apart = Math.abs(left[i] - right[i]);
      size = Math.max(size, Math.abs(left[i]));
      if (!(apart <= largest)) {
        largest = apart;
        at = i;
      }
    }
    double error = largest == 0 ? 0 : largest / size;
    return error <= tolerance
        ? result(tensor, Verdict.MATCH, error, "close, not the same bits")
        : result(
            tensor,
            Verdict.DIFFER,
            error,
            String.format(
                Locale.ROOT,
                "parts by %.2e from its variable at element %d, bound %.0e",
                error,
                at,
                tolerance));
  }

  private static TensorResult result(
      TorchModel.Tensor tensor, Verdict verdict, double error, String reason) {
    return new TensorResult(
        tensor.name(), tensor.recipe().describe(), verdict, error, Double.NaN, Double.NaN, reason);
  }
}
