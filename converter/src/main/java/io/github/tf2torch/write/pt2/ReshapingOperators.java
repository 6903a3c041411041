package io.github.tf2torch.write.pt2;

import io.github.tf2torch.write.pt2.Datum.Form;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Operators that give the same elements other axes. */
final class ReshapingOperators {
  private ReshapingOperators() {}

  static Stream<Operator> all() {
    return Stream.of(
            Operator.rows(
                call -> call.as(filled(call, call.self().sizes(), call.extents("shape"))),
                "reshape(Tensor self, SymInt[] shape) -> Tensor"),
            Operator.rows(
                call -> call.as(filled(call, call.self().sizes(), call.extents("size"))),
                "view(Tensor self, SymInt[] size) -> Tensor"),
            Operator.rows(
                ReshapingOperators::permuted, "permute(Tensor self, int[] dims) -> Tensor"),
            Operator.rows(
                ReshapingOperators::transposed,
                "transpose.int(Tensor self, int dim0, int dim1) -> Tensor"),
            Operator.rows(
                ReshapingOperators::squeezed,
                """
                squeeze.dim(Tensor self, int dim) -> Tensor
                squeeze.dims(Tensor self, int[] dim) -> Tensor
                """),
            Operator.rows(
                ReshapingOperators::unsqueezed, "unsqueeze(Tensor self, int dim) -> Tensor"),
            Operator.rows(
                ReshapingOperators::flattened,
                "flatten.using_ints(Tensor self, int start_dim=0, int end_dim=-1) -> Tensor"),
            Operator.rows(
                ReshapingOperators::unflattened,
                "unflatten.int(Tensor self, int dim, SymInt[] sizes) -> Tensor"),
            Operator.rows(
                call -> call.as(appended(call.self().sizes())),
                "diag_embed(Tensor self, int offset=0, int dim1=-2, int dim2=-1) -> Tensor"),
            Operator.rows(
                ReshapingOperators::diagonal,
                "diagonal(Tensor self, int offset=0, int dim1=0, int dim2=1) -> Tensor"),
            Operator.rows(
                ReshapingOperators::expanded,
                "expand(Tensor self, SymInt[] size, *, bool implicit=False) -> Tensor"))
        .flatMap(List::stream);
  }

  private static Extent product(List<Extent> sizes) {
    return sizes.stream().reduce(Extent.of(1), Extent::times);
  }

  /** The sizes, one of which may be -1: what the others leave of {@code from}. */
  private static List<Extent> filled(Call call, List<Extent> from, List<Extent> to) {
    List<Extent> named = to.stream().filter(e -> !e.is(-1)).toList();
    Extent all = product(from);
    Extent others = product(named);
    if (named.size() == to.size()) {
      call.equal(all, others);
      return to;
    }
    if (others.is(0)) {
      throw call.refused("leaves an extent open beside one of 0");
    }
    Extent rest = all.over(others);
    return to.stream().map(e -> e.is(-1) ? rest : e).toList();
  }

  /** A square of the last axis, which is how the main diagonal is embedded. */
  private static List<Extent> appended(List<Extent> sizes) {
    List<Extent> square = new ArrayList<>(sizes);
    square.add(sizes.get(sizes.size() - 1));
    return square;
  }

  /** The main one, between two axes, which go; it comes last. */
  private static Form diagonal(Call call) {
    int rank = call.self().rank();
    int one = call.axis(call.whole("dim1", 0), rank);
    int other = call.axis(call.whole("dim2", 1), rank);
    List<Extent> sizes = new ArrayList<>(call.self().sizes());
    Extent length = sizes.get(one).min(sizes.get(other));
    sizes.remove(Math.max(one, other));
    sizes.remove(Math.min(one, other));
    sizes.add(length);
    return call.as(sizes);
  }

  private static Form permuted(Call call) {
    int rank = call.self().rank();
    return call.as(
        call.wholes("dims").stream()
            .map(d -> call.self().sizes().get(call.axis(d, rank)))
            .toList());
  }

  private static Form transposed(Call call) {
    List<Extent> sizes = new ArrayList<>(call.self().sizes());
    if (!sizes.isEmpty()) {
      Collections.swap(sizes, call.axis("dim0", 0), call.axis("dim1", 0));
    }
    return call.as(sizes);
  }

  private static Form squeezed(Call call) {
    int rank = call.self().rank();
    Set<Integer> axes =
        call.wholes("dim").stream().map(d -> call.axis(d, rank)).collect(Collectors.toSet());
    List<Extent> sizes = new ArrayList<>();
    for (int i = 0; i < rank; i++) {
      Extent size = call.self().sizes().get(i);
      if (axes.contains(i) && !size.isKnown()) {
        call.equal(size, Extent.of(1));
      }
      if (!axes.contains(i) || !size.is(1)) {
        sizes.add(size);
      }
    }
    return call.as(sizes);
  }

  private static Form unsqueezed(Call call) {
    List<Extent> sizes = new ArrayList<>(call.self().sizes());
    sizes.add(call.axis(call.whole("dim", 0), sizes.size() + 1), Extent.of(1));
    return call.as(sizes);
  }

  private static Form flattened(Call call) {
    List<Extent> sizes = new ArrayList<>(call.self().sizes());
    if (sizes.isEmpty()) {
      return call.as(List.of(Extent.of(1)));
    }
    List<Extent> part = sizes.subList(call.axis("start_dim", 0), call.axis("end_dim", -1) + 1);
    Extent whole = product(part);
    part.clear();
    sizes.add(call.axis("start_dim", 0), whole);
    return call.as(sizes);
  }

  private static Form unflattened(Call call) {
    int at = call.axis("dim", 0);
    List<Extent> sizes = new ArrayList<>(call.self().sizes());
    Extent own = sizes.remove(at);
    sizes.addAll(at, filled(call, List.of(own), call.extents("sizes")));
    return call.as(sizes);
  }

  private static Form expanded(Call call) {
    List<Extent> own = call.self().sizes();
    List<Extent> to = call.extents("size");
    int more = to.size() - own.size();
    List<Extent> sizes = new ArrayList<>();
    for (int i = 0; i < to.size(); i++) {
      Extent wanted = to.get(i);
      if (i < more) {
        sizes.add(wanted);
      } else {
        Extent from = own.get(i - more);
        sizes.add(wanted.is(-1) ? from : from.is(1) ? wanted : call.equal(from, wanted));
      }
    }
    return call.as(sizes);
  }
}
