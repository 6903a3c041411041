package io.github.tf2torch.verify.reference;

import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.verify.engine.SymbolicTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What recurrent cells do in a step. */
final class Cells {
  private Cells() {}

  /** The weights of a cell; Keras 1 keeps an array a gate. */
  private record Weights(
      SymbolicTensor kernel, SymbolicTensor recurrent, Optional<SymbolicTensor> bias) {
    long units() {
      return recurrent.extent(0);
    }
  }

  /**
   * @param order of the gates as Keras 2 has them, by their place among those of Keras 1
   */
  private static Weights weights(LayerCall call, List<Integer> order) {
    Ops ops = call.ops();
    if (call.building().version().major() == 1 && order.size() > 1) {
      List<List<SymbolicTensor>> parts = new ArrayList<>();
      for (int part = 0; part < 3; part++) {
        List<SymbolicTensor> gates = new ArrayList<>();
        for (int gate : order) {
          gates.add(call.weight(3 * gate + part));
        }
        parts.add(gates);
      }
      return new Weights(
          ops.concat(parts.get(0), 1),
          ops.concat(parts.get(1), 1),
          Optional.of(ops.concat(parts.get(2), 0)));
    }
    if (call.layer().className().startsWith("CuDNN")) {
      return ofCuDnn(call, order.size());
    }
    return new Weights(
        call.weight(0),
        call.weight(1),
        CoreLayers.usesBias(call) ? Optional.of(call.weight(2)) : Optional.empty());
  }

  /**
   * As {@code convert_lstm_weights} and {@code convert_gru_weights} of Keras 2 give them to LSTM
   * and GRU: each gate transposed, the two biases of an LSTM added up.
   */
  private static Weights ofCuDnn(LayerCall call, int gates) {
    Ops ops = call.ops();
    SymbolicTensor both = call.weight(2);
    SymbolicTensor rows = ops.reshape(both, 2, both.extent(0) / 2);
    return new Weights(
        transposed(ops, call.weight(0), gates),
        transposed(ops, call.weight(1), gates),
        Optional.of(gates == 4 ? ops.reduce("Sum", rows, List.of(0), false) : rows));
  }

  private static SymbolicTensor transposed(Ops ops, SymbolicTensor kernel, int gates) {
    long inputs = kernel.extent(0);
    long units = kernel.extent(1) / gates;
    List<SymbolicTensor> all = new ArrayList<>();
    for (SymbolicTensor gate : ops.split(kernel, gates, 1)) {
      all.add(ops.transpose(ops.reshape(gate, units, inputs), 1, 0));
    }
    return ops.concat(all, 1);
  }

  private static SymbolicTensor biased(Ops ops, SymbolicTensor x, Optional<SymbolicTensor> bias) {
    return bias.isPresent() ? ops.add(x, bias.get()) : x;
  }

  static SymbolicTensor active(LayerCall call, SymbolicTensor x) {
    return Activations.of(call, x, "tanh", "activation");
  }

  static SymbolicTensor gate(LayerCall call, SymbolicTensor x) {
    boolean isFirst = call.building().version().major() == 1;
    return Activations.of(
        call, x, isFirst ? "hard_sigmoid" : "sigmoid", "recurrent_activation", "inner_activation");
  }

  /** A cell whose output is its first state. */
  private static Recurrences.Cell cell(
      List<Long> sizes,
      java.util.function.BiFunction<SymbolicTensor, List<SymbolicTensor>, List<SymbolicTensor>>
          step) {
    return new Recurrences.Cell() {
      @Override
      public List<Long> sizes() {
        return sizes;
      }

      @Override
      public Recurrences.Step step(SymbolicTensor x, List<SymbolicTensor> states) {
        List<SymbolicTensor> after = step.apply(x, states);
        return new Recurrences.Step(after.get(0), after);
      }
    };
  }

  static Recurrences.Cell simple(LayerCall call) {
    Ops ops = call.ops();
    Weights w = weights(call, List.of(0));
    CellDrops drops = new CellDrops(call, 1);
    return cell(
        List.of(w.units()),
        (x, states) -> {
          drops.see(x, states.get(0));
          SymbolicTensor ofInput = drops.ofInput(x, w.kernel(), ops::product);
          SymbolicTensor ofState = drops.ofState(states.get(0), w.recurrent(), ops::product);
          return List.of(active(call, ops.add(biased(ops, ofInput, w.bias()), ofState)));
        });
  }

