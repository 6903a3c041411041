package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.nn.CellFunction;
import io.github.tf2torch.model.target.nn.ConvolvedLstm;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.LayerRule;
import io.github.tf2torch.rules.ModuleCall;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.rules.mapping.Layouts;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * ConvLSTM of one to three dimensions: a convolution of all steps, and a loop that convolves the
 * hidden state ({@code keras/src/layers/rnn/conv_lstm.py}).
 */
public final class RecurrentMaps implements LayerRule {
  @Override
  public Set<String> layers() {
    return Set.of("ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D");
  }

  @Override
  public void translate(Layer layer, LayerContext context) {
    Settings settings = context.settings();
    int spatial = layer.className().charAt(layer.className().length() - 2) - '0';
    refuse(spatial, context);
    Held x = context.inOrder(context.input(), AxisOrder.identity(spatial + 3));
    if (settings.flag(false, "go_backwards")) {
      x = Recurrences.flipped(x, context);
    }
    TensorExpr recurrent = context.weight(1, "recurrent kernel");
    long hidden = recurrent.shape().dim(spatial);
    Held gates = gates(seen(x, context), spatial, context);
    List<Held> states = given(spatial, context);
    boolean answersState = settings.flag(false, "return_state");
    ConvolvedLstm module =
        ConvolvedLstm.of(
            hidden,
            recurrent.shape().dims().subList(0, spatial),
            Activations.ofCell(context, "tanh", "activation"),
            gate(context),
            CellDropouts.ofState(context),
            answersState || !states.isEmpty(),
            recurrent.dtype());
    List<Long> extents = new ArrayList<>(gates.type().dims().extents());
    extents.set(spatial + 2, hidden);
    TensorType all = gates.type().withDims(new Dims(extents));
    extents.remove(1);
    TensorType state =
        new TensorType(all.dtype(), new Dims(extents), AxisOrder.channelsFirst(spatial + 2));
    List<Held> arguments = new ArrayList<>(List.of(gates));
    if (module.isStateful()) {
      arguments.addAll(states.isEmpty() ? zeros(gates, hidden, state, context) : states);
    }
    ModuleCall call =
        new ModuleCall(module, Map.of("weight", Layouts.convolution(recurrent)), "rnn");
    List<Held> results = Recurrences.called(call, arguments, all, state, context);
    context.output(
        settings.flag(false, "return_sequences")
            ? results.get(0)
            : module.isStateful()
                ? results.get(1)
                : context.assign(
                    "last",
                    Expr.aten(
                        "select",
                        results.get(0).expr(),
                        new Expr.IntLiteral(1),
                        new Expr.IntLiteral(-1)),
                    state));
    for (int i = 1; answersState && i < results.size(); i++) {
      context.output(i, results.get(i));
    }
  }

  private static void refuse(int spatial, LayerContext context) {
    Recurrences.refuse(context);
    boolean bias = context.settings().flag(true, "use_bias");
    if (context.weights().size() != (bias ? 3 : 2)) {
      throw context.unsupported(
          "has "
              + context.weights().size()
              + " variables, one for each gate as Keras 1 keeps them");
    }
    if (DataFormat.of(context, spatial).isChannelsFirst()) {
      throw context.unsupported("has channels first, which TensorFlow computes on a GPU alone");
    }
    if (context.mask(0).isPresent()) {
      throw context.unsupported("skips the steps that a mask hides");
    }
  }

  private static CellFunction gate(LayerContext context) {
    return Activations.ofCell(
        context,
        context.version().major() < 3 ? "hard_sigmoid" : "sigmoid",
        "recurrent_activation",
        "inner_activation");
  }

  /** Where each gate drops of the input for itself, once for each: the convolution has groups. */
  private static Held seen(Held x, LayerContext context) {
    if (!CellDropouts.dropsInput(context)) {
      return x;
    }
    int last = x.type().rank() - 1;
    List<Long> repeats = new ArrayList<>(Collections.nCopies(last, 1L));
    repeats.add(4L);
    List<Long> extents = new ArrayList<>(x.type().dims().extents());
    extents.set(last, 4 * extents.get(last));
    Held each =
        context.assign(
            "gates",
            Expr.aten("repeat", x.expr(), Expr.ints(repeats)),
            x.type().withDims(new Dims(extents)));
    return CellDropouts.ofSteps(each, context);
  }

  /** What the convolution makes of every step, as one batch: (N, T, ..., 4 * hidden). */
  private static Held gates(Held x, int spatial, LayerContext context) {
    List<Long> extents = x.type().dims().extents();
    List<Long> flat = new ArrayList<>(List.of(-1L));
    flat.addAll(extents.subList(2, extents.size()));
    Held together =
        context.assign(
            "steps",
            Expr.aten("flatten", x.expr(), new Expr.IntLiteral(0), new Expr.IntLiteral(1)),
            TensorType.plain(x.type().dtype(), new Dims(flat)));
    Held each =
        context.inOrder(
            Convolutions.ofInput(together, spatial, context), AxisOrder.channelsFirst(spatial + 2));
    List<Long> result = new ArrayList<>(extents.subList(0, 2));
    result.addAll(each.type().dims().extents().subList(1, spatial + 2));
    Expr steps =
        extents.get(1) >= 0
            ? new Expr.IntLiteral(extents.get(1))
            : Expr.aten("size", x.expr(), new Expr.IntLiteral(1));
    List<Integer> order = new ArrayList<>(List.of(0, 1, spatial + 2));
    IntStream.range(2, spatial + 2).forEach(order::add);
    return context.assign(
        "gates",
        Expr.aten(
            "unflatten",
            each.expr(),
            new Expr.IntLiteral(0),
            new Expr.ListLiteral(List.of(new Expr.IntLiteral(-1), steps))),
        new TensorType(x.type().dtype(), new Dims(result), new AxisOrder(order)));
  }

  private static List<Held> given(int spatial, LayerContext context) {
    return Recurrences.given(context).stream()
        .map(s -> context.inOrder(s, AxisOrder.channelsFirst(spatial + 2)))
        .toList();
  }

  private static List<Held> zeros(Held gates, long hidden, TensorType state, LayerContext context) {
    Expr first = Expr.aten("select", gates.expr(), new Expr.IntLiteral(1), new Expr.IntLiteral(0));
    Expr part =
        Expr.aten(
            "slice",
            first,
            new Expr.IntLiteral(1),
            new Expr.IntLiteral(0),
            new Expr.IntLiteral(hidden),
            new Expr.IntLiteral(1));
    return Collections.nCopies(2, context.assign("state", Expr.aten("zeros_like", part), state));
  }
}
