package io.github.tf2torch.verify.cause;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The largest of a window or of an axis where TensorFlow takes the mean, or the other way. */
final class OtherPooling implements Pitfall {
  private static final String MEAN = "the largest is taken here, the mean in TensorFlow";
  private static final String LARGEST = "the mean is taken here, the largest in TensorFlow";
  private static final String MEAN_OF_ALL =
      "one position is taken here, the mean of all in TensorFlow";
  private static final String LAST = "the mean is taken here, the last position in TensorFlow";
  private static final String LARGEST_OF_ALL =
      "one position is taken here, the largest of all in TensorFlow";
  private static final Expr FALSE = new Expr.BoolLiteral(false);

  @Override
  public Stream<Candidate> of(Stretch stretch) {
    return stretch.span().statements().stream()
        .filter(at -> stretch.model().body().get(at) instanceof Statement.Assign)
        .flatMap(at -> of(stretch, at, (Statement.Assign) stretch.model().body().get(at)).stream());
  }

  private static List<Candidate> of(Stretch stretch, int at, Statement.Assign assign) {
    if (!(assign.value() instanceof Expr.Aten call)) {
      return List.of();
    }
    List<Expr> given = call.arguments();
    String operator = call.operator();
    if (operator.startsWith("max_pool") && given.size() > 3) {
      return List.of(
          candidate(
              stretch,
              at,
              assign,
              MEAN,
              new Expr.Aten(
                  operator.replace("max", "avg"), extended(given.subList(0, 4), FALSE, FALSE))));
    }
    if (operator.startsWith("avg_pool")) {
      return List.of(
          candidate(
              stretch,
              at,
              assign,
              LARGEST,
              new Expr.Aten(
                  operator.replace("avg", "max"), given.subList(0, Math.min(4, given.size())))));
    }
    if (operator.startsWith("adaptive_avg_pool")) {
      return List.of(candidate(stretch, at, assign, LARGEST, amax(given.get(0), rank(operator))));
    }
    if (operator.startsWith("adaptive_max_pool")) {
      return List.of(
          candidate(
              stretch, at, assign, MEAN, new Expr.Aten(operator.replace("max", "avg"), given)));
    }
    // with the places, as max(dim=...) answers
    if (operator.equals("max") && assign.targets().size() == 2 && given.size() > 1) {
      List<Expr> mean = new ArrayList<>(given);
      mean.set(1, new Expr.ListLiteral(List.of(given.get(1))));
      return List.of(candidate(stretch, at, assign, MEAN, new Expr.Aten("mean", mean)));
    }
    if (operator.equals("mean") && Expressions.wholes(call, 1).size() == 1) {
      Expr axis = new Expr.IntLiteral(Expressions.wholes(call, 1).get(0));
      Expr last = Expr.aten("select", given.get(0), axis, new Expr.IntLiteral(-1));
      return List.of(candidate(stretch, at, assign, LAST, last));
    }
    // one position, as that of a class token or of the last step
    if (operator.equals("select") && given.get(1) instanceof Expr.IntLiteral axis) {
      Expr axes = Expr.ints(List.of(axis.value()));
      return List.of(
          candidate(stretch, at, assign, MEAN_OF_ALL, Expr.aten("mean", given.get(0), axes)),
          candidate(stretch, at, assign, LARGEST_OF_ALL, Expr.aten("amax", given.get(0), axes)));
    }
    return List.of();
  }

  private static List<Expr> extended(List<Expr> given, Expr... more) {
    List<Expr> all = new ArrayList<>(given);
    all.addAll(List.of(more));
    return all;
  }

  private static int rank(String operator) {
    return operator.charAt(operator.length() - 2) - '0';
  }

  /** With its axes kept, each of one element. */
  private static Expr amax(Expr input, int axes) {
    List<Long> last = new ArrayList<>();
    for (long axis = -axes; axis < 0; axis++) {
      last.add(axis);
    }
    return Expr.aten("amax", input, Expr.ints(last), new Expr.BoolLiteral(true));
  }

  /** The statement may have had the places as a second result, which nobody reads then. */
  private static Candidate candidate(
      Stretch stretch, int at, Statement.Assign assign, String cause, Expr right) {
    return stretch.with(
        "pooling", cause, at, new Statement.Assign(assign.targets().subList(0, 1), right));
  }
}
