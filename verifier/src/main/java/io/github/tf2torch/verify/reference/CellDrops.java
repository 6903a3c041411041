package io.github.tf2torch.verify.reference;

import io.github.tf2torch.verify.engine.SymbolicTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;

/**
 * What a recurrent cell drops in training, {@code dropout_rnn_cell.py}: masks of the input and of
 * the state that are drawn at the first step and serve all others.
 */
final class CellDrops {
  private final LayerCall call;
  private final int gates;
  private final double input;
  private final double state;
  private List<SymbolicTensor> ofInput = List.of();
  private List<SymbolicTensor> ofState = List.of();

  /**
   * @param gates how many gates may have masks of their own
   */
  CellDrops(LayerCall call, int gates) {
    this.call = call;
    this.input = rate(call, "dropout", "dropout_W");
    this.state = rate(call, "recurrent_dropout", "dropout_U");
    this.gates = isOfGates(gates) ? gates : 1;
    if (this.gates < gates && state > 0 && call.building().version().major() == 1) {
      throw call.missing("with one mask of the state for all gates, in training");
    }
  }

  private static double rate(LayerCall call, String... names) {
    double rate = call.settings().number(0, names);
    return rate > 0 && rate < 1 && call.drops() ? rate : 0;
  }

  /** ConvLSTM has no other implementation than the first. */
  private boolean isOfGates(int possible) {
    Settings settings = call.settings();
    KerasVersion version = call.building().version();
    if (possible == 1) {
      return false;
    }
    return call.layer().className().startsWith("ConvLSTM")
        || switch (version.major()) {
          case 1 -> !settings.text("cpu", "consume_less").equals("gpu");
          case 2 -> settings.whole(version.isOfTensorFlow() ? 2 : 1, "implementation") != 2;
          default -> state > 0;
        };
  }

  /** Draws, where it has not. */
  void see(SymbolicTensor x, SymbolicTensor h) {
    if (ofInput.isEmpty() && input > 0) {
      ofInput = new Drawing(call).factors(x.shape(), input, gates);
    }
    if (ofState.isEmpty() && state > 0) {
      ofState = new Drawing(call).factors(h.shape(), state, gates);
    }
  }

  /** The input as a gate sees it. */
  SymbolicTensor input(SymbolicTensor x, int gate) {
    return masked(x, ofInput, gate);
  }

  /** The state as a gate sees it. */
  SymbolicTensor state(SymbolicTensor h, int gate) {
    return masked(h, ofState, gate);
  }

  /** The state itself, where one mask lies on it. */
  SymbolicTensor past(SymbolicTensor h) {
    return gates == 1 ? masked(h, ofState, 0) : h;
  }

  private SymbolicTensor masked(SymbolicTensor x, List<SymbolicTensor> masks, int gate) {
    return masks.isEmpty() ? x : call.ops().mul(x, masks.get(masks.size() == 1 ? 0 : gate));
  }

  /** What the kernel makes of the input, for all gates along the last axis. */
  SymbolicTensor ofInput(
      SymbolicTensor x, SymbolicTensor kernel, BinaryOperator<SymbolicTensor> product) {
    return product(x, ofInput, kernel, product);
  }

  SymbolicTensor ofState(
      SymbolicTensor h, SymbolicTensor kernel, BinaryOperator<SymbolicTensor> product) {
    return product(h, ofState, kernel, product);
  }

  private SymbolicTensor product(
      SymbolicTensor x,
      List<SymbolicTensor> masks,
      SymbolicTensor kernel,
      BinaryOperator<SymbolicTensor> product) {
    if (masks.size() < 2) {
      return product.apply(masked(x, masks, 0), kernel);
    }
    List<SymbolicTensor> kernels = call.ops().split(kernel, gates, kernel.rank() - 1);
    List<SymbolicTensor> parts = new ArrayList<>();
    for (int gate = 0; gate < gates; gate++) {
      parts.add(product.apply(masked(x, masks, gate), kernels.get(gate)));
    }
    return call.ops().concat(parts, parts.get(0).rank() - 1);
  }
}
