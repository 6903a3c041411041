package io.github.tf2torch.rules;

import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.List;

/** What any rule, of an op or of a layer, says to the program that is written. */
public interface ProgramContext {
  /** The value with its last axis as TensorFlow enumerates it. */
  Held unflattened(Held value);

  /** A value in another order; a permute is written only where axes really move. */
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

  /** Calls a module with values. */
  Held call(ModuleCall module, List<Held> arguments, TensorType result);

  /** Calls a module with a value. */
  default Held call(ModuleCall module, Held argument, TensorType result) {
    return call(module, List.of(argument), result);
  }

  /** Calls a module that answers a tuple; its parts, each as a local value. */
  List<Held> call(ModuleCall module, List<Held> arguments, List<TensorType> results);

  /** A tensor that a module holds, for use beside the module's own calls. */
  Held parameter(ModuleCall module, String slot);

  /** Something that the file does not say, for the account. */
  void assume(String what);

  /** To be thrown: what about this node or layer has no translation. */
  RuntimeException unsupported(String what);
}
