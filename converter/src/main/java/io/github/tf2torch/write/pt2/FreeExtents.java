package io.github.tf2torch.write.pt2;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.tf2torch.model.target.TorchModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The extents of inputs that are known only when the program runs: the batch, most of all. */
final class FreeExtents {
  /** Sizes of the example: of the batch, and of any other axis. */
  private static final long BATCH = 2;

  private static final long OTHER = 64;

  private final Symbols symbols;
  private int next;

  FreeExtents(Symbols symbols) {
    this.symbols = symbols;
  }

  /** The extents of an input in the order of the torch tensor. */
  List<Extent> of(TorchModel.Input input) {
    List<Extent> sizes = new ArrayList<>();
    for (int axis : input.layout().order().axes()) {
      long extent = input.dims().extent(axis);
      sizes.add(
          extent >= 0 ? Extent.of(extent) : symbols.of("s" + next++, axis == 0 ? BATCH : OTHER));
    }
    return sizes;
  }

  private static String name(Extent symbol) {
    return symbol.toString();
  }

  /** Every symbol is 1 or more. */
  ObjectNode ranges(List<Datum.Tensor> inputs) {
    ObjectNode ranges = JsonNodeFactory.instance.objectNode();
    inputs.stream()
        .flatMap(t -> t.sizes().stream())
        .filter(e -> !e.isKnown())
        .forEach(e -> ranges.putObject(name(e)).put("min_val", 1).putNull("max_val"));
    return ranges;
  }

  /** Extents that the source leaves open and the computation does not, in words. */
  List<String> fixed(TorchModel model, List<Datum.Tensor> inputs) {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      TorchModel.Input input = model.inputs().get(i);
      for (int d = 0; d < inputs.get(i).sizes().size(); d++) {
        Extent size = inputs.get(i).sizes().get(d);
        if (size.isKnown() && input.dims().extent(input.layout().order().axes().get(d)) < 0) {
          all.add(
              "model.pt2 takes input \"%s\" with %s in dimension %s alone, which its computation asks for"
                  .formatted(input.name(), size, d));
        }
      }
    }
    return all;
  }

  /** What a call checks: extents that have to be the same. */
  ArrayNode guards(TorchModel model, List<Datum.Tensor> inputs) {
    ArrayNode guards = JsonNodeFactory.instance.arrayNode();
    Map<Extent, String> first = new LinkedHashMap<>();
    for (int i = 0; i < inputs.size(); i++) {
      List<Extent> sizes = inputs.get(i).sizes();
      for (int d = 0; d < sizes.size(); d++) {
        if (!sizes.get(d).isKnown()) {
          String size = "L['" + model.inputs().get(i).name() + "'].size()[" + d + "]";
          String other = first.putIfAbsent(sizes.get(d), size);
          if (other != null) {
            guards.add(size + " == " + other);
          }
        }
      }
    }
    return guards;
  }
}
