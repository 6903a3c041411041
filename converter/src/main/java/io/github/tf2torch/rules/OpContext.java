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
public interface OpContext {
  /** The node's input, as the program has it. */
  Value input(int index);

  /** The input as a tensor of the program, in whatever layout it is held. */
  Held held(int index);

  /** The input as a tensor of the program whose last axis enumerates as TensorFlow's does. */
  Held unflattened(int index);

  /** The input held in this order; a permute is written only where axes really move. */
  Held held(int index, AxisOrder order);

  /** A value in another order. */
  Held inOrder(Held value, AxisOrder order);

  /** A tensor that the root or a container holds, in the order of the recipe's shape. */
  Held attribute(TensorExpr recipe);

  /** {@code name = value}: a local value with a name like that. */
  Held assign(String name, Expr value, TensorType type);

  /** The parts of a tuple, each as a local value. */
  List<Held> assign(List<String> names, Expr value, List<TensorType> types);

  /** {@code assign} under the name of the operator. */
  default Held assign(Expr.Aten value, TensorType type) {
    return assign(value.operator(), value, type);
  }

  /** Calls a module with a value. */
  Held call(ModuleCall module, Held argument, TensorType result);

  /** Whether a node or the signature takes this output; the first one is always given. */
  boolean isRead(int output);

  /** Says what an output of the node is. */
  void output(int index, Value value);

  /** Something that the file does not say, for the account. */
  void assume(String what);

  /** To be thrown: what about this node has no translation. */
  RuntimeException unsupported(String what);

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
