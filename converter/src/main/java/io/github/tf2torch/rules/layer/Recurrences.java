package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.TorchModule;
import io.github.tf2torch.model.target.nn.Recurrent;
import io.github.tf2torch.model.target.nn.StatefulRecurrent;
import io.github.tf2torch.model.target.nn.SteppedRecurrent;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.LayerRule;
import io.github.tf2torch.rules.ModuleCall;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value.Held;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * LSTM, GRU and SimpleRNN: PyTorch's modules where their cells are the same and no step is masked,
 * else a loop over the steps.
 */
public final class Recurrences implements LayerRule {
  @Override
  public Set<String> layers() {
    return Set.of("LSTM", "CuDNNLSTM", "GRU", "CuDNNGRU", "SimpleRNN");
  }

  @Override
  public void translate(Layer layer, LayerContext context) {
    Settings settings = context.settings();
    refuse(context);
    RecurrentCell cell = RecurrentCell.of(layer.className(), context);
    boolean isSequence = settings.flag(false, "return_sequences");
    Optional<Held> mask = mask(context);
    Held x = context.inOrder(context.input(), AxisOrder.identity(3));
    if (settings.flag(false, "go_backwards")) {
      x = flipped(x, context);
      mask = mask.map(m -> flipped(m, context));
    }
    boolean zeroes = isSequence && settings.flag(false, "zero_output_for_mask");
    SteppedRecurrent.Mask hidden =
        mask.isEmpty()
            ? SteppedRecurrent.Mask.NONE
            : zeroes ? SteppedRecurrent.Mask.ZEROING : SteppedRecurrent.Mask.HOLDING;
    List<Held> states = given(context);
    boolean answersState = settings.flag(false, "return_state");
    Held seen = CellDropouts.shared(x, cell.module().kind().gates(), context);
    List<Held> arguments = new ArrayList<>(List.of(seen));
    mask.ifPresent(arguments::add);
    TensorType state =
        TensorType.plain(
            x.type().dtype(), Dims.of(x.type().dims().extent(0), cell.module().hiddenSize()));
    boolean isStateful = answersState || !states.isEmpty();
    if (isStateful) {
      arguments.addAll(states.isEmpty() ? zeros(cell.module(), x, state, context) : states);
    }
    ModuleCall call = new ModuleCall(module(cell, hidden, isStateful), cell.tensors(), "rnn");
    TensorType all =
        TensorType.plain(
            x.type().dtype(),
            Dims.of(
                x.type().dims().extent(0), x.type().dims().extent(1), cell.module().hiddenSize()));
    List<Held> results = called(call, arguments, all, state, context);
    boolean isLast = isStateful && mask.isEmpty();
    Held output =
        isSequence ? results.get(0) : isLast ? results.get(1) : last(results.get(0), context);
    context.output(output);
    if (isSequence) {
      context.mask(0).ifPresent(m -> context.mask(output, m));
    }
    for (int i = 1; answersState && i < results.size(); i++) {
      context.output(i, results.get(i));
    }
  }

  /** The outputs of all steps, and the states behind them where the module answers them. */
  static List<Held> called(
      ModuleCall call,
      List<Held> arguments,
      TensorType all,
      TensorType state,
      LayerContext context) {
    int count = call.module().results();
    if (count == 1) {
      return List.of(context.call(call, arguments, all));
    }
    List<TensorType> types = new ArrayList<>(List.of(all));
    types.addAll(Collections.nCopies(count - 1, state));
    return context.call(call, arguments, types);
  }

  private static TorchModule module(
      RecurrentCell cell, SteppedRecurrent.Mask mask, boolean isStateful) {
    boolean isStock = cell.step().isStock() && !cell.step().dropout().isAny();
    if (isStock && mask == SteppedRecurrent.Mask.NONE) {
      return isStateful ? new StatefulRecurrent(cell.module()) : cell.module();
    }
    return new SteppedRecurrent(cell.step(), mask, isStateful);
  }

  /**
   * What hides steps. Keras 3 gives a layer the mask of its input only where the input is all that
   * it is called with, so not beside a state ({@code keras/src/layers/layer.py}, {@code __call__}).
   */
  static Optional<Held> mask(LayerContext context) {
    return context.version().major() >= 3 && !given(context).isEmpty()
        ? context.argument("mask")
        : context.mask(0);
  }

  /** States that the layer is called with. */
  static List<Held> given(LayerContext context) {
    List<Held> named = context.tensors("initial_state");
    List<Held> all = named.isEmpty() ? context.inputs().subList(1, context.inputs().size()) : named;
    return all.stream().map(s -> context.inOrder(s, AxisOrder.identity(s.type().rank()))).toList();
  }

  private static List<Held> zeros(
      Recurrent module, Held x, TensorType state, LayerContext context) {
    Expr sizes =
        new Expr.ListLiteral(
            List.of(
                Expr.aten("size", x.expr(), new Expr.IntLiteral(0)),
                new Expr.IntLiteral(module.hiddenSize())));
    Held zeros = context.assign("state", Expr.aten("new_zeros", x.expr(), sizes), state);
    return Collections.nCopies(module.kind() == Recurrent.Kind.LSTM ? 2 : 1, zeros);
  }

  /** What no recurrence has a form for. */
  static void refuse(LayerContext context) {
    Settings settings = context.settings();
    if (settings.flag(false, "stateful")) {
      throw context.unsupported(
          "keeps its state from batch to batch (stateful=True), which a module's forward does not;"
              + " save it with stateful=False, return_state=True and its state as an input");
    }
    if (settings.flag(false, "time_major")) {
      throw context.unsupported("has time before the batch (time_major=True)");
    }
    if (settings.whole(0, "num_constants") != 0 || !context.tensors("constants").isEmpty()) {
      throw context.unsupported("is called with constants");
    }
    if (settings.number(1, "zoneout") != 1) {
      throw context.unsupported("has zoneout");
    }
  }

  /** Along time. */
  static Held flipped(Held x, LayerContext context) {
    return context.assign(Expr.aten("flip", x.expr(), Expr.ints(List.of(1))), x.type());
  }

  static Held last(Held all, LayerContext context) {
    List<Long> extents = new ArrayList<>(all.type().dims().extents());
    extents.remove(1);
    return context.assign(
        "last",
        Expr.aten("select", all.expr(), new Expr.IntLiteral(1), new Expr.IntLiteral(-1)),
        TensorType.plain(all.type().dtype(), new Dims(extents)));
  }
}
