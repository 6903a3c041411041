package io.github.tf2torch.model.target;

import io.github.tf2torch.tensor.DType;
import java.util.List;

/** An expression of a torch program. Operators are ATen's, arguments in the order of its schema. */
public sealed interface Expr {
  /** The expressions that it is made of, in order. */
  default List<Expr> parts() {
    return List.of();
  }

  /** A local value: {@code x}. */
  record Local(String name) implements Expr {}

  /**
   * An attribute of the module whose forward this is: {@code self.weight}; below a container {@code
   * block.scale}.
   */
  record Attribute(String path) implements Expr {}

  /** {@code self.training}. */
  record Training() implements Expr {}

  /**
   * A number that the module was built with: {@code self.eps}, where Python's class has it as an
   * attribute; elsewhere its value.
   */
  record Setting(String name, Expr value) implements Expr {}

  record IntLiteral(long value) implements Expr {}

  /**
   * A number that TensorFlow holds as float32. Printed as the shortest decimal that rounds to it;
   * in a float64 program as the widened value.
   */
  record FloatLiteral(float value) implements Expr {}

  record BoolLiteral(boolean value) implements Expr {}

  record TextLiteral(String value) implements Expr {}

  record NoneLiteral() implements Expr {}

  /** {@code torch.float32}; the program's own float type where it is the float of the source. */
  record DTypeLiteral(DType value) implements Expr {}

  record ListLiteral(List<Expr> elements) implements Expr {
    public ListLiteral {
      elements = List.copyOf(elements);
    }

    @Override
    public List<Expr> parts() {
      return elements;
    }
  }

  /** An argument of an operator that is passed by its name: {@code approximate="tanh"}. */
  record Keyword(String name, Expr value) implements Expr {
    @Override
    public List<Expr> parts() {
      return List.of(value);
    }
  }

  /** {@code torch.<operator>(arguments)}: {@code relu}, {@code conv2d}, {@code permute}, ... */
  record Aten(String operator, List<Expr> arguments) implements Expr {
    public Aten {
      arguments = List.copyOf(arguments);
    }

    @Override
    public List<Expr> parts() {
      return arguments;
    }
  }

  /**
   * A call of PyTorch's own whose constants TensorFlow's graph holds as float32 rounds them: {@code
   * F.gelu(x)}.
   *
   * @param widened what a float64 program has in its place, with those constants widened
   */
  record Rounded(Expr value, Expr widened) implements Expr {
    @Override
    public List<Expr> parts() {
      return List.of(value);
    }
  }

  /** Python's int arithmetic: {@code + - * // %} and {@code max}, {@code min}. */
  record IntArithmetic(String operator, Expr left, Expr right) implements Expr {
    @Override
    public List<Expr> parts() {
      return List.of(left, right);
    }
  }

  /**
   * Python's arithmetic of floats: {@code + - * / **}, {@code sqrt}, {@code max}, {@code min}, and
   * {@code float32}, which rounds to that type and widens again.
   */
  record FloatArithmetic(String operator, List<Expr> operands) implements Expr {
    public FloatArithmetic {
      operands = List.copyOf(operands);
    }

    @Override
    public List<Expr> parts() {
      return operands;
    }
  }

  /** A call of a module below this one: {@code self.conv1(x)}. */
  record ModuleCall(String path, List<Expr> arguments) implements Expr {
    public ModuleCall {
      arguments = List.copyOf(arguments);
    }

    @Override
    public List<Expr> parts() {
      return arguments;
    }
  }

  static Expr local(String name) {
    return new Local(name);
  }

  static Expr ints(List<? extends Number> values) {
    return new ListLiteral(values.stream().map(v -> (Expr) new IntLiteral(v.longValue())).toList());
  }

  static Aten aten(String operator, Expr... arguments) {
    return new Aten(operator, List.of(arguments));
  }
}
