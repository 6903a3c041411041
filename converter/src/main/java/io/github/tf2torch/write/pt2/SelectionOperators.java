package io.github.tf2torch.write.pt2;

import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.write.pt2.Datum.Form;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/** Operators that take parts of tensors, put tensors together, or repeat or pad them. */
final class SelectionOperators {
  private static final String REPEATING =
      "repeat_interleave.self_int(Tensor self, SymInt repeats, int? dim=None, *, SymInt?"
          + " output_size=None) -> Tensor";

  private static final String SEARCHED =
      """
      searchsorted.Tensor(Tensor sorted_sequence, Tensor self, *, bool out_int32=False, bool right=False, str? side=None, Tensor? sorter=None) -> Tensor
      bucketize.Tensor(Tensor self, Tensor boundaries, *, bool out_int32=False, bool right=False) -> Tensor
      """;

  private SelectionOperators() {}

  static Stream<Operator> all() {
    return Stream.of(
            Operator.rows(
                SelectionOperators::sliced,
                "slice.Tensor(Tensor self, int dim=0, SymInt? start=None, SymInt? end=None, SymInt"
                    + " step=1) -> Tensor"),
            Operator.rows(
                call -> along(call, call.axis("dim", 0), call.extent("length").orElseThrow()),
                "narrow(Tensor self, int dim, SymInt start, SymInt length) -> Tensor"),
            Operator.rows(
                SelectionOperators::without,
                "select.int(Tensor self, int dim, SymInt index) -> Tensor"),
            Operator.rows(
                call -> call.as(call.tensor("index").sizes()),
                """
                gather(Tensor self, int dim, Tensor index, *, bool sparse_grad=False) -> Tensor
                take(Tensor self, Tensor index) -> Tensor
                """),
            Operator.rows(call -> call.tensor("self").form().withDtype(DType.INT64), SEARCHED),
            Operator.rows(
                call -> along(call, call.axis("dim", 0), places(call)),
                "index_select(Tensor self, int dim, Tensor index) -> Tensor"),
            Operator.rows(
                SelectionOperators::embedded,
                "embedding(Tensor weight, Tensor indices, SymInt padding_idx=-1, bool"
                    + " scale_grad_by_freq=False, bool sparse=False) -> Tensor"),
            Operator.rows(
                call -> call.self().form(),
                "index_add(Tensor self, int dim, Tensor index, Tensor source, *, Scalar alpha=1) ->"
                    + " Tensor"),
            Operator.rows(
                SelectionOperators::repeated, "repeat(Tensor self, SymInt[] repeats) -> Tensor"),
            Operator.rows(SelectionOperators::interleaved, REPEATING),
            Operator.rows(
                call -> padded(call, call.extents("pad")),
                "constant_pad_nd(Tensor self, SymInt[] pad, Scalar value=0) -> Tensor"),
            Operator.rows(
                call -> padded(call, call.extents("padding")),
                """
                reflection_pad1d(Tensor self, SymInt[2] padding) -> Tensor
                reflection_pad2d(Tensor self, SymInt[4] padding) -> Tensor
                reflection_pad3d(Tensor self, SymInt[6] padding) -> Tensor
                replication_pad1d(Tensor self, SymInt[2] padding) -> Tensor
                replication_pad2d(Tensor self, SymInt[4] padding) -> Tensor
                replication_pad3d(Tensor self, SymInt[6] padding) -> Tensor
                """),
            Operator.several(
                SelectionOperators::chunks,
                "chunk(Tensor self, int chunks, int dim=0) -> Tensor[]\n"),
            Operator.rows(SelectionOperators::joined, "cat(Tensor[] tensors, int dim=0) -> Tensor"),
            Operator.rows(
                SelectionOperators::stacked, "stack(Tensor[] tensors, int dim=0) -> Tensor"))
        .flatMap(List::stream);
  }

  /** Equal ones. */
  private static List<Form> chunks(Call call) {
    int axis = call.axis("dim", 0);
    long count = call.whole("chunks", 1);
    Extent part = call.self().sizes().get(axis).over(count);
    return Collections.nCopies(Math.toIntExact(count), along(call, axis, part));
  }

