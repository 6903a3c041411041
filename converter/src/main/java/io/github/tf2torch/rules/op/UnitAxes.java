package io.github.tf2torch.rules.op;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.rules.OpContext;
import io.github.tf2torch.rules.OpRule;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Squeeze and ExpandDims: axes of one come and go, the others stay as they are held. */
public final class UnitAxes implements OpRule {
  @Override
  public Set<String> ops() {
    return Set.of("Squeeze", "ExpandDims");
  }

  @Override
  public void translate(Node node, OpContext context) {
    List<Long> source = context.dims(0).extents();
    List<Integer> kept = IntStream.range(0, source.size()).boxed().toList();
    List<Long> target;
    List<Integer> places;
    if (node.op().equals("ExpandDims")) {
      long axis = context.integers(1).get(0);
      int at = Math.toIntExact(axis < 0 ? axis + source.size() + 1 : axis);
      target = new ArrayList<>(source);
      target.add(at, 1L);
      places = kept.stream().map(a -> a < at ? a : a + 1).toList();
    } else {
      List<Integer> gone = squeezed(node, source, context);
      kept = kept.stream().filter(a -> !gone.contains(a)).toList();
      target = kept.stream().map(source::get).toList();
      places = IntStream.range(0, kept.size()).boxed().toList();
    }
    Value value = context.input(0);
    if (value instanceof Value.Weight w) {
      context.output(0, new Value.Weight(Refolding.reshape(w.recipe(), target)));
    } else if (value instanceof Value.Sizes s) {
      context.output(0, new Value.Sizes(s.elements(), target.isEmpty()));
    } else {
      context.output(0, move(context.unflattened(0), kept, places, new Dims(target), context));
    }
  }

  private static Held move(
      Held x, List<Integer> kept, List<Integer> places, Dims target, OpContext context) {
    List<Integer> significant =
        IntStream.range(0, kept.size())
            .filter(i -> x.type().dims().extent(kept.get(i)) != 1)
            .boxed()
            .toList();
    Regrouping groups =
        Regrouping.identity(
            significant.stream().map(kept::get).toList(),
            significant.stream().map(places::get).toList());
    return Reshaping.regrouped(x, groups, target, context);
  }

  private static List<Integer> squeezed(Node node, List<Long> source, OpContext context) {
    List<Long> axes =
        node.hasAttr("squeeze_dims")
            ? node.intsAttr("squeeze_dims")
            : node.hasAttr("axis") ? node.intsAttr("axis") : List.<Long>of();
    if (axes.isEmpty()) {
      if (source.lastIndexOf(-1L) > 0) {
        throw context.unsupported(
            "no axes named, and the extents " + source + " are not all known");
      }
      if (source.contains(-1L)) {
        context.assume(
            node.name()
                + ": names no axes to squeeze; the first, of unknown extent, stays even where it"
                + " is one, and TensorFlow drops it");
      }
      return IntStream.range(0, source.size()).filter(a -> source.get(a) == 1).boxed().toList();
    }
    TensorType type = TensorType.plain(io.github.tf2torch.tensor.DType.FLOAT32, new Dims(source));
    return axes.stream().map(type::axis).toList();
  }
}
