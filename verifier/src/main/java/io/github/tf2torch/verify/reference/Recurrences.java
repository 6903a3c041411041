package io.github.tf2torch.verify.reference;

import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.verify.engine.SymbolicTensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** {@code keras/src/layers/rnn}: cells, unrolled over all steps ({@code backend/.../rnn.py}). */
final class Recurrences {
  static final Map<String, LayerReference> TABLE =
      Map.of(
          "SimpleRNN", call -> unrolled(call, Cells::simple),
          "LSTM", call -> unrolled(call, Cells::lstm),
          "CuDNNLSTM", call -> unrolled(call, Cells::lstm),
          "GRU", call -> unrolled(call, Cells::gru),
          "CuDNNGRU", call -> unrolled(call, Cells::gru),
          "RNN", call -> unrolled(call, Cells::wrapped));

  private Recurrences() {}

  /** A cell for one step, made once a call: what it takes and what it keeps. */
  interface Cell {
    /** Extents of the states. */
    List<Long> sizes();

    /** The same of a whole batch. */
    default List<Shape> shapes(long batch) {
      return sizes().stream().map(size -> Shape.of(batch, size)).toList();
    }

    /** The states after a step; the output is the first of them unless said otherwise. */
    Step step(SymbolicTensor x, List<SymbolicTensor> states);
  }

  record Step(SymbolicTensor output, List<SymbolicTensor> states) {}

  interface Making {
    Cell of(LayerCall call);
  }

  static List<SymbolicTensor> unrolled(LayerCall call, Making making) {
    Settings settings = call.settings();
    Ops ops = call.ops();
    SymbolicTensor x = call.input();
    Cell cell = making.of(call);
    int steps = Math.toIntExact(x.extent(1));
    List<Integer> order = new ArrayList<>(IntStream.range(0, steps).boxed().toList());
    if (settings.flag(false, "go_backwards")) {
      Collections.reverse(order);
    }
    List<SymbolicTensor> states = initial(call, cell);
    Optional<SymbolicTensor> told = given(call, "mask").map(m -> m.get(0));
    Optional<SymbolicTensor> mask = told.or(() -> isToldOfMasks(call) ? call.mask(0) : told);
    boolean zeroes = settings.flag(false, "zero_output_for_mask");
    List<SymbolicTensor> outputs = new ArrayList<>();
    // the gradient of a slice is a tensor of all steps; of hundreds they would be as many
    List<SymbolicTensor> xs = ops.unstack(x, 1);
    Optional<List<SymbolicTensor>> areKept = mask.map(m -> ops.split(m, steps, 1));
    for (int t : order) {
      Step step = cell.step(xs.get(t), states);
      SymbolicTensor output = step.output();
      if (areKept.isPresent()) {
        SymbolicTensor isKept = areKept.get().get(t);
        boolean hasNone = outputs.isEmpty() || zeroes;
        SymbolicTensor before = hasNone ? ops.mul(output, 0) : outputs.get(outputs.size() - 1);
        output = ops.where(isKept, output, before);
        states = kept(ops, isKept, step.states(), states);
      } else {
        states = step.states();
      }
      outputs.add(output);
    }
    return results(call, outputs, states, told.or(() -> call.mask(0)));
  }

  /**
   * Keras 3's {@code Layer.__call__}: where a layer is called with one argument that is tensors.
   */
  private static boolean isToldOfMasks(LayerCall call) {
    boolean isAlone = call.inputs().size() == 1 && given(call, "initial_state").isEmpty();
    return isAlone || call.building().version().major() < 3;
  }

  private static List<SymbolicTensor> kept(
      Ops ops, SymbolicTensor mask, List<SymbolicTensor> after, List<SymbolicTensor> before) {
    return IntStream.range(0, after.size())
        .mapToObj(i -> ops.where(mask, after.get(i), before.get(i)))
        .toList();
  }

  private static List<SymbolicTensor> results(
      LayerCall call,
      List<SymbolicTensor> outputs,
      List<SymbolicTensor> states,
      Optional<SymbolicTensor> mask) {
    Settings settings = call.settings();
    boolean isSequence = settings.flag(false, "return_sequences");
    SymbolicTensor y = isSequence ? call.ops().stack(outputs, 1) : outputs.get(outputs.size() - 1);
    if (isSequence && mask.isPresent()) {
      call.building().mask(y, mask.get());
    }
    List<SymbolicTensor> all = new ArrayList<>(List.of(y));
    if (settings.flag(false, "return_state")) {
      all.addAll(states);
    }
    return all;
  }

  private static Optional<List<SymbolicTensor>> given(LayerCall call, String argument) {
    return Optional.ofNullable(call.arguments().tensors().get(argument));
  }

  /** Behind the sequence among the inputs, by keyword, or zeros. */
  private static List<SymbolicTensor> initial(LayerCall call, Cell cell) {
    if (call.inputs().size() > 1) {
      return call.inputs().subList(1, call.inputs().size());
    }
    Optional<List<SymbolicTensor>> given = given(call, "initial_state");
    return given.orElseGet(
        () ->
            cell.shapes(call.input().extent(0)).stream()
                .map(shape -> call.ops().filled(shape, 0, call.input()))
                .toList());
  }
}
