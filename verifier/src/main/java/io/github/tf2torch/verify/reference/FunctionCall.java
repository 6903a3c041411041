package io.github.tf2torch.verify.reference;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.verify.engine.SymbolicTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A function among the layers: what it is called with, and a family of functions that it may be of.
 */
abstract class FunctionCall {
  final LayerCall call;
  final Ops ops;
  final Settings settings;
  final SymbolicTensor x;

  /**
   * @param settings where the function's settings are: with Keras 2 among the call's arguments
   */
  FunctionCall(LayerCall call, Settings settings) {
    this.call = call;
    this.ops = call.ops();
    this.settings = settings;
    this.x = call.input();
  }

  /** What the function of this name answers; empty where the family has none of the name. */
  abstract Optional<List<SymbolicTensor>> outputs(String name);

  boolean keeps() {
    return settings.flag(false, "keepdims");
  }

  int positive(long axis) {
    return (int) (axis < 0 ? axis + x.rank() : axis);
  }

  int axis() {
    return positive(settings.whole(-1, "axis"));
  }

  List<Integer> axes(String name) {
    return settings
        .get(name)
        .map(a -> Settings.wholesOf(a).stream().map(this::positive).toList())
        .orElseGet(() -> IntStream.range(0, x.rank()).boxed().toList());
  }

  List<Long> wholes(String... names) {
    return Settings.wholesOf(
        settings.get(names).orElseThrow(() -> call.missing("without " + names[0])));
  }

  int axis(int rank, int otherwise) {
    int axis =
        settings.get("axis").map(a -> Settings.wholesOf(a).get(0).intValue()).orElse(otherwise);
    return axis < 0 ? axis + rank : axis;
  }

  SymbolicTensor operand(LayerCall.Operand operand, SymbolicTensor like) {
    return operand
        .tensor()
        .orElseGet(
            () ->
                StoredTensor.of(operand.stored())
                    .map(ops::constant)
                    .orElseGet(() -> ops.number(Settings.numberOf(operand.stored()), like)));
  }

  /** By place in Keras 3; in Keras 2 the second is {@code y}, and a number first is marked. */
  List<LayerCall.Operand> operands() {
    if (!call.arguments().positional().isEmpty()) {
      return call.arguments().positional();
    }
    Config absent = new Config.Absent();
    List<LayerCall.Operand> all = new ArrayList<>();
    call.arguments()
        .settings()
        .get("_CONSTANT_VALUE")
        .ifPresent(c -> all.add(new LayerCall.Operand(Optional.empty(), c)));
    call.inputs().forEach(x -> all.add(new LayerCall.Operand(Optional.of(x), absent)));
    List<SymbolicTensor> named = call.arguments().tensors().getOrDefault("y", List.of());
    named.forEach(y -> all.add(new LayerCall.Operand(Optional.of(y), absent)));
    if (named.isEmpty()) {
      call.arguments()
          .settings()
          .get("y")
          .ifPresent(y -> all.add(new LayerCall.Operand(Optional.empty(), y)));
    }
    return all;
  }

  /** The operand at a place, as a tensor of the type of the last one that is a tensor. */
  SymbolicTensor operand(int index) {
    return operand(operands().get(index), call.inputs().get(call.inputs().size() - 1));
  }
}
