package io.github.tf2torch.translate;

import io.github.tf2torch.model.source.KerasModel;
import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.model.source.Signature;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value.Held;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What goes into a Keras model and comes out of it, in PyTorch's order of axes or Keras's. */
final class KerasEnds {
  private final KerasModel model;
  private final TranslationOptions options;
  private final Set<String> channelsFirst;
  private final Program program;
  private final InputOrders orders;
  private final List<TorchModel.Input> inputs = new ArrayList<>();

  /**
   * @param channelsFirst the inputs that come in channels-first, by name
   */
  KerasEnds(
      KerasModel model,
      TranslationOptions options,
      Set<String> channelsFirst,
      Program program,
      InputOrders orders) {
    this.model = model;
    this.options = options;
    this.channelsFirst = channelsFirst;
    this.program = program;
    this.orders = orders;
  }

  /** The values that the model is called with. */
  List<Held> fed() {
    List<Held> fed = new ArrayList<>();
    List<Signature.Tensor> all = KerasInputs.of(model);
    for (Signature.Tensor input : all) {
      fed.add(take(input, program.local(all.size() == 1 ? "x" : input.key())));
    }
    return fed;
  }

  /** What was taken. */
  List<TorchModel.Input> inputs() {
    return inputs;
  }

  private Held take(Signature.Tensor input, String name) {
    AxisOrder order =
        channelsFirst.contains(name) && !options.channelsLastInputs()
            ? AxisOrder.channelsFirst(input.dims().orElseThrow().rank())
            : AxisOrder.identity(input.dims().orElseThrow().rank());
    TensorType type = new TensorType(input.dtype(), input.dims().orElseThrow(), order);
    inputs.add(
        new TorchModel.Input(
            name, input.key(), input.endpoint(), input.dtype(), type.dims(), type.layout()));
    Held held = new Held(Expr.local(name), type);
    orders.input(name, held);
    return held;
  }

  /** What the model returns, in the order that was asked for. */
  List<TorchModel.Output> outputs(List<Held> results) {
    Arrangement arrangement = new Arrangement(program);
    List<Layer.Tensor> ends = LayerNetwork.outputs(model.root());
    Identifiers.Unique names = new Identifiers.Unique();
    List<TorchModel.Output> outputs = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      Held held = results.get(i);
      int rank = held.type().rank();
      boolean stays =
          rank >= 4
              && held.type().order().equals(AxisOrder.channelsFirst(rank))
              && !options.channelsLastOutputs();
      Held result =
          arrangement.inOrder(held, stays ? held.type().order() : AxisOrder.identity(rank));
      String key = names.claim(i < ends.size() ? ends.get(i).layer() : "output");
      if (!(result.expr() instanceof Expr.Local)) {
        result = program.assign(key, result.expr(), result.type());
      }
      outputs.add(
          new TorchModel.Output(
              key,
              ((Expr.Local) result.expr()).name(),
              LayerNetwork.place(model, ends.get(i)),
              result.type().dtype(),
              result.type().dims(),
              result.type().layout()));
    }
    return outputs;
  }
}
