package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.LayerRule;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One op of TensorFlow within a functional model, as the Keras of TensorFlow 2.2 and 2.3 stored it:
 * {@code TensorFlowOpLayer} of {@code keras/engine/base_layer.py}. It holds the NodeDef and those
 * inputs that are constants, by their places; the rules of graphs say the rest.
 */
public final class GraphNodes implements LayerRule {
  /** Ops of several results, and what says how many. */
  private static final Map<String, String> COUNTS =
      Map.of("Split", "num_split", "SplitV", "num_split", "Unpack", "num", "IdentityN", "T");

  @Override
  public Set<String> layers() {
    return Set.of("TensorFlowOpLayer");
  }

  @Override
  public void translate(Layer layer, LayerContext context) {
    Config nodeDef = context.settings().get("node_def").orElse(new Config.Absent());
    String op =
        nodeDef
            .get("op")
            .flatMap(Config::text)
            .orElseThrow(
                () ->
                    context.unsupported(
                        "holds its node in another form than that of TensorFlow 2.2 and 2.3. Export the"
                            + " model with model.save(DIR) in that TensorFlow, and convert the"
                            + " SavedModel"));
    Map<String, Attr> attrs = NodeDefs.attrs(nodeDef, context);
    List<Value> results =
        context.op(op, attrs, inputs(attrs, context), results(op, attrs, context));
    for (int i = 0; i < results.size(); i++) {
      context.output(i, results.get(i));
    }
  }

  /** Tensors in order; the constants are put between them, the first places first. */
  private static List<Value> inputs(Map<String, Attr> attrs, LayerContext context) {
    List<Value> all = new ArrayList<>();
    context.inputs().forEach(x -> all.add(context.known(x)));
    SortedMap<Integer, Config> constants = new TreeMap<>();
    if (context.settings().get("constants").orElse(new Config.Absent())
        instanceof Config.Fields fields) {
      fields.values().forEach((place, value) -> constants.put(Integer.valueOf(place), value));
    }
    constants.forEach(
        (place, value) -> {
          if (place > all.size()) {
            throw context.unsupported(
                "has a constant at " + place + " of " + all.size() + " inputs");
          }
          all.add(place, StoredTensor.of(value, dtype(value, attrs, context), context));
        });
    return all;
  }

  /** JSON tells whole numbers from others; which of the node's types they have, the node says. */
  private static DType dtype(Config value, Map<String, Attr> attrs, LayerContext context) {
    Config first = value;
    while (first instanceof Config.Items items) {
      first = items.values().isEmpty() ? new Config.Whole(0) : items.values().get(0);
    }
    if (first instanceof Config.Bool) {
      return DType.BOOL;
    }
    if (first instanceof Config.Real) {
      return types(attrs).filter(DType::isFloating).findFirst().orElse(DType.FLOAT32);
    }
    if (!(first instanceof Config.Whole)) {
      throw context.unsupported("has a constant that is no number: " + first);
    }
    return types(attrs)
        .filter(t -> t == DType.INT32 || t == DType.INT64 || t == DType.UINT8)
        .findFirst()
        .orElse(DType.INT32);
  }

  /** Those of indices and shapes first. */
  private static java.util.stream.Stream<DType> types(Map<String, Attr> attrs) {
    return attrs.entrySet().stream()
        .sorted(java.util.Comparator.comparing(e -> e.getKey().equals("T")))
        .filter(e -> e.getValue() instanceof Attr.Type)
        .map(e -> ((Attr.Type) e.getValue()).value());
  }

  private static int results(String op, Map<String, Attr> attrs, LayerContext context) {
    Optional<Attr> count = Optional.ofNullable(COUNTS.get(op)).map(attrs::get);
    if (count.isPresent()) {
      return count.get() instanceof Attr.Int i
          ? Math.toIntExact(i.value())
          : ((Attr.ListOf) count.get()).values().size();
    }
    return op.equals("TopKV2") && context.isRead(1) ? 2 : 1;
  }
}
