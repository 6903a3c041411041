package io.github.tf2torch.verify.check;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * What ports get wrong most often, each as the programs that would be right if it were the fault.
 * The order is that of trying.
 */
final class Pitfalls {
  private static final List<Float> EPSILONS =
      List.of(1e-3f, 1e-5f, 1e-6f, 1e-12f, 1e-7f, 1e-8f, 1e-4f, 2e-5f, 1e-2f, 2e-3f);
  private static final List<Float> SLOPES = List.of(0.01f, 0.1f, 0.2f, 0.3f);

  /** The place of epsilon among an operator's arguments. */
  private static final Map<String, Integer> EPSILON_AT =
      Map.of("batch_norm", 7, "layer_norm", 4, "native_layer_norm", 4, "group_norm", 4);

  private Pitfalls() {}

  /**
   * A fault and the program without it.
   *
   * @param kind of fault, in a word or two
   * @param cause for people, with what to change
   */
  record Candidate(String kind, String cause, TorchModel program) {}

  static List<Candidate> of(TorchModel model, Span span) {
    List<Candidate> all = new ArrayList<>();
    epsilon(model, span, all);
    gelu(model, span, all);
    activation(model, span, all);
    slope(model, span, all);
    padding(model, span, all);
    pooling(model, span, all);
    transposed(model, span, all);
    gates(model, span, all);
    exchanged(model, span, all);
    return all;
  }

  private static void add(
      List<Candidate> all,
      TorchModel model,
      Span span,
      String kind,
      String cause,
      UnaryOperator<Expr> rewrite) {
    TorchModel program = span.rewritten(model, rewrite);
    all.add(new Candidate(kind, cause, program));
  }

  /** Every expression of the stretch that there is, modules' forwards among them. */
  private static Set<Expr> found(TorchModel model, Span span) {
    Set<Expr> found = new LinkedHashSet<>();
    UnaryOperator<Expr> note =
        e -> {
          found.add(e);
          return e;
        };
    span.statements().forEach(i -> ExprMap.statement(model.body().get(i), note));
    model.modules().stream()
        .filter(m -> span.modules().contains(m.path()))
        .forEach(m -> m.module().forward().forEach(s -> ExprMap.statement(s, note)));
    return found;
  }

  private static void epsilon(TorchModel model, Span span, List<Candidate> all) {
    for (Expr expr : found(model, span)) {
      if (expr instanceof Expr.Aten e && EPSILON_AT.containsKey(e.operator())) {
        int at = EPSILON_AT.get(e.operator());
        float here = number(e.arguments().get(at));
        for (float other : EPSILONS) {
          if (other != here) {
            add(
                all,
                model,
                span,
                "epsilon",
                "epsilon " + other + " in TensorFlow, " + here + " here: set eps=" + other,
                x -> x.equals(e) ? with(e, at, new Expr.FloatLiteral(other)) : x);
          }
        }
      }
    }
  }

  private static float number(Expr expr) {
    if (expr instanceof Expr.Setting s) {
      return number(s.value());
    }
    return expr instanceof Expr.FloatLiteral f ? f.value() : Float.NaN;
  }

  private static Expr with(Expr.Aten call, int at, Expr argument) {
    List<Expr> arguments = new ArrayList<>(call.arguments());
    arguments.set(at, argument);
    return new Expr.Aten(call.operator(), arguments);
  }

  private static void gelu(TorchModel model, Span span, List<Candidate> all) {
    for (String other : List.of("none", "tanh")) {
      if (found(model, span).stream()
          .anyMatch(x -> x instanceof Expr.Aten e && e.operator().equals("gelu"))) {
        add(
            all,
            model,
            span,
            "gelu",
            "GELU of the other kind: set approximate=\"" + other + '"',
            x ->
                x instanceof Expr.Aten e && e.operator().equals("gelu")
                    ? Expr.aten("gelu", e.arguments().get(0), new Expr.TextLiteral(other))
                    : x);
      }
    }
  }

  private static void activation(TorchModel model, Span span, List<Candidate> all) {
    List<String> kinds =
        List.of("relu", "relu6", "sigmoid", "hardsigmoid", "tanh", "elu", "selu", "silu");
    for (Expr expr : found(model, span)) {
      if (expr instanceof Expr.Aten e
          && e.arguments().size() == 1
          && kinds.contains(e.operator())) {
        for (String other : kinds) {
          if (!other.equals(e.operator())) {
            add(
                all,
                model,
                span,
                "activation",
                e.operator() + " here, " + other + " in TensorFlow",
                x -> x.equals(e) ? new Expr.Aten(other, e.arguments()) : x);
          }
        }
      }
    }
  }

  private static void slope(TorchModel model, Span span, List<Candidate> all) {
    for (Expr expr : found(model, span)) {
      if (expr instanceof Expr.Aten e && e.operator().equals("leaky_relu")) {
        for (float other : SLOPES) {
          if (other != number(e.arguments().get(1))) {
            add(
                all,
                model,
                span,
                "slope",
                "slope "
                    + number(e.arguments().get(1))
                    + " of leaky_relu here, "
                    + other
                    + " in TensorFlow",
                x -> x.equals(e) ? with(e, 1, new Expr.FloatLiteral(other)) : x);
          }
        }
      }
    }
  }

