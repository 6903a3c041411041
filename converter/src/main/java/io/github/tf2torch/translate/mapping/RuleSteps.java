package io.github.tf2torch.translate.mapping;

import io.github.tf2torch.rules.mapping.Layouts;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorExpr.Concat;
import io.github.tf2torch.tensor.TensorExpr.Permute;
import io.github.tf2torch.tensor.TensorExpr.Reshape;
import io.github.tf2torch.tensor.TensorExpr.Scale;
import io.github.tf2torch.tensor.TensorExpr.Shift;
import io.github.tf2torch.tensor.TensorExpr.Slice;
import io.github.tf2torch.tensor.TensorExpr.Stored;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Recipes in the transforms of a rule file, in the order in which a rule applies them. */
final class RuleSteps {
  private RuleSteps() {}

  /**
   * One transform.
   *
   * @param numbers as YAML has them, {@code [0, 8]}; empty where it takes none
   */
  private record Step(String name, String numbers) {
    @Override
    public String toString() {
      return numbers.isEmpty() ? name : "{" + name + ": " + numbers + "}";
    }
  }

  /**
   * What follows {@code transform:} in a rule for one variable.
   *
   * @param recipes of that variable alone, one for each target; where they are several, what
   *     divides it must be the same for all
   * @return empty where no transforms say so
   */
  static Optional<String> of(List<TensorExpr> recipes) {
    List<List<Step>> ways = new ArrayList<>();
    for (TensorExpr recipe : recipes) {
      Optional<List<Step>> steps = steps(recipe);
      if (steps.isEmpty()) {
        return Optional.empty();
      }
      ways.add(steps.get());
    }
    return (ways.size() == 1 ? Optional.of(ways.get(0)) : divided(recipes, ways))
        .map(RuleSteps::text);
  }

  /**
   * What follows {@code transform:} where another transform comes behind a recipe's own.
   *
   * @return empty where no transforms say so
   */
  static Optional<String> before(String last, TensorExpr recipe) {
    return then(recipe, new Step(last, "")).map(RuleSteps::text);
  }

  private static String text(List<Step> steps) {
    if (steps.isEmpty()) {
      return "stored";
    }
    String all = steps.stream().map(Step::toString).collect(Collectors.joining(", "));
    return steps.size() == 1 ? all : "[" + all + "]";
  }

  /** The innermost step first. */
  private static Optional<List<Step>> steps(TensorExpr recipe) {
    if (recipe instanceof Stored) {
      return Optional.of(List.of());
    }
    if (recipe instanceof Permute permute) {
      return then(permute.input(), permuted(permute));
    }
    if (recipe instanceof Reshape reshape) {
      return reshape.input() instanceof Permute permute
              && permute.input().shape().rank() > 2
              && recipe.equals(Layouts.depthwise(permute.input()))
          ? then(permute.input(), new Step("depthwise", ""))
          : then(reshape.input(), new Step("reshape", reshape.shape().dims().toString()));
    }
    if (recipe instanceof Slice slice && slice.axis() == 0) {
      return then(slice.input(), new Step("slice", List.of(slice.start(), slice.length()) + ""));
    }
    if (recipe instanceof Scale scale) {
      return then(scale.input(), new Step("scale", String.valueOf(scale.factor())));
    }
    if (recipe instanceof Shift shift) {
      return then(shift.input(), new Step("add", String.valueOf(shift.amount())));
    }
    return recipe instanceof Concat concat
        ? gates(concat).or(() -> joined(concat))
        : Optional.empty();
  }

  private static Optional<List<Step>> then(TensorExpr input, Step step) {
    return steps(input)
        .map(
            before -> {
              List<Step> all = new ArrayList<>(before);
              all.add(step);
              return all;
            });
  }

  private static Step permuted(Permute permute) {
    TensorExpr input = permute.input();
    int rank = input.shape().rank();
    if (rank == 2 && permute.equals(Layouts.transpose(input))) {
      return new Step("transpose", "");
    }
    return rank > 2 && permute.equals(Layouts.convolution(input))
        ? new Step("conv", "")
        : new Step("permute", permute.axes().toString());
  }

