package io.github.tf2torch.verify.reference;

import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.verify.engine.SymbolicTensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Layers around layers. */
final class Wrappers {
  static final Map<String, LayerReference> TABLE =
      Map.of(
          "Bidirectional", Wrappers::bothWays,
          "TimeDistributed", Wrappers::eachStep,
          "Pipeline", Wrappers::oneAfterAnother,
          "SpectralNormalization", Wrappers::normalized);

  private Wrappers() {}

  private static List<SymbolicTensor> oneAfterAnother(LayerCall call) {
    List<SymbolicTensor> values = call.inputs();
    for (Layer part : call.layer().layers()) {
      values = call.apply(part, part.name(), values);
    }
    return values;
  }

  /** Training divides the stored kernel by its largest singular value; inference takes it. */
  private static List<SymbolicTensor> normalized(LayerCall call) {
    if (call.isTraining()) {
      throw call.missing("in training");
    }
    return call.apply(call.part(0), call.part(0).name(), call.inputs());
  }

  private static List<SymbolicTensor> eachStep(LayerCall call) {
    Ops ops = call.ops();
    Layer part = call.part(0);
    SymbolicTensor x = call.input();
    if (call.building().version().major() < 3) {
      return allSteps(call);
    }
    List<List<SymbolicTensor>> steps = new ArrayList<>();
    Map<Reference.Place, List<SymbolicTensor>> inside = new LinkedHashMap<>();
    int before = call.building().drawn().size();
    for (SymbolicTensor step : ops.unstack(x, 1)) {
      steps.add(call.apply(part, part.name(), List.of(step)));
      call.building()
          .taken(call.path())
          .forEach(
              (place, value) -> inside.computeIfAbsent(place, p -> new ArrayList<>()).add(value));
    }
    call.building().joinSteps(before, Math.toIntExact(x.extent(1)));
    inside.forEach((place, values) -> call.building().place(place, together(ops, values)));
    List<SymbolicTensor> outputs = new ArrayList<>();
    for (int i = 0; i < steps.get(0).size(); i++) {
      int at = i;
      outputs.add(ops.stack(steps.stream().map(s -> s.get(at)).toList(), 1));
    }
    return outputs;
  }

  /** Before Keras 3 all steps are one batch, wherever the batch's size is not fixed. */
  private static List<SymbolicTensor> allSteps(LayerCall call) {
    Ops ops = call.ops();
    SymbolicTensor x = call.input();
    List<Long> flat = new ArrayList<>(x.shape().dims().subList(1, x.rank()));
    flat.set(0, -1L);
    List<SymbolicTensor> outputs = new ArrayList<>();
    for (SymbolicTensor y :
        call.apply(call.part(0), call.part(0).name(), List.of(ops.reshape(x, flat)))) {
      List<Long> apart = new ArrayList<>(x.shape().dims().subList(0, 2));
      apart.addAll(y.shape().dims().subList(1, y.rank()));
      outputs.add(ops.reshape(y, apart));
    }
    return outputs;
  }

  /**
   * (N, ...) of each step to (N * steps, ...), as a program that takes all steps at once has it.
   */
  private static SymbolicTensor together(Ops ops, List<SymbolicTensor> steps) {
    List<Long> dims = new ArrayList<>(List.of(-1L));
    for (int axis = 1; axis < steps.get(0).rank(); axis++) {
      dims.add(steps.get(0).extent(axis));
    }
    return ops.reshape(ops.stack(steps, 1), dims);
  }

  private static List<SymbolicTensor> bothWays(LayerCall call) {
    Ops ops = call.ops();
    Settings own = new Settings(call.part(0).config());
    boolean isSequence = own.flag(false, "return_sequences");
    List<SymbolicTensor> forward = directed(call, 0);
    List<SymbolicTensor> backward = new ArrayList<>(directed(call, 1));
    if (isSequence) {
      backward.set(0, ops.reverse(backward.get(0), 1));
    }
    List<SymbolicTensor> outputs = new ArrayList<>(merged(call, forward.get(0), backward.get(0)));
    outputs.addAll(forward.subList(1, forward.size()));
    outputs.addAll(backward.subList(1, backward.size()));
    if (isSequence) {
      call.mask(0).ifPresent(m -> call.building().mask(outputs.get(0), m));
    }
    return outputs;
  }

  /** One of the two, with its half of the states. */
  private static List<SymbolicTensor> directed(LayerCall call, int side) {
    Layer part = call.part(side);
    List<SymbolicTensor> inputs = new ArrayList<>(List.of(call.input()));
    List<SymbolicTensor> states =
        call.inputs().size() > 1
            ? call.inputs().subList(1, call.inputs().size())
            : call.arguments().tensors().getOrDefault("initial_state", List.of());
    int half = states.size() / 2;
    inputs.addAll(states.subList(side * half, (side + 1) * half));
    return call.apply(part, part.name(), inputs);
  }

  private static List<SymbolicTensor> merged(
      LayerCall call, SymbolicTensor forward, SymbolicTensor backward) {
    Ops ops = call.ops();
    boolean isSaid =
        call.layer().config() instanceof io.github.tf2torch.model.source.Config.Fields f
            && f.values().containsKey("merge_mode");
    String mode = call.settings().text(isSaid ? "none" : "concat", "merge_mode");
    return switch (mode) {
      case "concat" -> List.of(ops.concat(List.of(forward, backward), forward.rank() - 1));
      case "sum" -> List.of(ops.add(forward, backward));
      case "ave" -> List.of(ops.div(ops.add(forward, backward), 2));
      case "mul" -> List.of(ops.mul(forward, backward));
      case "none" -> List.of(forward, backward);
      default -> throw call.missing("with merge_mode " + mode);
    };
  }
}
