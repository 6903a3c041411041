package io.github.tf2torch.verify.cause;

import io.github.tf2torch.model.target.Expr;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * An argument of another value: most of what differs between frameworks is a default.
 *
 * @param name of the argument, as Python has it
 * @param places by operator, the argument's place
 * @param others values to try
 */
record OtherArgument(String kind, String name, Map<String, Integer> places, List<Expr> others)
    implements Pitfall {
  OtherArgument {
    places = Map.copyOf(places);
    others = List.copyOf(others);
  }

  static OtherArgument ofNumber(
      String kind, String name, Map<String, Integer> places, float... others) {
    List<Expr> values = new java.util.ArrayList<>();
    for (float other : others) {
      values.add(new Expr.FloatLiteral(other));
    }
    return new OtherArgument(kind, name, places, values);
  }

  @Override
  public Stream<Candidate> of(Stretch stretch) {
    return stretch
        .calls(places.keySet())
        .filter(call -> places.get(call.operator()) <= DefaultArguments.of(call).size())
        .flatMap(
            call -> {
              int at = places.get(call.operator());
              boolean isGiven = at < call.arguments().size();
              String here = isGiven ? text(call.arguments().get(at)) : "PyTorch's default";
              return Stream.concat(there(stretch, call.operator(), at), others.stream())
                  .distinct()
                  .filter(other -> !text(other).equals(here))
                  .map(
                      other ->
                          stretch.with(
                              kind,
                              said(call.operator(), text(other), here),
                              call,
                              Stretch.with(DefaultArguments.given(call, at), at, other)));
            });
  }

  /** What TensorFlow has in the same operator, where that is known. */
  private static Stream<Expr> there(Stretch stretch, String operator, int at) {
    return stretch.counterpart().calls().stream()
        .filter(call -> call.operator().equals(operator) && call.arguments().size() > at)
        .map(call -> call.arguments().get(at))
        .map(argument -> argument instanceof Expr.Setting s ? s.value() : argument)
        .filter(
            argument ->
                argument instanceof Expr.FloatLiteral || argument instanceof Expr.IntLiteral);
  }

  private String said(String operator, String other, String here) {
    String what = kind.equals(name) || kind.equals("epsilon") ? kind : kind + " of " + operator;
    return "%s %s in TensorFlow, %s here: set %s=%s".formatted(what, other, here, name, other);
  }

  private static String text(Expr expr) {
    if (expr instanceof Expr.Setting s) {
      return text(s.value());
    }
    if (expr instanceof Expr.FloatLiteral f) {
      return Float.isInfinite(f.value())
          ? "float(\"" + (f.value() < 0 ? "-" : "") + "inf\")"
          : Float.toString(f.value()).replace("E", "e").replace(".0e", "e");
    }
    if (expr instanceof Expr.IntLiteral i) {
      return Long.toString(i.value());
    }
    if (expr instanceof Expr.BoolLiteral b) {
      return b.value() ? "True" : "False";
    }
    if (expr instanceof Expr.TextLiteral t) {
      return '"' + t.value() + '"';
    }
    return "a computed value";
  }
}
