package io.github.tf2torch.write.pt2;

import io.github.tf2torch.problem.UnsupportedOperation;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.write.pt2.Datum.Form;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A call of an operator, its arguments asked by the names of the schema. */
record Call(Schema schema, Map<String, Datum> arguments, Symbols symbols) {
  static Call of(Schema schema, Map<Schema.Argument, Datum> bound, Symbols symbols) {
    Map<String, Datum> named = new LinkedHashMap<>();
    bound.forEach((argument, value) -> named.put(argument.name(), value));
    return new Call(schema, named, symbols);
  }

  Datum.Tensor tensor(String name) {
    return maybe(name).orElseThrow(() -> refused("has no " + name));
  }

  Optional<Datum.Tensor> maybe(String name) {
    return arguments.get(name) instanceof Datum.Tensor t ? Optional.of(t) : Optional.empty();
  }

  /** The first argument. */
  Datum.Tensor self() {
    return tensor(schema.arguments().get(0).name());
  }

  List<Datum.Tensor> tensors(String name) {
    return arguments.get(name) instanceof Datum.Items items
        ? items.elements().stream().map(Datum.Tensor.class::cast).toList()
        : List.of();
  }

  boolean has(String name) {
    Datum value = arguments.get(name);
    return value != null && !(value instanceof Datum.None);
  }

  Optional<Extent> extent(String name) {
    return arguments.get(name) instanceof Datum.Whole w
        ? Optional.of(w.extent())
        : Optional.empty();
  }

  List<Extent> extents(String name) {
    Datum value = arguments.get(name);
    if (value instanceof Datum.Whole w) {
      return List.of(w.extent());
    }
    return value instanceof Datum.Items items
        ? items.elements().stream().map(e -> ((Datum.Whole) e).extent()).toList()
        : List.of();
  }

  long whole(String name, long otherwise) {
    return has(name) ? known(extent(name).orElseThrow(() -> refused(name)), name) : otherwise;
  }

  List<Long> wholes(String name) {
    return extents(name).stream().map(e -> known(e, name)).toList();
  }

  private long known(Extent extent, String name) {
    return extent.known().orElseThrow(() -> refused("has a " + name + " that is not known"));
  }

  /** Whole ones among numbers that may have fractions. */
  List<Long> factors(String name) {
    return arguments.get(name) instanceof Datum.Items items
        ? items.elements().stream().map(e -> factor(((Datum.Number) e).value(), name)).toList()
        : List.of();
  }

  private long factor(double value, String name) {
    if (value != Math.rint(value)) {
      throw refused("has a " + name + " of " + value);
    }
    return (long) value;
  }

  boolean flag(String name, boolean otherwise) {
    return arguments.get(name) instanceof Datum.Flag f ? f.value() : otherwise;
  }

  String text(String name) {
    return arguments.get(name) instanceof Datum.Text t ? t.value() : "";
  }

  Optional<DType> type(String name) {
    return arguments.get(name) instanceof Datum.Type t ? Optional.of(t.value()) : Optional.empty();
  }

  /** An axis of the first argument; negative ones count from the end. */
  int axis(String name, long otherwise) {
    return axis(whole(name, otherwise), self().rank());
  }

  int axis(long axis, int rank) {
    long counted = axis < 0 ? axis + rank : axis;
    if (counted < 0 || counted >= Math.max(rank, 1)) {
      throw refused("has dimension " + axis + " of " + rank);
    }
    return Math.toIntExact(counted);
  }

  Extent equal(Extent left, Extent right) {
    return symbols.equal(left, right, schema.name());
  }

  List<Extent> broadcast(List<List<Extent>> all) {
    return all.stream()
        .reduce(List.of(), (left, right) -> symbols.broadcast(left, right, schema.name()));
  }

  Form as(List<Extent> sizes) {
    return self().form().withSizes(sizes);
  }

  UnsupportedOperation refused(String what) {
    return new UnsupportedOperation(schema.name() + " " + what);
  }
}
