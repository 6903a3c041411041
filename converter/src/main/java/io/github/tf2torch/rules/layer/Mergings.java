package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.LayerRule;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
          "Concatenate");

  @Override
  public Set<String> layers() {
    return Set.of(
        "Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate", "Merge");
  }

  @Override
  public boolean passesMask() {
    return true;
  }

  @Override
  public void translate(Layer layer, LayerContext context) {
    String kind = layer.className();
    if (kind.equals("Merge")) {
      String mode = context.settings().text("sum", "mode");
      kind = MODES.getOrDefault(mode, "");
      if (kind.isEmpty()) {
        throw context.unsupported("has mode \"" + mode + "\"");
      }
    }
    context.output(kind.equals("Concatenate") ? joined(context) : elementwise(kind, context));
  }

  private static Held joined(LayerContext context) {
    long axis = context.settings().whole(-1, "axis", "concat_axis");
    List<Value> inputs = new ArrayList<>(context.inputs());
    inputs.add(Attrs.scalar(axis));
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

  /** The tensors; of an operation of {@code keras.ops} by the same name, numbers between them. */
  private static List<Value> operands(LayerContext context) {
    boolean isOperation = context.positional().stream().anyMatch(a -> a.tensor().isPresent());
    if (!isOperation) {
      return List.copyOf(context.inputs());
    }
    return context.positional().stream()
        .map(
            a ->
                a.tensor()
                    .map(Value.class::cast)
                    .orElseGet(() -> Attrs.number((float) Settings.real(a.stored()))))
        .toList();
  }
}
