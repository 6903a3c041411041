package io.github.tf2torch.model.target;

import java.util.List;

/** A statement of a forward method. */
public sealed interface Statement {
  /** {@code target = value}; several targets unpack a tuple. */
  record Assign(List<String> targets, Expr value) implements Statement {
    public Assign {
      targets = List.copyOf(targets);
    }

    public Assign(String target, Expr value) {
      this(List.of(target), value);
    }
  }

  record If(Expr condition, List<Statement> then, List<Statement> otherwise) implements Statement {
    public If {
      then = List.copyOf(then);
      otherwise = List.copyOf(otherwise);
    }
  }

  /** {@code for index in range(count)}; what the body assigns outlives it. */
  record For(String index, Expr count, List<Statement> body) implements Statement {
    public For {
      body = List.copyOf(body);
    }
  }

  /** The last statement of a module's forward. */
  record Return(Expr value) implements Statement {}
}
