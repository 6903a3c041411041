package io.github.tf2torch.verify.script;

import java.util.List;

/** A line of TorchScript's serialized code, with what is indented below it. */
sealed interface Line {
  /** {@code a, b = value}; {@code _ = value} for one that is run for what it does. */
  record Assign(List<String> targets, Term value) implements Line {
    public Assign {
      targets = List.copyOf(targets);
    }
  }

  /** {@code self.attribute = value}. */
  record Store(Term object, String attribute, Term value) implements Line {}

  record Return(Term value) implements Line {}

  record If(Term condition, List<Line> then, List<Line> otherwise) implements Line {}

  /** {@code for index in range(count)}. */
  record For(String index, Term count, List<Line> body) implements Line {}

  record While(Term condition, List<Line> body) implements Line {}

  /** A call of {@code ops.prim.RaiseException}. */
  record Raise(Term message) implements Line {}

  record Pass() implements Line {}
}