  /** Gates are input, forget, cell, output; Keras 1 keeps them as input, cell, forget, output. */
  static Recurrences.Cell lstm(LayerCall call) {
    Ops ops = call.ops();
    Weights w = weights(call, List.of(0, 2, 1, 3));
    CellDrops drops = new CellDrops(call, 4);
    return cell(
        List.of(w.units(), w.units()),
        (x, states) -> {
          drops.see(x, states.get(0));
          SymbolicTensor z =
              ops.add(
                  drops.ofInput(x, w.kernel(), ops::product),
                  drops.ofState(states.get(0), w.recurrent(), ops::product));
          List<SymbolicTensor> gates = ops.split(biased(ops, z, w.bias()), 4, 1);
          SymbolicTensor kept = ops.mul(gate(call, gates.get(1)), states.get(1));
          SymbolicTensor taken = ops.mul(gate(call, gates.get(0)), active(call, gates.get(2)));
          SymbolicTensor c = ops.add(kept, taken);
          return List.of(ops.mul(gate(call, gates.get(3)), active(call, c)), c);
        });
  }

  /** Gates are update, reset, candidate. With {@code reset_after} there are two biases. */
  static Recurrences.Cell gru(LayerCall call) {
    Ops ops = call.ops();
    Weights w = weights(call, List.of(0, 1, 2));
    boolean resetsAfter = w.bias().isPresent() ? w.bias().get().rank() == 2 : resetsAfter(call);
    Optional<SymbolicTensor> ofInput = resetsAfter ? w.bias().map(b -> ops.at(b, 0, 0)) : w.bias();
    Optional<List<SymbolicTensor>> ofState =
        resetsAfter ? w.bias().map(b -> ops.split(ops.at(b, 0, 1), 3, 0)) : Optional.empty();
    List<SymbolicTensor> recurrent = ops.split(w.recurrent(), 3, 1);
    CellDrops drops = new CellDrops(call, 3);
    return cell(
        List.of(w.units()),
        (x, states) -> {
          drops.see(x, states.get(0));
          SymbolicTensor h = drops.past(states.get(0));
          SymbolicTensor seen = drops.ofInput(x, w.kernel(), ops::product);
          List<SymbolicTensor> xs = ops.split(biased(ops, seen, ofInput), 3, 1);
          Function<Integer, SymbolicTensor> inner =
              i ->
                  biased(
                      ops,
                      ops.product(drops.state(states.get(0), i), recurrent.get(i)),
                      ofState.map(b -> b.get(i)));
          SymbolicTensor z = gate(call, ops.add(xs.get(0), inner.apply(0)));
          SymbolicTensor r = gate(call, ops.add(xs.get(1), inner.apply(1)));
          SymbolicTensor past =
              resetsAfter
                  ? ops.mul(r, inner.apply(2))
                  : ops.product(ops.mul(r, drops.state(states.get(0), 2)), recurrent.get(2));
          SymbolicTensor candidate = active(call, ops.add(xs.get(2), past));
          return List.of(ops.add(ops.mul(z, h), ops.mul(ops.complement(z), candidate)));
        });
  }

  private static boolean resetsAfter(LayerCall call) {
    return call.settings().flag(call.building().version().major() >= 3, "reset_after");
  }

  /** The cell, or the cells one upon another, of a layer that says nothing of its own. */
  static Recurrences.Cell wrapped(LayerCall call) {
    Layer part = call.part(0);
    Catalogue.requireOfKeras(part);
    List<Layer> layers =
        part.className().equals("StackedRNNCells") ? part.layers() : call.layer().layers();
    List<Recurrences.Cell> cells = layers.stream().map(l -> named(within(call, l))).toList();
    List<Long> sizes = cells.stream().flatMap(c -> c.sizes().stream()).toList();
    return new Recurrences.Cell() {
      @Override
      public List<Long> sizes() {
        return sizes;
      }

      @Override
      public Recurrences.Step step(SymbolicTensor x, List<SymbolicTensor> states) {
        SymbolicTensor y = x;
        List<SymbolicTensor> after = new ArrayList<>();
        for (Recurrences.Cell cell : cells) {
          int from = after.size();
          Recurrences.Step step = cell.step(y, states.subList(from, from + cell.sizes().size()));
          y = step.output();
          after.addAll(step.states());
        }
        return new Recurrences.Step(y, after);
      }
    };
  }

  private static LayerCall within(LayerCall call, Layer cell) {
    return new LayerCall(
        call.building(),
        cell,
        call.path() + "/" + cell.name(),
        call.inputs(),
        LayerCall.Arguments.NONE,
        call.isTrainable() && LayerCall.isTrainable(cell));
  }

  private static Recurrences.Cell named(LayerCall call) {
    Catalogue.requireOfKeras(call.layer());
    return switch (call.layer().className()) {
      case "SimpleRNNCell" -> simple(call);
      case "LSTMCell" -> lstm(call);
      case "GRUCell" -> gru(call);
      default -> throw new MissingReference(call.layer().className());
    };
  }
}
