package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.target.nn.CellFunction;
import io.github.tf2torch.model.target.nn.CellStep;
import io.github.tf2torch.model.target.nn.Recurrent;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.rules.mapping.Layouts;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What an LSTM, a GRU or a SimpleRNN does in a step. Gates as Keras holds them: LSTM i, f, c, o;
 * GRU z, r, h ({@code keras/src/layers/rnn}).
 *
 * @param tensors the parameters of PyTorch's module
 */
record RecurrentCell(CellStep step, Map<String, TensorExpr> tensors) {
  private static final List<Integer> GRU_GATES = List.of(1, 0, 2);

  /** Keras 1 keeps kernel, recurrent kernel and bias of each gate: i, c, f, o. */
  private static final List<Integer> LSTM_GATES_OF_KERAS_1 = List.of(0, 2, 1, 3);

  RecurrentCell {
    tensors = Map.copyOf(tensors);
  }

  Recurrent module() {
    return step.like();
  }

  static RecurrentCell of(String className, LayerContext context) {
    CellFunction activation = Activations.ofCell(context, "tanh", "activation");
    Recurrent.Kind kind = kind(className, activation);
    boolean isCuDnn = className.startsWith("CuDNN");
    boolean isOld = context.version().major() < 2 || !context.version().isOfTensorFlow();
    CellFunction gate =
        kind.gates() == 1 || isCuDnn
            ? CellFunction.SIGMOID
            : Activations.ofCell(
                context,
                isOld ? "hard_sigmoid" : "sigmoid",
                "recurrent_activation",
                "inner_activation");
    boolean isOfGates = kind.gates() > 1 && context.weights().size() == 3 * kind.gates();
    boolean bias = isOfGates || isCuDnn || context.settings().flag(true, "use_bias");
    TensorExpr kernel = part(0, isOfGates, kind, context);
    TensorExpr recurrent = part(1, isOfGates, kind, context);
    long units = recurrent.shape().dim(0);
    Map<String, TensorExpr> tensors = new HashMap<>();
    boolean isRows = isCuDnn && !isOfGates;
    tensors.put(
        "weight_ih_l0", gates(isRows ? rows(kernel, kind) : Layouts.transpose(kernel), kind));
    tensors.put(
        "weight_hh_l0", gates(isRows ? rows(recurrent, kind) : Layouts.transpose(recurrent), kind));
    if (bias) {
      biases(part(2, isOfGates, kind, context), kind, units, tensors);
    }
    Recurrent module = new Recurrent(kind, kernel.shape().dim(0), units, bias, kernel.dtype());
    CellStep step =
        new CellStep(
            module,
            activation,
            gate,
            resetsFirst(kind, isCuDnn, context),
            CellDropouts.within(kind.gates(), context));
    return new RecurrentCell(step, tensors);
  }

  private static Recurrent.Kind kind(String className, CellFunction activation) {
    if (className.contains("LSTM")) {
      return Recurrent.Kind.LSTM;
    }
    if (className.contains("GRU")) {
      return Recurrent.Kind.GRU;
    }
    return activation.equals(CellFunction.RELU) ? Recurrent.Kind.RNN_RELU : Recurrent.Kind.RNN_TANH;
  }

  private static boolean resetsFirst(Recurrent.Kind kind, boolean isCuDnn, LayerContext context) {
    Settings settings = context.settings();
    return kind == Recurrent.Kind.GRU
        && !isCuDnn
        && !settings.flag(context.version().major() >= 3, "reset_after");
  }

  /** The kernel, the recurrent one or the bias; 0 to 2. */
  private static TensorExpr part(
      int part, boolean isOfGates, Recurrent.Kind kind, LayerContext context) {
    String what = List.of("kernel", "recurrent kernel", "bias").get(part);
    if (!isOfGates) {
      return context.weight(part, what);
    }
    List<Integer> order = kind == Recurrent.Kind.LSTM ? LSTM_GATES_OF_KERAS_1 : List.of(0, 1, 2);
    List<TensorExpr> gates = new ArrayList<>();
    order.forEach(gate -> gates.add(context.weight(3 * gate + part, what)));
    return new TensorExpr.Concat(gates, part == 2 ? 0 : 1);
  }

  /**
   * The elements of a gate as cuDNN reads them, outputs before inputs, whatever shape Keras gives
   * them: {@code _convert_rnn_weights} of {@code keras/saving/hdf5_format.py} in Keras 2.
   */
  private static TensorExpr rows(TensorExpr kernel, Recurrent.Kind kind) {
    long inputs = kernel.shape().dim(0);
    long units = kernel.shape().dim(1) / kind.gates();
    List<TensorExpr> gates = new ArrayList<>();
    for (long gate = 0; gate < kind.gates(); gate++) {
      TensorExpr columns = new TensorExpr.Slice(kernel, 1, gate * units, units);
      gates.add(Layouts.reshape(columns, List.of(units, inputs)));
    }
    return new TensorExpr.Concat(gates, 0);
  }

  private static TensorExpr gates(TensorExpr rows, Recurrent.Kind kind) {
    return kind == Recurrent.Kind.GRU ? Layouts.blocks(rows, 0, GRU_GATES) : rows;
  }

  /** One bias of Keras is the input's, and PyTorch's second one zeros; two stand row by row. */
  private static void biases(
      TensorExpr bias, Recurrent.Kind kind, long units, Map<String, TensorExpr> into) {
    long rows = kind.gates() * units;
    TensorExpr flat = Layouts.reshape(bias, List.of(bias.shape().count()));
    boolean isTwo = flat.shape().count() == 2 * rows;
    TensorExpr input = isTwo ? Layouts.rows(flat, 0, rows) : flat;
    into.put("bias_ih_l0", gates(input, kind));
    into.put(
        "bias_hh_l0",
        isTwo
            ? gates(Layouts.rows(flat, rows, rows), kind)
            : new TensorExpr.Fill(bias.dtype(), Shape.of(rows), 0));
  }
}
