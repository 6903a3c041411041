package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.LayerRule;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Dense, along the last axis of any rank: {@code nn.Linear}. */
public final class DenseLayers implements LayerRule {
  @Override
  public Set<String> layers() {
    return Set.of("Dense", "TimeDistributedDense");
  }

  @Override
  public boolean passesMask() {
    return true;
  }

  @Override
  public void translate(Layer layer, LayerContext context) {
    if (context.settings().has("lora_rank")) {
      throw context.unsupported("has lora_rank; merge it into the kernel before it is saved");
    }
    Map<String, Attr> attrs = new HashMap<>();
    List<Value> inputs = new ArrayList<>(List.of(context.input()));
    inputs.add(Attrs.weight(context.weight(0, "kernel")));
    if (context.settings().flag(true, "use_bias", "bias")) {
      inputs.add(Attrs.weight(context.weight(1, "bias")));
      attrs.put("fused_bias", Attrs.of(true));
    }
    Held y = (Held) context.op("BatchMatMulV2", attrs, inputs);
    context.output(Activations.of(y, context, "activation"));
  }
}