  private static Form along(Call call, int axis, Extent extent) {
    List<Extent> sizes = new ArrayList<>(call.self().sizes());
    sizes.set(axis, extent);
    return call.as(sizes);
  }

  private static Form sliced(Call call) {
    int axis = call.axis("dim", 0);
    Extent size = call.self().sizes().get(axis);
    Extent start = bound(size, call.extent("start").orElse(Extent.of(0)));
    Extent end = bound(size, call.extent("end").orElse(size));
    long step = call.whole("step", 1);
    Extent length = end.minus(start);
    Extent taken = length.isKnown() ? length.max(Extent.of(0)) : length;
    return along(call, axis, taken.plus(step - 1).over(step));
  }

  /** Counted from the end where negative, and cut to what there is. */
  private static Extent bound(Extent size, Extent given) {
    if (!given.isKnown()) {
      return given.equals(size) || size.minus(given).isKnown() ? given : given.min(size);
    }
    long value = given.known().getAsLong();
    if (size.isKnown()) {
      long all = size.known().getAsLong();
      long counted = value < 0 ? value + all : value;
      return Extent.of(Math.max(0, Math.min(counted, all)));
    }
    return value == Long.MAX_VALUE
        ? size
        : value < 0 ? size.plus(value) : value == 0 ? given : given.min(size);
  }

  private static Form without(Call call) {
    List<Extent> sizes = new ArrayList<>(call.self().sizes());
    sizes.remove(call.axis("dim", 0));
    return call.as(sizes);
  }

  private static Extent places(Call call) {
    List<Extent> index = call.tensor("index").sizes();
    return index.isEmpty() ? Extent.of(1) : index.get(0);
  }

  private static Form embedded(Call call) {
    List<Extent> sizes = new ArrayList<>(call.tensor("indices").sizes());
    sizes.add(call.tensor("weight").sizes().get(1));
    return call.as(sizes);
  }

  private static Form repeated(Call call) {
    List<Extent> repeats = call.extents("repeats");
    int more = repeats.size() - call.self().rank();
    List<Extent> sizes = new ArrayList<>();
    for (int i = 0; i < repeats.size(); i++) {
      sizes.add(
          i < more ? repeats.get(i) : repeats.get(i).times(call.self().sizes().get(i - more)));
    }
    return call.as(sizes);
  }

  private static Form interleaved(Call call) {
    if (!call.has("dim")) {
      throw call.refused("repeats along no axis");
    }
    int axis = call.axis("dim", 0);
    return along(
        call, axis, call.self().sizes().get(axis).times(call.extent("repeats").orElseThrow()));
  }

  /** Pairs for axes from the last one on. */
  private static Form padded(Call call, List<Extent> pads) {
    List<Extent> sizes = new ArrayList<>(call.self().sizes());
    for (int i = 0; i < pads.size() / 2; i++) {
      int axis = sizes.size() - 1 - i;
      sizes.set(axis, sizes.get(axis).plus(pads.get(2 * i)).plus(pads.get(2 * i + 1)));
    }
    return call.as(sizes);
  }

  private static Form joined(Call call) {
    List<Datum.Tensor> tensors = call.tensors("tensors");
    List<Extent> sizes = new ArrayList<>(tensors.get(0).sizes());
    int axis = call.axis(call.whole("dim", 0), sizes.size());
    for (Datum.Tensor tensor : tensors.subList(1, tensors.size())) {
      for (int i = 0; i < sizes.size(); i++) {
        Extent other = tensor.sizes().get(i);
        sizes.set(i, i == axis ? sizes.get(i).plus(other) : call.equal(sizes.get(i), other));
      }
    }
    return new Form(Promotion.of(List.copyOf(tensors)), sizes);
  }

  private static Form stacked(Call call) {
    List<Datum.Tensor> tensors = call.tensors("tensors");
    List<Extent> sizes = new ArrayList<>(tensors.get(0).sizes());
    for (Datum.Tensor tensor : tensors) {
      for (int i = 0; i < sizes.size(); i++) {
        call.equal(sizes.get(i), tensor.sizes().get(i));
      }
    }
    sizes.add(call.axis(call.whole("dim", 0), sizes.size() + 1), Extent.of(tensors.size()));
    return new Form(Promotion.of(Collections.unmodifiableList(new ArrayList<>(tensors))), sizes);
  }
}
