package io.github.tf2torch.rules;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.List;
import java.util.Optional;

/** What a tensor of the TensorFlow graph is in the torch program. */
public sealed interface Value {
  /** Computed when the program runs: a local value, or a tensor that a module holds. */
  record Held(Expr expr, TensorType type) implements Value {}

  /** Known at conversion: a variable or a constant, as a recipe in TensorFlow's order. */
  record Weight(TensorExpr recipe) implements Value {
    /** The elements, if this is a constant of whole numbers. */
    public Optional<List<Long>> integers() {
      if (!(recipe instanceof TensorExpr.Constant constant)) {
        return Optional.empty();
      }
      return switch (recipe.dtype()) {
        case INT64, INT32, INT16, INT8, UINT8, UINT16, UINT32 ->
            Optional.of(java.util.Arrays.stream(constant.value().longs()).boxed().toList());
        default -> Optional.empty();
      };
    }
  }

  /**
   * Extents of a tensor, computed in Python's ints: what TensorFlow computes by {@code Shape} and
   * ops on its result.
   *
   * @param elements literals where known
   * @param scalar true for one element of rank 0
   */
  record Sizes(List<Expr> elements, boolean scalar) implements Value {
    public Sizes {
      elements = List.copyOf(elements);
      if (scalar && elements.size() != 1) {
        throw new IllegalArgumentException("a scalar of " + elements.size() + " elements");
      }
    }

    /** The elements; -1 for those that are known only when the program runs. */
    public List<Long> known() {
      return elements.stream().map(e -> e instanceof Expr.IntLiteral i ? i.value() : -1L).toList();
    }
  }
}
