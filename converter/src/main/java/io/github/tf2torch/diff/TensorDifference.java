package io.github.tf2torch.diff;

import io.github.tf2torch.model.source.Variable;
import java.util.Optional;

/**
 * What became of one tensor.
 *
 * @param a the tensor of the first file; empty where it is only in the second
 * @param b likewise
 * @param values where elements were compared
 */
public record TensorDifference(
    Verdict verdict, Optional<Variable> a, Optional<Variable> b, Optional<ValueDifference> values) {
  /** In the order of what is said first. */
  public enum Verdict {
    SAME("same"),
    /** Apart, but not by more than the tolerance. */
    NEAR("within tolerance"),
    VALUES("values"),
    DTYPE("dtype"),
    SHAPE("shape"),
    ONLY_A("only in A"),
    ONLY_B("only in B");

    private final String words;

    Verdict(String words) {
      this.words = words;
    }

    public String words() {
      return words;
    }

    /** Whether files with such a tensor count as the same. */
    public boolean isSame() {
      return this == SAME || this == NEAR;
    }
  }

  /** In the first file, or in the only one that has it. */
  public String name() {
    return a.or(() -> b).map(Variable::name).orElse("");
  }

  static TensorDifference onlyIn(Verdict side, Variable variable) {
    Optional<Variable> present = Optional.of(variable);
    return side == Verdict.ONLY_A
        ? new TensorDifference(side, present, Optional.empty(), Optional.empty())
        : new TensorDifference(side, Optional.empty(), present, Optional.empty());
  }
}
