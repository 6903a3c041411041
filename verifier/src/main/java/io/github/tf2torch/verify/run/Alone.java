package io.github.tf2torch.verify.run;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Layout;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.verify.cause.ExprMap;
import io.github.tf2torch.verify.cause.Span;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Layers run by themselves, each on TensorFlow's own input to it: what one gives then is its own
 * doing, and nothing that came from before.
 *
 * @param program gives what it gave before, then every boundary again, run alone
 * @param fed the boundaries whose values of TensorFlow's, in TensorFlow's order, the program takes
 *     behind its own inputs
 */
public record Alone(TorchModel program, List<TorchModel.Tap> fed) {
  private static final String ALONE = "alone_";
  private static final String FED = "fed_";

  /**
   * All boundaries of a program.
   *
   * @param known the program's taps and others whose values there are
   * @param shapes of TensorFlow's values of these
   */
  static Alone of(TorchModel model, List<TorchModel.Tap> known, List<Shape> shapes) {
    Map<String, TorchModel.Tap> fed = new LinkedHashMap<>();
    List<Statement> given = new ArrayList<>();
    for (int i = 0; i < known.size(); i++) {
      TorchModel.Tap tap = known.get(i);
      if (isFeedable(tap.layout()) && fed.putIfAbsent(tap.value(), tap) == null) {
        given.add(given(tap, shapes.get(i)));
      }
    }
    Set<String> inputs = new TreeSet<>();
    model.inputs().forEach(i -> inputs.add(i.name()));
    List<Statement> body = new ArrayList<>(model.body());
    body.addAll(given);
    for (Statement statement : model.body()) {
      body.add(
          renamed(
              ExprMap.statement(
                  statement,
                  e ->
                      e instanceof Expr.Local local && !inputs.contains(local.name())
                          ? Expr.local(
                              (fed.containsKey(local.name()) ? FED + "as_held_" : ALONE)
                                  + local.name())
                          : e)));
    }
    List<TorchModel.Tap> taps = new ArrayList<>(model.taps());
    for (TorchModel.Tap tap : model.taps()) {
      boolean isComputed = !inputs.contains(tap.value());
      taps.add(
          new TorchModel.Tap(
              tap.source(),
              isComputed ? ALONE + tap.value() : tap.value(),
              tap.dtype(),
              tap.layout(),
              tap.layer()));
    }
    List<TorchModel.Tap> feeding = List.copyOf(fed.values());
    return new Alone(
        new TorchModel(
            model.className(),
            joined(model.inputs(), feeding),
            model.modules(),
            model.tensors(),
            body,
            model.outputs(),
            taps),
        feeding);
  }

  /**
   * One boundary and nothing else: only the statements, modules and tensors that make it.
   *
   * @param before boundaries that may be given
   * @param shapes of TensorFlow's values of those that are, by local value
   */
  public static TorchModel cut(
      TorchModel model,
      Span span,
      List<TorchModel.Tap> before,
      TorchModel.Tap tap,
      Map<String, Shape> shapes) {
    List<Statement> body = new ArrayList<>();
    before.forEach(t -> body.add(given(t, shapes.get(t.value()))));
    for (int i : span.statements()) {
      body.add(
          ExprMap.statement(
              model.body().get(i),
              e ->
                  e instanceof Expr.Local local && shapes.containsKey(local.name())
                      ? Expr.local(FED + "as_held_" + local.name())
                      : e));
    }
    TorchModel.Output output =
        new TorchModel.Output(
            "alone", tap.value(), tap.source(), tap.dtype(), new Dims(List.of()), tap.layout());
    return new TorchModel(
        model.className(),
        joined(model.inputs(), before),
        model.modules().stream().filter(m -> span.modules().contains(m.path())).toList(),
        span.tensors(model),
        body,
        List.of(output),
        List.of());
  }

  /** A flattened axis that is not the last one is left as the program computes it. */
  static boolean isFeedable(Layout layout) {
    return layout.flattened().isEmpty() || layout.order().isIdentity();
  }

  private static List<TorchModel.Input> joined(
      List<TorchModel.Input> inputs, List<TorchModel.Tap> fed) {
    List<TorchModel.Input> all = new ArrayList<>(inputs);
    for (TorchModel.Tap tap : fed) {
      String name = FED + tap.value();
      all.add(
          new TorchModel.Input(
              name,
              name,
              new Endpoint(name, 0),
              tap.dtype(),
              new Dims(List.of()),
              Layout.tensorflow(tap.layout().order().rank())));
    }
    return all;
  }

  /** Brings TensorFlow's value into the order in which the program holds it. */
  private static Statement given(TorchModel.Tap tap, Shape shape) {
    Expr value = Expr.local(FED + tap.value());
    AxisOrder order = tap.layout().order();
    if (tap.layout().flattened().isPresent()) {
      Layout.Flattened flat = tap.layout().flattened().get();
      List<Long> leading = shape.dims().subList(0, shape.rank() - 1);
      List<Long> unfolded =
          LongStream.concat(
                  leading.stream().mapToLong(d -> d), flat.extents().stream().mapToLong(d -> d))
              .boxed()
              .toList();
      List<Integer> axes = new ArrayList<>(IntStream.range(0, leading.size()).boxed().toList());
      flat.held().forEach(a -> axes.add(leading.size() + a));
      value =
          Expr.aten(
              "reshape",
              Expr.aten(
                  "permute", Expr.aten("reshape", value, Expr.ints(unfolded)), Expr.ints(axes)),
              Expr.ints(shape.dims()));
    } else if (!order.isIdentity()) {
      value = Expr.aten("contiguous", Expr.aten("permute", value, Expr.ints(order.axes())));
    }
    return new Statement.Assign(FED + "as_held_" + tap.value(), value);
  }

  private static Statement renamed(Statement statement) {
    if (statement instanceof Statement.Assign s) {
      return new Statement.Assign(s.targets().stream().map(t -> ALONE + t).toList(), s.value());
    }
    if (statement instanceof Statement.If s) {
      return new Statement.If(
          s.condition(),
          s.then().stream().map(Alone::renamed).toList(),
          s.otherwise().stream().map(Alone::renamed).toList());
    }
    return statement;
  }
}
