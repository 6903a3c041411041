package io.github.tf2torch.translate;

import io.github.tf2torch.model.source.Loss;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchLoss;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.problem.UnsupportedOperation;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The loss of a model's training, of the model's results as its translation gives them. */
final class LossTranslation {
  /** What the graph calls the results where the model holds them in another order. */
  private static final String HELD = "_as_held";

  private final Loss loss;
  private final TorchModel model;

  private LossTranslation(Loss loss, TorchModel model) {
    this.loss = loss;
    this.model = model;
  }

  static TorchLoss of(Loss loss, TorchModel model, TorchModel program) {
    return new LossTranslation(loss, model).translate(program);
  }

  private TorchLoss translate(TorchModel program) {
    if (!program.modules().isEmpty()
        || program.tensors().stream().anyMatch(t -> !t.recipe().variables().isEmpty())) {
      throw new UnsupportedOperation("the loss has weights of its own");
    }
    List<TorchModel.Input> inputs = new ArrayList<>();
    List<Statement> body = new ArrayList<>();
    for (int i = 0; i < program.inputs().size(); i++) {
      TorchModel.Input input = program.inputs().get(i);
      if (i < loss.results() && !order(i).equals(input.layout().order())) {
        TorchModel.Input held = renamed(input, input.name() + HELD);
        List<Integer> axes =
            input.layout().order().axes().stream().map(order(i)::dimensionOf).toList();
        body.add(
            new Statement.Assign(
                input.name(), Expr.aten("permute", Expr.local(held.name()), Expr.ints(axes))));
        inputs.add(held);
      } else {
        inputs.add(input);
      }
    }
    body.addAll(program.body());
    TorchModel complete =
        new TorchModel(
            program.className(),
            inputs,
            List.of(),
            program.tensors(),
            body,
            program.outputs(),
            List.of());
    return new TorchLoss(complete, loss.results(), penalties(complete));
  }

  /** How the model holds its result. */
  private AxisOrder order(int result) {
    return model.outputs().get(result).layout().order();
  }

  private static TorchModel.Input renamed(TorchModel.Input input, String name) {
    return new TorchModel.Input(
        name, input.key(), input.source(), input.dtype(), input.dims(), input.layout());
  }

  private List<TorchLoss.Penalty> penalties(TorchModel program) {
    List<TorchLoss.Penalty> penalties = new ArrayList<>();
    int first = program.inputs().size() - loss.penalties().size();
    for (int i = 0; i < loss.penalties().size(); i++) {
      Optional<Expr> sum = Optional.empty();
      for (Loss.Term term : loss.penalties().get(i).terms()) {
        Expr value = value(term);
        sum = Optional.of(sum.<Expr>map(s -> Expr.aten("add", s, value)).orElse(value));
      }
      Expr value =
          sum.orElseThrow(() -> new UnsupportedOperation("a penalty of the loss has no terms"));
      penalties.add(new TorchLoss.Penalty(program.inputs().get(first + i).name(), value));
    }
    return penalties;
  }

  /** The order of the elements makes no difference to a sum over all of them. */
  private Expr value(Loss.Term term) {
    Expr weight = new Expr.Attribute(parameter(term.variable()));
    Expr value = Expr.aten("sum", Expr.aten(term.isSquared() ? "square" : "abs", weight));
    for (float factor : term.factors()) {
      value = Expr.aten("mul", value, new Expr.FloatLiteral(factor));
    }
    return value;
  }

  private String parameter(String variable) {
    return model.tensors().stream()
        .filter(t -> isWhole(t.recipe(), variable))
        .map(TorchModel.Tensor::name)
        .findFirst()
        .orElseThrow(
            () ->
                new UnsupportedOperation(
                    "the loss has a penalty on " + variable + ", which no parameter is alone"));
  }

  private static boolean isWhole(TensorExpr recipe, String variable) {
    if (recipe instanceof TensorExpr.Stored s) {
      return s.variable().equals(variable);
    }
    return recipe instanceof TensorExpr.Permute p && isWhole(p.input(), variable)
        || recipe instanceof TensorExpr.Reshape r && isWhole(r.input(), variable);
  }
}
