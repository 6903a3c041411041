package io.github.tf2torch.verify.dropout;

import io.github.tf2torch.model.target.AlteredModule;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchModule;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A module in training that takes what it would draw behind its inputs, or tells what it draws
 * behind its results.
 */
record DrawingModule(TorchModule like, boolean isTelling) implements AlteredModule {
  private static final String DRAWN = "drawn_";

  private RandomOperators.Forward rewritten() {
    return isTelling ? RandomOperators.told(like, DRAWN) : RandomOperators.given(like, DRAWN);
  }

  private List<String> draws() {
    return IntStream.range(0, rewritten().draws()).mapToObj(i -> DRAWN + i).toList();
  }

  @Override
  public String pythonClass() {
    return (isTelling ? "Telling" : "Given") + like.pythonClass().replace("nn.", "");
  }

  @Override
  public int results() {
    return like.results() + (isTelling ? draws().size() : 0);
  }

  @Override
  public List<String> inputs() {
    List<String> all = new ArrayList<>(like.inputs());
    if (!isTelling) {
      all.addAll(draws());
    }
    return all;
  }

  @Override
  public List<Statement> forward() {
    List<Statement> body = new ArrayList<>(rewritten().body());
    if (isTelling && body.get(body.size() - 1) instanceof Statement.Return last) {
      List<Expr> results =
          new ArrayList<>(
              last.value() instanceof Expr.ListLiteral l ? l.elements() : List.of(last.value()));
      draws().forEach(d -> results.add(Expr.local(d)));
      body.set(body.size() - 1, new Statement.Return(new Expr.ListLiteral(results)));
    }
    return body;
  }
}
