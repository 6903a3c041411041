package io.github.tf2torch.verify.engine;

import io.github.tf2torch.tensor.Shape;
import java.util.Map;

/** How an optimizer steps one variable, in TensorFlow's operations. */
public interface VariableStep {
  /** What it keeps beside the variable, and every element of that before the first step. */
  Map<String, Double> slots();

  /** The shape of a slot of a variable of this shape. */
  default Shape shape(String slot, Shape variable) {
    return variable;
  }

  /**
   * Numbers that each step has its own of.
   *
   * @param done how many steps were made since the hand-over
   */
  Map<String, Double> numbers(int done);

  /** Adds the operations. */
  void add(StepOps ops);
}
