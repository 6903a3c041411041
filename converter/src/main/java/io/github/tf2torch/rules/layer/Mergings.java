package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.LayerRule;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Layers of several tensors, element by element or joined along an axis; {@code Merge} is Keras 1's
 * name for all of them.
 */
public final class Mergings implements LayerRule {
  private static final Map<String, String> OPS =
      Map.of(
          "Add", "AddV2",
          "Subtract", "Sub",
          "Multiply", "Mul",
          "Average", "AddV2",
          "Maximum", "Maximum",
          "Minimum", "Minimum");

  private static final Map<String, String> MODES =
      Map.of(
          "sum",
          "Add",
          "mul",
          "Multiply",
          "ave",
          "Average",
          "max",
          "Maximum",
          "concat",
          "Concatenate",
          "dot",
          "Product",
          "cos",
          "Cosine");

  @Override
  public Set<String> layers() {
    return Set.of(
        "Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate", "Merge");
  }

  @Override
  public void translate(Layer layer, LayerContext context) {
    String kind = layer.className();
    if (kind.equals("Average") && context.isOperation()) {
      throw context.unsupported("is keras.ops.average, not the layer of that name");
    }
    if (kind.equals("Merge")) {
      kind = ofMode(context);
    }
    Optional<Held> mask = context.isOperation() ? Optional.empty() : mask(kind, context);
    context.output(
        switch (kind) {
          case "Concatenate" -> joined(context);
          case "Product" -> MergedProducts.dot(context);
          case "Cosine" -> MergedProducts.cosine(context);
          default -> elementwise(kind, context);
        });
    mask.ifPresent(context::mask);
  }

  private static String ofMode(LayerContext context) {
    if (!context.settings().text("raw", "mode_type").equals("raw")) {
      throw context.unsupported(
          "has Python code for its mode, which is never run from a file. Write it with layers and"
              + " save again, or give a rule for it by --plugin JAR");
    }
    String mode = context.settings().text("sum", "mode");
    String kind = MODES.get(mode);
    if (kind == null) {
      throw context.unsupported("has mode \"" + mode + "\"");
    }
    return kind;
  }

  /**
   * Keras 3 hides nothing of a result where one of the inputs has no mask, and joins masks that
   * differ: by or, and along an axis. Before it, what has no mask didn't count.
   */
  private static Optional<Held> mask(String kind, LayerContext context) {
    Set<Held> masks = new HashSet<>();
    int masked = 0;
    for (int i = 0; i < context.inputs().size(); i++) {
      Optional<Held> mask = context.mask(i);
      mask.ifPresent(masks::add);
      masked += mask.isPresent() ? 1 : 0;
    }
    if (masked == 0) {
      return Optional.empty();
    }
    long rank = context.inputs().get(0).type().rank();
    if (kind.equals("Concatenate") && Math.floorMod(axis(context), rank) != rank - 1) {
      throw context.unsupported("joins masked tensors along an axis that is not their last");
    }
    if (masked < context.inputs().size() && context.version().major() >= 3) {
      return Optional.empty();
    }
    if (masks.size() > 1) {
      throw context.unsupported("joins tensors of different masks");
    }
    return Optional.of(masks.iterator().next());
  }

  private static long axis(LayerContext context) {
    return context.settings().whole(context.isOperation() ? 0 : -1, "axis", "concat_axis");
  }

  private static Held joined(LayerContext context) {
    List<Value> inputs = new ArrayList<>(context.inputs());
    inputs.add(Attrs.scalar(axis(context)));
    return (Held) context.op("ConcatV2", Map.of(), inputs);
  }

  private static Held elementwise(String kind, LayerContext context) {
    List<Value> operands = operands(context);
    if (kind.equals("Subtract") && operands.size() != 2) {
      throw context.unsupported("subtracts " + operands.size() + " tensors");
    }
    Value result = operands.get(0);
    for (Value other : operands.subList(1, operands.size())) {
      result = context.op(OPS.get(kind), Map.of(), List.of(result, other));
    }
    if (kind.equals("Average")) {
      int count = operands.size();
      result = context.op("RealDiv", Map.of(), List.of(result, Attrs.number(count)));
    }
    return (Held) result;
  }

  private static List<Value> operands(LayerContext context) {
    return context.isOperation() ? Operands.of(context) : List.copyOf(context.inputs());
  }
}
