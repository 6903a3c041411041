package io.github.tf2torch.convert;

import io.github.tf2torch.model.source.Role;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.model.target.TrainingState;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Evaluation;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.translate.Account;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Numbers of a source that no tensor of PyTorch's holds, such as the step of its training: {@code
 * conversion.json} keeps them for the way back.
 */
final class KeptNumbers {
  private static final Set<Role> ROLES = Set.of(Role.COUNTER, Role.OTHER);

  /** Up to here a double holds every whole number. */
  private static final double LARGEST = 0x1p53;

  private KeptNumbers() {}

  /** By the variable's name. */
  static Map<String, Double> of(TfModel model, Account account, Optional<TrainingState> optimizer)
      throws IOException {
    Set<String> held = optimizer.map(TrainingState::sources).orElse(Set.of());
    Set<String> dropped =
        account.dropped().stream()
            .map(Account.Dropped::name)
            .filter(n -> !held.contains(n))
            .collect(Collectors.toSet());
    Map<String, Double> numbers = new LinkedHashMap<>();
    for (Variable variable : model.variables()) {
      if (dropped.contains(variable.name()) && isNumber(variable)) {
        double value = value(variable, model);
        if (Math.abs(value) <= LARGEST) {
          numbers.put(variable.name(), value);
        }
      }
    }
    return numbers;
  }

  /** Whether it is a variable that may be kept so. */
  static boolean isNumber(Variable variable) {
    DType dtype = variable.dtype();
    return ROLES.contains(variable.role())
        && variable.shape().rank() == 0
        && (dtype.isFloating() || dtype == DType.INT64 || dtype == DType.INT32);
  }

  private static double value(Variable variable, TfModel model) throws IOException {
    TensorExpr stored = new TensorExpr.Stored(variable.name(), variable.dtype(), variable.shape());
    return Evaluation.value(stored, model.tensors()).doubleAt(0);
  }
}
