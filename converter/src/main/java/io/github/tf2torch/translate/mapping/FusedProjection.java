package io.github.tf2torch.translate.mapping;

import io.github.tf2torch.rules.mapping.Layouts;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorExpr.Concat;
import io.github.tf2torch.translate.mapping.Layer.Reading;
import io.github.tf2torch.translate.mapping.Layer.Slot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Query, key and value of Keras's attention as one linear layer. Nothing in a {@code state_dict}
 * says whether it has them one above the other, as timm's {@code qkv}, or head by head, as
 * GPT-NeoX's {@code query_key_value}: both are read, for people to choose.
 */
final class FusedProjection {
  private static final Set<String> NAMES =
      Set.of("qkv", "to_qkv", "qkv_proj", "Wqkv", "query_key_value", "in_proj", "c_attn");

  private FusedProjection() {}

  /** The layers, joined where a module is called so; as they are elsewhere. */
  static List<Layer> join(List<Layer> layers, List<TargetModule> modules) {
    List<TargetModule> fused = modules.stream().filter(m -> NAMES.contains(m.leaf())).toList();
    Map<List<String>, Layer> byScope = new HashMap<>();
    layers.forEach(l -> byScope.put(l.scope(), l));
    List<Layer> joined = new ArrayList<>(layers);
    for (Layer layer : fused.isEmpty() ? List.<Layer>of() : layers) {
      List<Layer> parts = parts(layer, byScope);
      if (!parts.isEmpty()) {
        Layer whole = whole(parts);
        if (fused.stream().anyMatch(m -> Fitting.fits(whole, m))) {
          joined.set(joined.indexOf(parts.get(0)), whole);
          joined.removeAll(parts);
        }
      }
    }
    return joined;
  }

  /** Query, key and value, of a query whose heads are known. */
  private static List<Layer> parts(Layer query, Map<List<String>, Layer> byScope) {
    int last = query.scope().size() - 1;
    boolean isQuery =
        last >= 0
            && query.scope().get(last).equals(InProjection.QUERY_KEY_VALUE.get(0))
            && query.has("weight")
            && InProjection.heads(query).isPresent();
    if (!isQuery) {
      return List.of();
    }
    List<String> scope = query.scope().subList(0, last);
    List<Layer> parts =
        InProjection.QUERY_KEY_VALUE.stream()
            .map(p -> Stream.concat(scope.stream(), Stream.of(p)).toList())
            .flatMap(s -> Optional.ofNullable(byScope.get(s)).stream())
            .filter(l -> l.has("weight"))
            .toList();
    boolean isOneWidth = parts.size() == 3 && InProjection.above(parts, "weight").isPresent();
    return isOneWidth ? parts : List.of();
  }

  private static Layer whole(List<Layer> parts) {
    long heads = InProjection.heads(parts.get(0)).orElseThrow();
    List<Slot> blocks = new ArrayList<>();
    List<Slot> byHead = new ArrayList<>();
    for (String slot : List.of("weight", "bias")) {
      InProjection.above(parts, slot)
          .ifPresent(
              above -> {
                blocks.add(Slot.parameter(slot, above));
                byHead.add(Slot.parameter(slot, byHead(above, heads)));
              });
    }
    List<String> scope = parts.get(0).scope().subList(0, parts.get(0).scope().size() - 1);
    return new Layer(
        Stream.concat(scope.stream(), Stream.of("qkv")).toList(),
        "qkv",
        List.of(
            new Reading("query, key and value, one above the other", blocks),
            new Reading("query, key and value of each of %d heads".formatted(heads), byHead)));
  }

  private static TensorExpr byHead(TensorExpr above, long heads) {
    List<TensorExpr> parts = new ArrayList<>();
    for (TensorExpr part : above.inputs()) {
      List<Long> dims = new ArrayList<>(part.shape().dims());
      dims.set(0, part.shape().dim(0) / heads);
      dims.addAll(0, List.of(heads, 1L));
      parts.add(Layouts.reshape(part, dims));
    }
    return Layouts.reshape(new Concat(parts, 1), above.shape().dims());
  }
}