  /** Blocks of one tensor in another order. */
  private static Optional<List<Step>> gates(Concat concat) {
    if (concat.axis() != 0 || !(concat.inputs().get(0) instanceof Slice first)) {
      return Optional.empty();
    }
    List<Integer> order = new ArrayList<>();
    for (TensorExpr input : concat.inputs()) {
      if (!(input instanceof Slice slice) || slice.length() != first.length()) {
        return Optional.empty();
      }
      order.add(Math.toIntExact(slice.start() / slice.length()));
    }
    return concat.equals(Layouts.blocks(first.input(), 0, order))
        ? then(first.input(), new Step("gates", order.toString()))
        : Optional.empty();
  }

  /** Several variables as one tensor, each after the same steps. */
  private static Optional<List<Step>> joined(Concat concat) {
    List<Optional<List<Step>>> ways = concat.inputs().stream().map(RuleSteps::steps).toList();
    long variables = concat.variables().stream().distinct().count();
    boolean isOneEach =
        variables == ways.size()
            && concat.inputs().stream().allMatch(i -> i.variables().size() == 1);
    return isOneEach && ways.stream().distinct().count() == 1
        ? ways.get(0)
            .map(
                before ->
                    Stream.concat(
                            before.stream(),
                            Stream.of(new Step("concat", String.valueOf(concat.axis()))))
                        .toList())
        : Optional.empty();
  }

  /** Rows of one variable that go to several targets, as long as each wants them. */
  private static Optional<List<Step>> divided(List<TensorExpr> recipes, List<List<Step>> ways) {
    boolean isRows = ways.stream().allMatch(w -> !w.isEmpty() && w.get(0).name().equals("slice"));
    if (!isRows || !areAllRows(recipes)) {
      return Optional.empty();
    }
    List<List<Step>> rests = ways.stream().map(w -> w.subList(1, w.size())).toList();
    List<Step> rest = rests.get(0);
    if (!rests.stream().allMatch(rest::equals)) {
      return Optional.empty();
    }
    boolean isTransposed = !rest.isEmpty() && rest.get(0).name().equals("transpose");
    boolean isOneRowEach =
        !rest.isEmpty()
            && rest.get(0).name().equals("reshape")
            && ways.size() == rows(recipes.get(0)).input().shape().dim(0);
    List<Step> steps = new ArrayList<>();
    if (isTransposed) {
      steps.add(rest.get(0));
      steps.add(new Step("split", "1"));
    } else {
      steps.add(isOneRowEach ? new Step("unstack", "") : new Step("split", "0"));
    }
    steps.addAll(isTransposed || isOneRowEach ? rest.subList(1, rest.size()) : rest);
    return Optional.of(steps);
  }

  /** Whether the recipes take the variable's rows one after the other, and all of them. */
  private static boolean areAllRows(List<TensorExpr> recipes) {
    long start = 0;
    for (TensorExpr recipe : recipes) {
      Slice rows = rows(recipe);
      if (rows.start() != start || !(rows.input() instanceof Stored)) {
        return false;
      }
      start += rows.length();
    }
    return start == rows(recipes.get(0)).input().shape().dim(0);
  }

  /** The innermost step of a recipe whose first transform is {@code slice}. */
  private static Slice rows(TensorExpr recipe) {
    TensorExpr at = recipe;
    while (true) {
      if (at instanceof Slice slice && slice.input() instanceof Stored) {
        return slice;
      } else if (at instanceof Permute permute) {
        at = permute.input();
      } else if (at instanceof Reshape reshape) {
        at = reshape.input();
      } else if (at instanceof Scale scale) {
        at = scale.input();
      } else if (at instanceof Shift shift) {
        at = shift.input();
      } else if (at instanceof Concat concat) {
        at = ((Slice) concat.inputs().get(0)).input();
      } else {
        throw new AssertionError("no rows in " + recipe.describe());
      }
    }
  }
}
