package io.github.tf2torch.model.target;

import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import java.util.List;

/**
 * A leaf module, described once for every printer: how Python builds it, what tensors it holds and
 * which ATen calls its forward makes.
 */
public interface TorchModule {
  /** {@code nn.Conv2d}, or the name of a class that is printed into {@code model.py}. */
  String pythonClass();

  /**
   * What Python passes to the constructor; arguments that equal PyTorch's defaults are left out.
   */
  List<Argument> constructor();

  /**
   * Arguments that the printed class keeps as attributes: all, where it inherits no constructor of
   * PyTorch's that does so.
   */
  default List<Argument> settings() {
    return pythonBase().equals("nn.Module") ? constructor() : List.of();
  }

  /** In PyTorch's registration order; none unless it says so. */
  default List<Slot> parameters() {
    return List.of();
  }

  /** In PyTorch's registration order; none unless it says so. */
  default List<Slot> buffers() {
    return List.of();
  }

  /** Names of the forward's arguments, without self. */
  List<String> inputs();

  /** The forward, its last statement a {@link Statement.Return}. */
  List<Statement> forward();

  /** How many tensors a call answers; where several, the forward returns a list of them. */
  default int results() {
    return 1;
  }

  /** True where PyTorch has no such class, so that {@code model.py} must define it. */
  default boolean isLocal() {
    return !pythonClass().startsWith("nn.");
  }

  /** What the printed class inherits from. */
  default String pythonBase() {
    return "nn.Module";
  }

  /** What of a Python call's answer is the module's output: {@code [0]}; empty where all is. */
  default String pythonResult() {
    return "";
  }

  /** The first sentence of the printed class; empty where its name says all. */
  default String pythonDoc() {
    return "";
  }

  /** A constructor argument; positional where the name is empty. */
  record Argument(String name, Expr value) {}

  /** A tensor that the module holds: {@code weight}. */
  record Slot(String name, DType dtype, Shape shape) {}
}
