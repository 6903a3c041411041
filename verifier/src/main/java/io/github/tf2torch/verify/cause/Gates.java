package io.github.tf2torch.verify.cause;

import io.github.tf2torch.tensor.TensorExpr;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The blocks of a recurrent layer's weights in every other order, the same for all of them: Keras
 * has a GRU's gates as z, r, h, PyTorch as r, z, n; TF1's {@code BasicLSTMCell} as i, j, f, o.
 */
final class Gates implements Pitfall {
  /** What names of {@code nn.MultiheadAttention}'s weight and bias begin with. */
  private static final String IN_PROJ = "in_proj";

  @Override
  public Stream<Candidate> of(Stretch stretch) {
    if (stretch.calls(Set.of("lstm", "gru")).findAny().isEmpty()) {
      return projections(stretch);
    }
    int count = stretch.calls(Set.of("lstm")).findAny().isPresent() ? 4 : 3;
    return orders(count).stream()
        .map(
            order ->
                stretch.remade(
                    "gates",
                    "the gates are in another order: take the blocks of the weights as " + order,
                    t -> blocks(t.recipe(), order)));
  }

  /** The same of attention, which holds its three projections in one tensor. */
  private static Stream<Candidate> projections(Stretch stretch) {
    return stretch.tensors().stream().noneMatch(t -> t.name().contains(IN_PROJ))
        ? Stream.empty()
        : orders(3).stream()
            .map(
                order ->
                    stretch.remade(
                        "projections",
                        "query, key and value are in another order: take the blocks of "
                            + IN_PROJ
                            + " as "
                            + order,
                        t -> t.name().contains(IN_PROJ) ? blocks(t.recipe(), order) : t.recipe()));
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

  /** All but the one there is. */
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
}
