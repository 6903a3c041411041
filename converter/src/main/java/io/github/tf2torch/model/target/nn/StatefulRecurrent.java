package io.github.tf2torch.model.target.nn;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * PyTorch's recurrence with the states, (N, hidden) each, as tensors of their own: it takes the
 * first ones behind the sequence, and answers the last ones behind the outputs.
 *
 * @param like the module of PyTorch that it inherits from
 */
public record StatefulRecurrent(Recurrent like) implements Inheriting {
  @Override
  public String pythonClass() {
    return "Stateful"
        + (like.bias() ? "" : "Unbiased")
        + (like.kind() == Recurrent.Kind.RNN_RELU ? "Relu" : "")
        + like.pythonClass().substring("nn.".length());
  }

  @Override
  public String pythonDoc() {
    return "Takes the first state as (N, hidden), and answers the last one behind the outputs.";
  }

  @Override
  public int results() {
    return 1 + like.states().size();
  }

  @Override
  public List<String> inputs() {
    List<String> all = new ArrayList<>(List.of("input"));
    all.addAll(like.states());
    return all;
  }

  @Override
  public List<Statement> forward() {
    List<String> states = like.states();
    List<Expr> first =
        states.stream()
            .map(s -> (Expr) Expr.aten("unsqueeze", Expr.local(s), new Expr.IntLiteral(0)))
            .toList();
    List<String> targets = new ArrayList<>(List.of("output"));
    targets.addAll(states);
    List<Expr> results = new ArrayList<>(List.of(Expr.local("output")));
    states.forEach(s -> results.add(Expr.aten("squeeze", Expr.local(s), new Expr.IntLiteral(0))));
    Expr state = first.size() == 1 ? first.get(0) : new Expr.ListLiteral(first);
    return List.of(
        new Statement.Assign(targets, like.call(state)),
        new Statement.Return(new Expr.ListLiteral(results)));
  }
}
