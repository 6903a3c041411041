package io.github.tf2torch.verify.judge;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Layout;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.TensorValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where a program decides and does not only compute: which numbers pass a ReLU, and which is the
 * largest in the window of a max pooling. Two numbers closer than float32 rounds are decided by the
 * rounding, and the gradient goes another way from there on. A program that is led takes each
 * decision as TensorFlow took it, by TensorFlow's numbers, and computes with its own; what is then
 * between them is rounding alone.
 */
public final class Decisions {
  private static final String LEADER = "leader_of_decision_";
  private static final String PLACE = "place_of_decision_";
  private static final String OTHERWISE = "otherwise_";

  private final List<Decision> decisions;

  private Decisions(List<Decision> decisions) {
    this.decisions = List.copyOf(decisions);
  }

  /**
   * One of them.
   *
   * @param value what the program calls its result
   * @param leader TensorFlow's numbers to decide by
   * @param layout how PyTorch holds them
   */
  private record Decision(String value, Endpoint leader, Layout layout) {}

  /** All whose numbers TensorFlow has; others stay the program's own. */
  public static Decisions of(TorchModel model) {
    List<Decision> found = new ArrayList<>();
    for (Statement statement : model.body()) {
      if (statement instanceof Statement.Assign assign
          && assign.value() instanceof Expr.Aten aten
          && aten.arguments().get(0) instanceof Expr.Local x) {
        String target = assign.targets().get(0);
        // what ReLU gives is positive where what it takes is
        String decided =
            switch (aten.operator()) {
              case "relu" -> target;
              case "max_pool2d" -> x.name();
              default -> "";
            };
        tap(model, decided).ifPresent(t -> found.add(new Decision(target, t.source(), t.layout())));
      }
    }
    return new Decisions(found);
  }

  private static Optional<TorchModel.Tap> tap(TorchModel model, String value) {
    return model.taps().stream().filter(t -> t.value().equals(value)).findFirst();
  }

  /** What TensorFlow is asked for beside its loss. */
  public List<Endpoint> leaders() {
    return decisions.stream().map(Decision::leader).toList();
  }

  /** TensorFlow's numbers as {@link #program} takes them, behind its own inputs. */
  public List<TensorValue> arguments(List<TensorValue> leaders) {
    List<TensorValue> arguments = new ArrayList<>();
    for (int i = 0; i < decisions.size(); i++) {
      arguments.add(Arrangement.toTorch(leaders.get(i), decisions.get(i).layout()));
    }
    return arguments;
  }

  /**
   * The program that is led, whose taps count, for each decision, the numbers about which it would
   * have decided otherwise.
   */
  public TorchModel program(TorchModel model) {
    List<TorchModel.Input> inputs = new ArrayList<>(model.inputs());
    List<TorchModel.Tap> taps = new ArrayList<>();
    List<Statement> body = new ArrayList<>();
    for (Statement statement : model.body()) {
      int index = index(statement);
      if (index < 0) {
        body.add(statement);
        continue;
      }
      String leader = LEADER + index;
      Layout layout = decisions.get(index).layout();
      inputs.add(
          new TorchModel.Input(
              leader, leader, new Endpoint(leader, 0), DType.FLOAT32, new Dims(List.of()), layout));
      Statement.Assign assign = (Statement.Assign) statement;
      Expr.Aten own = (Expr.Aten) assign.value();
      Expr differs =
          own.operator().equals("relu")
              ? relu(body, assign.targets(), own, leader)
              : maxPool(body, assign.targets(), own, leader);
      String count = OTHERWISE + index;
      body.add(new Statement.Assign(count, Expr.aten("sum", differs)));
      taps.add(
          new TorchModel.Tap(
              new Endpoint(count, 0), count, DType.INT64, Layout.tensorflow(0), count));
    }
    return new TorchModel(
        model.className(), inputs, model.modules(), model.tensors(), body, model.outputs(), taps);
  }

  private int index(Statement statement) {
    for (int i = 0; i < decisions.size(); i++) {
      if (statement instanceof Statement.Assign a
          && a.targets().get(0).equals(decisions.get(i).value())) {
        return i;
      }
    }
    return -1;
  }

  /** Answers where the program's own ReLU would do otherwise. */
  private static Expr relu(
      List<Statement> body, List<String> targets, Expr.Aten own, String leader) {
    Expr x = own.arguments().get(0);
    Expr passes = positive(Expr.local(leader));
    body.add(new Statement.Assign(targets, Expr.aten("mul", x, passes)));
    return Expr.aten("ne", positive(x), passes);
  }

  private static Expr positive(Expr x) {
    return Expr.aten("gt", x, new Expr.IntLiteral(0));
  }

  /** Answers where the program's own window has a larger number. */
  private static Expr maxPool(
      List<Statement> body, List<String> targets, Expr.Aten own, String leader) {
    Expr x = own.arguments().get(0);
    String place = PLACE + targets.get(0);
    List<Expr> arguments = new ArrayList<>(own.arguments());
    arguments.set(0, Expr.local(leader));
    body.add(
        new Statement.Assign(
            List.of("largest_" + place, place),
            new Expr.Aten("max_pool2d_with_indices", arguments)));
    Expr places = Expr.local(place);
    Expr taken = Expr.aten("gather", plane(x), new Expr.IntLiteral(2), plane(places));
    body.add(new Statement.Assign(targets, Expr.aten("reshape_as", taken, places)));
    return Expr.aten("ne", own, Expr.local(targets.get(0)));
  }

  /** Places are counted in an image's channel as a whole. */
  private static Expr plane(Expr x) {
    return Expr.aten("flatten", x, new Expr.IntLiteral(2));
  }
}
