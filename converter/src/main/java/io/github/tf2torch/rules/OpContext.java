package io.github.tf2torch.rules;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.List;
import java.util.Optional;

/** What a rule may ask and say while one node is translated. */
public interface OpContext extends ProgramContext {
  /** The node's input, as the program has it. */
  Value input(int index);

  /** The input as a tensor of the program, in whatever layout it is held. */
  Held held(int index);

  /** The input as a tensor of the program whose last axis enumerates as TensorFlow's does. */
  Held unflattened(int index);

  /** The input held in this order; a permute is written only where axes really move. */
  Held held(int index, AxisOrder order);

  /** Whether a node or the signature takes this output; the first one is always given. */
  boolean isRead(int output);

  /** Says what an output of the node is. */
  void output(int index, Value value);

  /** The variable or constant that the input is; empty where it is computed. */
  default Optional<TensorExpr> weight(int index) {
    return input(index) instanceof Value.Weight w ? Optional.of(w.recipe()) : Optional.empty();
  }

  /** The whole numbers that the input holds, such as axes; must be known at conversion. */
  default List<Long> integers(int index) {
    Value value = input(index);
    if (value instanceof Value.Weight w && w.integers().isPresent()) {
      return w.integers().get();
    }
    if (value instanceof Value.Sizes s
        && s.elements().stream().allMatch(e -> e instanceof Expr.IntLiteral)) {
      return s.known();
    }
    throw unsupported("input " + index + " is not a constant");
  }

  /** The whole numbers that the input holds, computed when the program runs where need be. */
  default Optional<Value.Sizes> sizes(int index) {
    Value value = input(index);
    if (value instanceof Value.Sizes s) {
      return Optional.of(s);
    }
    if (value instanceof Value.Weight w && w.recipe().shape().rank() < 2) {
      return w.integers()
          .map(
              all ->
                  new Value.Sizes(
                      all.stream().map(i -> (Expr) new Expr.IntLiteral(i)).toList(),
                      w.recipe().shape().rank() == 0));
    }
    return Optional.empty();
  }

  /** The type of any input; of extents int32, as TensorFlow has them unless asked otherwise. */
  default DType dtype(int index) {
    Value value = input(index);
    if (value instanceof Held h) {
      return h.type().dtype();
    }
    return value instanceof Value.Weight w ? w.recipe().dtype() : DType.INT32;
  }

  /** The extents of any input, in TensorFlow's order. */
  default Dims dims(int index) {
    Value value = input(index);
    if (value instanceof Held h) {
      return h.type().dims();
    }
    if (value instanceof Value.Weight w) {
      return Dims.of(w.recipe().shape());
    }
    Value.Sizes sizes = (Value.Sizes) value;
    return sizes.scalar() ? Dims.of() : Dims.of(sizes.elements().size());
  }
}