  private static void padding(TorchModel model, Span span, List<Candidate> all) {
    for (Expr expr : found(model, span)) {
      if (expr instanceof Expr.Aten e
          && Set.of("constant_pad_nd", "pad").contains(e.operator())
          && e.arguments().get(1) instanceof Expr.ListLiteral list) {
        List<Expr> turned = new ArrayList<>(list.elements());
        for (int i = 0; i + 1 < turned.size(); i += 2) {
          turned.set(i, list.elements().get(i + 1));
          turned.set(i + 1, list.elements().get(i));
        }
        if (!turned.equals(list.elements())) {
          add(
              all,
              model,
              span,
              "padding",
              "padding on the other side: TensorFlow's SAME pads more at the bottom and the right",
              x -> x.equals(e) ? with(e, 1, new Expr.ListLiteral(turned)) : x);
        }
      }
    }
  }

  private static void pooling(TorchModel model, Span span, List<Candidate> all) {
    for (Expr expr : found(model, span)) {
      if (expr instanceof Expr.Aten e
          && e.operator().startsWith("avg_pool")
          && e.arguments().size() > 5
          && e.arguments().get(5) instanceof Expr.BoolLiteral counted) {
        add(
            all,
            model,
            span,
            "pooling",
            "the mean at the border: set count_include_pad=" + (counted.value() ? "False" : "True"),
            x -> x.equals(e) ? with(e, 5, new Expr.BoolLiteral(!counted.value())) : x);
      }
    }
  }

  /** Only a square pair of axes can be exchanged without a word from PyTorch. */
  private static void transposed(TorchModel model, Span span, List<Candidate> all) {
    for (TorchModel.Tensor tensor : span.tensors(model)) {
      int rank = tensor.recipe().shape().rank();
      for (int a = 0; a < rank; a++) {
        for (int b = a + 1; b < rank; b++) {
          long extent = tensor.recipe().shape().dim(a);
          if (extent > 1 && extent == tensor.recipe().shape().dim(b)) {
            List<Integer> axes = new ArrayList<>();
            for (int i = 0; i < rank; i++) {
              axes.add(i == a ? b : i == b ? a : i);
            }
            all.add(
                new Candidate(
                    "transpose",
                    tensor.name() + " is transposed: it wants a permute by " + axes,
                    span.remade(
                        model,
                        t ->
                            t.name().equals(tensor.name())
                                ? Span.with(t, new TensorExpr.Permute(t.recipe(), axes))
                                : t)));
          }
        }
      }
    }
  }

  /** The blocks of a recurrent layer's weights in every other order, the same for all of them. */
  private static void gates(TorchModel model, Span span, List<Candidate> all) {
    boolean isLstm = has(model, span, "lstm");
    boolean isGru = has(model, span, "gru");
    if (!isLstm && !isGru) {
      return;
    }
    int count = isLstm ? 4 : 3;
    for (List<Integer> order : orders(count)) {
      all.add(
          new Candidate(
              "gates",
              "the gates are in another order: take the blocks of the weights as " + order,
              span.remade(model, t -> Span.with(t, blocks(t.recipe(), order)))));
    }
  }

  private static boolean has(TorchModel model, Span span, String operator) {
    return found(model, span).stream()
        .anyMatch(x -> x instanceof Expr.Aten e && e.operator().equals(operator));
  }

  private static TensorExpr blocks(TensorExpr recipe, List<Integer> order) {
    long rows = recipe.shape().rank() == 0 ? 0 : recipe.shape().dim(0);
    if (rows == 0 || rows % order.size() != 0) {
      return recipe;
    }
    long size = rows / order.size();
    return new TensorExpr.Concat(
        order.stream()
            .map(block -> (TensorExpr) new TensorExpr.Slice(recipe, 0, block * size, size))
            .toList(),
        0);
  }

  private static List<List<Integer>> orders(int count) {
    List<List<Integer>> orders = new ArrayList<>();
    extend(List.of(), count, orders);
    return orders.subList(1, orders.size());
  }

  private static void extend(List<Integer> begun, int count, List<List<Integer>> orders) {
    if (begun.size() == count) {
      orders.add(begun);
      return;
    }
    for (int next = 0; next < count; next++) {
      if (!begun.contains(next)) {
        List<Integer> longer = new ArrayList<>(begun);
        longer.add(next);
        extend(longer, count, orders);
      }
    }
  }

  /** Two vectors of a normalization in each other's place. */
  private static void exchanged(TorchModel model, Span span, List<Candidate> all) {
    List<TorchModel.Tensor> vectors =
        span.tensors(model).stream().filter(t -> t.recipe().shape().rank() == 1).toList();
    for (TorchModel.Tensor a : vectors) {
      for (TorchModel.Tensor b : vectors) {
        if (a.name().compareTo(b.name()) < 0 && a.recipe().shape().equals(b.recipe().shape())) {
          all.add(
              new Candidate(
                  "exchange",
                  a.name() + " and " + b.name() + " are in each other's place",
                  span.remade(
                      model,
                      t ->
                          t.name().equals(a.name())
                              ? Span.with(t, b.recipe())
                              : t.name().equals(b.name()) ? Span.with(t, a.recipe()) : t)));
        }
      }
    }
  }
}
