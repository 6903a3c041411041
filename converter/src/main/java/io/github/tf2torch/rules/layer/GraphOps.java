package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** TensorFlow's ops of a few operands, written short. */
record GraphOps(LayerContext context) {
  Value one(String op, Value... inputs) {
    return context.op(op, Map.of(), List.of(inputs));
  }

  Value one(String op, Map<String, Attr> attrs, Value... inputs) {
    return context.op(op, attrs, List.of(inputs));
  }

  Value add(Value x, Value y) {
    return one("AddV2", x, y);
  }

  Value sub(Value x, Value y) {
    return one("Sub", x, y);
  }

  Value mul(Value x, Value y) {
    return one("Mul", x, y);
  }

  Value div(Value x, Value y) {
    return one("RealDiv", x, y);
  }

  Value where(Value condition, Value x, Value otherwise) {
    return one("SelectV2", condition, x, otherwise);
  }

  Value is(Value x, String comparison, double number) {
    return one(comparison, x, number(number));
  }

  Value number(double value) {
    return Attrs.number((float) value);
  }

  Value reduce(String op, Value x, List<Long> axes, boolean keepDims) {
    return one(op, Map.of("keep_dims", Attrs.of(keepDims)), x, Attrs.vector(axes));
  }

  Value reshape(Value x, Long... extents) {
    return one("Reshape", x, Attrs.vector(List.of(extents)));
  }

  Value transpose(Value x, List<Long> order) {
    return one("Transpose", x, Attrs.vector(order));
  }

  Value gather(Value x, List<Long> places, long axis) {
    return one("GatherV2", x, Attrs.vector(places), Attrs.scalar(axis));
  }

  Value concat(List<? extends Value> parts, long axis) {
    List<Value> all = new ArrayList<>(parts);
    all.add(Attrs.scalar(axis));
    return context.op("ConcatV2", Map.of(), all);
  }

  /** {@code count} elements of an axis from {@code begin} on; all of the other axes. */
  Value slice(Value x, int rank, int axis, long begin, long count) {
    List<Long> begins = new ArrayList<>(java.util.Collections.nCopies(rank, 0L));
    List<Long> sizes = new ArrayList<>(java.util.Collections.nCopies(rank, -1L));
    begins.set(axis, begin);
    sizes.set(axis, count);
    return one("Slice", x, Attrs.vector(begins), Attrs.vector(sizes));
  }
}
