package io.github.tf2torch.translate.mapping;

import io.github.tf2torch.rules.mapping.Layouts;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorExpr.Concat;
import io.github.tf2torch.tensor.TensorExpr.Fill;
import io.github.tf2torch.translate.mapping.Layer.Reading;
import io.github.tf2torch.translate.mapping.Layer.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Recurrent layers as {@code nn.LSTM}, {@code nn.GRU} and {@code nn.RNN} of one layer. Gates in
 * Keras's order: LSTM i, f, c, o, which is PyTorch's; GRU z, r, h, where PyTorch has r, z, n
 * (keras/src/layers/rnn, torch/nn/modules/rnn.py).
 */
final class Recurrent implements Convention {
  private static final List<Integer> GRU = List.of(1, 0, 2);

  /** BasicLSTMCell and LSTMCell of TF1 hold i, j, f, o in one matrix, the inputs' rows first. */
  private static final List<Integer> TF1_LSTM = List.of(0, 2, 1, 3);

  private static final Set<String> TF1_CELLS = Set.of("basic_lstm_cell", "lstm_cell");

  @Override
  public List<Layer> read(Leaves leaves) {
    boolean hasKernels = leaves.has("kernel") && leaves.rank("kernel") == 2;
    if (!hasKernels) {
      return List.of();
    }
    if (leaves.has("recurrent_kernel") && leaves.rank("recurrent_kernel") == 2) {
      return keras(leaves).map(List::of).orElse(List.of());
    }
    return leaves.names().equals(List.of("kernel", "bias"))
            || leaves.names().equals(List.of("bias", "kernel"))
        ? tf1(leaves).map(List::of).orElse(List.of())
        : List.of();
  }

  private static Optional<Layer> keras(Leaves leaves) {
    long units = leaves.stored("recurrent_kernel").shape().dim(0);
    long columns = leaves.stored("recurrent_kernel").shape().dim(1);
    if (units == 0 || columns % units != 0) {
      return Optional.empty();
    }
    long gates = columns / units;
    boolean isTwoBiases = leaves.has("bias") && leaves.rank("bias") == 2;
    boolean isGru = gates == 3 && (isTwoBiases || !leaves.has("bias"));
    if (!isGru && gates != 4 && gates != 1) {
      return Optional.empty();
    }
    List<Integer> order = isGru ? GRU : gates == 4 ? List.of(0, 1, 2, 3) : List.of(0);
    List<Slot> slots = new ArrayList<>();
    slots.add(slot("weight_ih_l0", Layouts.transpose(leaves.take("kernel")), order));
    slots.add(slot("weight_hh_l0", Layouts.transpose(leaves.take("recurrent_kernel")), order));
    if (leaves.has("bias")) {
      TensorExpr bias = leaves.take("bias");
      List<Long> length = List.of(columns);
      TensorExpr input = isTwoBiases ? row(bias, 0, length) : bias;
      TensorExpr hidden =
          isTwoBiases ? row(bias, 1, length) : new Fill(bias.dtype(), new Shape(length), 0);
      slots.add(slot("bias_ih_l0", input, order));
      slots.add(
          isTwoBiases ? slot("bias_hh_l0", hidden, order) : Slot.parameter("bias_hh_l0", hidden));
    }
    String kind = isGru ? "GRU" : gates == 4 ? "LSTM" : "RNN";
    return Optional.of(
        new Layer(
            leaves.scope(),
            kind.toLowerCase(java.util.Locale.ROOT),
            List.of(new Reading(kind, slots))));
  }

  private static TensorExpr row(TensorExpr biases, long row, List<Long> length) {
    return Layouts.reshape(Layouts.rows(biases, row, 1), length);
  }

  /** The forget gate's bias of 1 is added when the graph runs; here it is the second bias. */
  private static Optional<Layer> tf1(Leaves leaves) {
    if (!TF1_CELLS.contains(leaves.layer()) || leaves.stored("bias").shape().rank() != 1) {
      return Optional.empty();
    }
    TensorExpr kernel = leaves.stored("kernel");
    long units = kernel.shape().dim(1) / 4;
    long inputs = kernel.shape().dim(0) - units;
    if (units * 4 != kernel.shape().dim(1) || inputs <= 0) {
      return Optional.empty();
    }
    leaves.take("kernel");
    TensorExpr bias = leaves.take("bias");
    TensorExpr forget =
        new Concat(
            Stream.of(0, 1, 0, 0)
                .map(b -> (TensorExpr) new Fill(bias.dtype(), Shape.of(units), b))
                .toList(),
            0);
    List<Slot> slots =
        List.of(
            slot("weight_ih_l0", Layouts.transpose(Layouts.rows(kernel, 0, inputs)), TF1_LSTM),
            slot("weight_hh_l0", Layouts.transpose(Layouts.rows(kernel, inputs, units)), TF1_LSTM),
            slot("bias_ih_l0", bias, TF1_LSTM),
            Slot.parameter("bias_hh_l0", forget));
    return Optional.of(
        new Layer(
            leaves.scope(), "lstm", List.of(new Reading("LSTM with a forget bias of 1", slots))));
  }

  private static Slot slot(String name, TensorExpr tensor, List<Integer> order) {
    return Slot.parameter(name, Layouts.blocks(tensor, 0, order));
  }
}
