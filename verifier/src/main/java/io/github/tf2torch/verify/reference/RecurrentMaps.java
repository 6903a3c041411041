package io.github.tf2torch.verify.reference;

import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.verify.engine.SymbolicTensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** {@code keras/src/layers/rnn/conv_lstm.py}: an LSTM whose products are convolutions. */
final class RecurrentMaps {
  static final Map<String, LayerReference> TABLE =
      Map.of(
          "ConvLSTM1D", call -> Recurrences.unrolled(call, c -> cell(c, 1)),
          "ConvLSTM2D", call -> Recurrences.unrolled(call, c -> cell(c, 2)),
          "ConvLSTM3D", call -> Recurrences.unrolled(call, c -> cell(c, 3)));

  private RecurrentMaps() {}

  private static Recurrences.Cell cell(LayerCall call, int spatial) {
    Windows.refuseTheano(call);
    if (Windows.isChannelsFirst(call) || call.mask(0).isPresent()) {
      throw call.missing("with channels first or a mask");
    }
    Ops ops = call.ops();
    SymbolicTensor recurrent = call.weight(1);
    List<Long> sizes = recurrent.shape().dims().subList(0, spatial);
    List<Long> ones = Collections.nCopies(spatial, 1L);
    CellDrops drops = new CellDrops(call, 4);
    Shape gates =
        Convolutions.grouped(call, ops.at(call.input(), 1, 0), call.weight(0), spatial).shape();
    return new Recurrences.Cell() {
      @Override
      public List<Long> sizes() {
        throw new AssertionError("a state of maps has more axes than one");
      }

      @Override
      public List<Shape> shapes(long batch) {
        List<Long> dims = new ArrayList<>(gates.dims());
        dims.set(0, batch);
        dims.set(spatial + 1, recurrent.extent(spatial));
        return Collections.nCopies(2, new Shape(dims));
      }

      @Override
      public Recurrences.Step step(SymbolicTensor x, List<SymbolicTensor> states) {
        drops.see(x, states.get(0));
        SymbolicTensor ofInput =
            biased(
                call,
                drops.ofInput(x, call.weight(0), (v, kernel) -> grouped(call, v, kernel, spatial)));
        SymbolicTensor ofState =
            drops.ofState(
                states.get(0),
                recurrent,
                (v, kernel) ->
                    Convolutions.plain(
                        ops, ops.pad(v, Windows.same(v, sizes, ones)), kernel, ones, spatial));
        SymbolicTensor z = ops.add(ofInput, ofState);
        List<SymbolicTensor> each = ops.split(z, 4, spatial + 1);
        SymbolicTensor kept = ops.mul(Cells.gate(call, each.get(1)), states.get(1));
        SymbolicTensor taken =
            ops.mul(Cells.gate(call, each.get(0)), Cells.active(call, each.get(2)));
        SymbolicTensor c = ops.add(kept, taken);
        SymbolicTensor output = ops.mul(Cells.gate(call, each.get(3)), Cells.active(call, c));
        return new Recurrences.Step(output, List.of(output, c));
      }
    };
  }

  private static SymbolicTensor grouped(
      LayerCall call, SymbolicTensor x, SymbolicTensor kernel, int spatial) {
    return Convolutions.grouped(call, x, kernel, spatial);
  }

  private static SymbolicTensor biased(LayerCall call, SymbolicTensor y) {
    return CoreLayers.usesBias(call) ? call.ops().add(y, call.weight(2)) : y;
  }
}
