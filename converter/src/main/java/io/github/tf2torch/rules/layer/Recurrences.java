package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.nn.Recurrent;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.LayerRule;
import io.github.tf2torch.rules.ModuleCall;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.rules.mapping.Layouts;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * LSTM, GRU and SimpleRNN as PyTorch's modules, where their cells are the same: the usual
 * activations, and of GRU the one with {@code reset_after}. Gates as Keras holds them: LSTM i, f,
 * c, o; GRU z, r, h ({@code keras/src/layers/rnn}).
 */
public final class Recurrences implements LayerRule {
  private static final List<Integer> GRU_GATES = List.of(1, 0, 2);

  @Override
  public Set<String> layers() {
    return Set.of("LSTM", "CuDNNLSTM", "GRU", "CuDNNGRU", "SimpleRNN");
  }

  @Override
  public void translate(Layer layer, LayerContext context) {
    Settings settings = context.settings();
    refuse(layer, context);
    Recurrent.Kind kind = kind(layer, context);
    Held x = context.inOrder(context.input(), AxisOrder.identity(3));
    if (settings.flag(false, "go_backwards")) {
      x = context.assign(flipped(x), x.type());
    }
    TensorExpr kernel = context.weight(0, "kernel");
    TensorExpr recurrent = context.weight(1, "recurrent kernel");
    boolean isCuDnn = layer.className().startsWith("CuDNN");
    boolean bias = isCuDnn || settings.flag(true, "use_bias");
    long units = recurrent.shape().dim(0);
    Map<String, TensorExpr> tensors = new HashMap<>();
    tensors.put("weight_ih_l0", gates(Layouts.transpose(kernel), kind));
    tensors.put("weight_hh_l0", gates(Layouts.transpose(recurrent), kind));
    if (bias) {
      biases(context.weight(2, "bias"), kind, units, tensors);
    }
    Recurrent module = new Recurrent(kind, kernel.shape().dim(0), units, bias, kernel.dtype());
    List<Long> in = x.type().dims().extents();
    Held all =
        context.call(
            new ModuleCall(module, tensors, "rnn"),
            x,
            TensorType.plain(x.type().dtype(), Dims.of(in.get(0), in.get(1), units)));
    context.output(settings.flag(false, "return_sequences") ? all : last(all, context));
  }

  /** What PyTorch's modules have no form for. */
  private static void refuse(Layer layer, LayerContext context) {
    Settings settings = context.settings();
    if (context.mask(0).isPresent()) {
      throw context.unsupported(
          "skips the steps that a mask hides, which nn."
              + layer.className()
              + " does not; leave out mask_zero or Masking where no step is hidden");
    }
    if (settings.flag(false, "return_state") || context.inputs().size() > 1) {
      throw context.unsupported("takes or answers its state");
    }
    if (context.arguments().has("initial_state")) {
      throw context.unsupported("takes or answers its state");
    }
    if (settings.flag(false, "stateful")) {
      throw context.unsupported("keeps its state from batch to batch (stateful=True)");
    }
    for (String rate : List.of("dropout", "recurrent_dropout", "dropout_W", "dropout_U")) {
      if (settings.number(0, rate) != 0) {
        context.assume(
            "layer \""
                + layer.name()
                + "\": "
                + rate
                + " "
                + settings.number(0, rate)
                + " of its cell is left out in training");
      }
    }
    if (settings.number(1, "zoneout") != 1) {
      throw context.unsupported("has zoneout");
    }
  }

  private static Recurrent.Kind kind(Layer layer, LayerContext context) {
    Settings settings = context.settings();
    String activation = name(settings, "tanh", "activation");
    if (layer.className().equals("SimpleRNN")) {
      return switch (activation) {
        case "tanh" -> Recurrent.Kind.RNN_TANH;
        case "relu" -> Recurrent.Kind.RNN_RELU;
        default -> throw context.unsupported("has activation " + activation);
      };
    }
    boolean isOld = context.version().major() < 2 || !context.version().isOfTensorFlow();
    boolean isCuDnn = layer.className().startsWith("CuDNN");
    String gate =
        name(
            settings,
            isOld && !isCuDnn ? "hard_sigmoid" : "sigmoid",
            "recurrent_activation",
            "inner_activation");
    if (!activation.equals("tanh") || !gate.equals("sigmoid")) {
      throw context.unsupported(
          "has activations "
              + activation
              + " and "
              + gate
              + "; PyTorch's cells have tanh and sigmoid alone");
    }
    if (layer.className().endsWith("LSTM")) {
      return Recurrent.Kind.LSTM;
    }
    if (!isCuDnn && !settings.flag(context.version().major() >= 3, "reset_after")) {
      throw context.unsupported(
          "has reset_after=False, where the reset gate comes before the product; nn.GRU has it"
              + " after");
    }
    return Recurrent.Kind.GRU;
  }

  private static String name(Settings settings, String otherwise, String... names) {
    return settings
        .get(names)
        .map(c -> c.text().or(() -> c.get("class_name").flatMap(n -> n.text())).orElse("?"))
        .orElse(otherwise);
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

  /** Along time. */
  static Expr.Aten flipped(Held x) {
    return Expr.aten("flip", x.expr(), Expr.ints(List.of(1)));
  }

  static Held last(Held all, LayerContext context) {
    List<Long> extents = all.type().dims().extents();
    return context.assign(
        "last",
        Expr.aten("select", all.expr(), new Expr.IntLiteral(1), new Expr.IntLiteral(-1)),
        TensorType.plain(all.type().dtype(), Dims.of(extents.get(0), extents.get(2))));
  }
}
