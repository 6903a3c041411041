package io.github.tf2torch.translate;

import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The account drawn up: what the program's recipes read, and why the rest is not needed. */
public final class Accounting {
  private Accounting() {}

  static Account of(TfModel model, TorchModel torch, List<String> assumed) {
    Set<String> used = new HashSet<>();
    List<String> lossy = new ArrayList<>();
    for (TorchModel.Tensor tensor : torch.tensors()) {
      used.addAll(tensor.recipe().variables());
      if (isLossy(tensor.recipe())) {
        lossy.add(tensor.name());
      }
    }
    List<Account.Dropped> dropped =
        model.variables().stream()
            .filter(v -> !used.contains(v.name()))
            .map(v -> new Account.Dropped(v.name(), reason(v, model)))
            .toList();
    List<String> all = new ArrayList<>(model.assumed());
    all.addAll(assumed);
    return new Account(dropped, List.of(), all, lossy);
  }

  private static String reason(Variable variable, TfModel model) {
    return switch (variable.role()) {
      case SLOT -> "optimizer slot";
      case COUNTER -> "step counter";
      case AVERAGE -> "moving average, not chosen";
      case ALIAS -> "alias of a variable that is used";
      case WEIGHT, STATISTIC, OTHER -> unused(model.signature().name());
    };
  }

  private static String unused(String signature) {
    return signature.isEmpty() ? "the model does not use it" : "not used by signature " + signature;
  }

  /** Whether it can't be undone bit for bit, element by element. */
  public static boolean isLossy(TensorExpr expr) {
    boolean here =
        expr instanceof TensorExpr.Scale
            || expr instanceof TensorExpr.Shift
            || expr instanceof TensorExpr.Sum
            || expr instanceof TensorExpr.Cast c && !widens(c);
    return here || expr.inputs().stream().anyMatch(Accounting::isLossy);
  }

  private static boolean widens(TensorExpr.Cast cast) {
    return cast.input().dtype().isFloating()
        && cast.dtype().isFloating()
        && cast.dtype().bytes() > cast.input().dtype().bytes();
  }
}
