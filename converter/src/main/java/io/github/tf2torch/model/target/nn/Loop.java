package io.github.tf2torch.model.target.nn;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchModule;
import java.util.List;

/**
 * A recurrence whose cell somebody wrote, as the loop over its steps that a graph has: takes its
 * sequences, (N, T, ...), its first states and what every step sees.
 *
 * @param name of the class
 * @param count how many steps there are
 * @param step what is computed in step {@code t}
 * @param collected what of it is answered of every step, (N, T, ...), or (T) where a step answers a
 *     number
 * @param next the values that states have after the step, by their names
 * @param last states that are answered behind that
 */
public record Loop(
    String name,
    List<Slot> parameters,
    List<Slot> buffers,
    List<String> inputs,
    Expr count,
    List<Statement> step,
    List<Collected> collected,
    List<Statement.Assign> next,
    List<String> last)
    implements TorchModule {
  public Loop {
    parameters = List.copyOf(parameters);
    buffers = List.copyOf(buffers);
    inputs = List.copyOf(inputs);
    step = List.copyOf(step);
    collected = List.copyOf(collected);
    next = List.copyOf(next);
    last = List.copyOf(last);
  }

  /** A value of the step and the list that it goes into, stacked along an axis. */
  public record Collected(String list, Expr value, long axis) {}

  /** The same under another name. */
  public Loop named(String other) {
    return new Loop(other, parameters, buffers, inputs, count, step, collected, next, last);
  }

  @Override
  public String pythonClass() {
    return name;
  }

  @Override
  public String pythonDoc() {
    return "One step after the other.";
  }

  @Override
  public List<Argument> constructor() {
    return List.of();
  }

  @Override
  public int results() {
    return collected.size() + last.size();
  }

  @Override
  public List<Statement> forward() {
    List<Statement> body = new java.util.ArrayList<>();
    List<Statement> inner = new java.util.ArrayList<>(step);
    List<Expr> results = new java.util.ArrayList<>();
    for (Collected each : collected) {
      Expr list = Expr.local(each.list());
      body.add(new Statement.Assign(each.list(), new Expr.ListLiteral(List.of())));
      inner.add(new Statement.Assign("appended", Expr.aten("append", list, each.value())));
      results.add(Expr.aten("stack", list, new Expr.IntLiteral(each.axis())));
    }
    inner.addAll(next);
    body.add(new Statement.For("t", count, inner));
    last.forEach(s -> results.add(Expr.local(s)));
    body.add(
        new Statement.Return(results.size() == 1 ? results.get(0) : new Expr.ListLiteral(results)));
    return body;
  }
}
