package io.github.tf2torch.verify.training;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Layout;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchLoss;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.verify.cause.ExprMap;
import io.github.tf2torch.verify.run.WithoutDropout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A model and its loss as one program that ends in one number, and drops nothing. */
final class LossObjective {
  private static final String OWN = "loss_of_graph_";
  private static final String NUMBER = "objective_";

  private LossObjective() {}

  /**
   * The program: takes the model's inputs, then labels, and has the value of each of these buffers
   * for a tap, behind the model's own.
   */
  static TorchModel of(TorchModel model, TorchLoss loss, List<String> buffers) {
    TorchModel program = loss.program();
    List<TorchModel.Input> inputs = new ArrayList<>(model.inputs());
    loss.labels().forEach(l -> inputs.add(renamed(l)));
    List<Statement> body = new ArrayList<>(model.body());
    for (int i = 0; i < loss.results(); i++) {
      assign(body, program.inputs().get(i).name(), Expr.local(model.outputs().get(i).value()));
    }
    loss.penalties().forEach(p -> assign(body, p.input(), p.value()));
    program.body().forEach(s -> body.add(own(s)));
    String end = OWN + program.outputs().get(0).value();
    body.add(new Statement.Assign(NUMBER, Expr.aten("sum", Expr.local(end))));
    List<TorchModel.Tap> taps = new ArrayList<>(model.taps());
    for (String buffer : buffers) {
      String value = "buffer_" + taps.size();
      body.add(new Statement.Assign(value, new Expr.Attribute(buffer)));
      taps.add(
          new TorchModel.Tap(
              new Endpoint(buffer, 0), value, DType.FLOAT32, Layout.tensorflow(0), buffer));
    }
    List<TorchModel.Tensor> tensors = new ArrayList<>(model.tensors());
    program
        .tensors()
        .forEach(
            t ->
                tensors.add(
                    new TorchModel.Tensor(OWN + t.name(), TorchModel.Kind.BUFFER, t.recipe())));
    TorchModel.Output number =
        new TorchModel.Output(
            "objective",
            NUMBER,
            new Endpoint("objective", 0),
            DType.FLOAT32,
            new Dims(List.of()),
            Layout.tensorflow(0));
    return new TorchModel(
        model.className(),
        inputs,
        model.modules().stream().map(WithoutDropout::of).toList(),
        tensors,
        body,
        List.of(number),
        taps);
  }

  private static TorchModel.Input renamed(TorchModel.Input input) {
    return new TorchModel.Input(
        OWN + input.name(),
        input.key(),
        input.source(),
        input.dtype(),
        input.dims(),
        input.layout());
  }

  private static void assign(List<Statement> body, String name, Expr value) {
    body.add(new Statement.Assign(OWN + name, value));
  }

  /** The statement with names that the model has not. */
  private static Statement own(Statement statement) {
    Statement.Assign assign = (Statement.Assign) statement;
    return new Statement.Assign(
        assign.targets().stream().map(t -> OWN + t).toList(),
        ExprMap.expr(
            assign.value(),
            e ->
                e instanceof Expr.Local l
                    ? Expr.local(OWN + l.name())
                    : e instanceof Expr.Attribute a ? new Expr.Attribute(OWN + a.path()) : e));
  }

  /** The buffers of a model that follow its batches, by their names. */
  static Map<String, TorchModel.Tensor> statistics(TorchModel model) {
    Map<String, TorchModel.Tensor> found = new LinkedHashMap<>();
    model.tensors().stream()
        .filter(t -> t.kind() == TorchModel.Kind.BUFFER)
        .filter(t -> t.recipe().dtype().isFloating() && !t.recipe().variables().isEmpty())
        .forEach(t -> found.put(t.name(), t));
    return found;
  }
}
