import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.LayerRule;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorValue;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Gate of make_model.py: {@code x * sigmoid(x @ kernel + bias) * scale}, said by TensorFlow's ops. */
public final class GateRule implements LayerRule {
  @Override
  public Set<String> layers() {
    return Set.of("Gate");
  }

  @Override
  public void translate(Layer layer, LayerContext context) {
    Held x = context.input();
    float scale = context.settings().number(1, "scale");
    Value kernel = new Value.Weight(context.weight(0, "kernel"));
    Value bias = new Value.Weight(context.weight(1, "bias"));
    // one nn.Linear, named after the layer
    Map<String, Attr> withBias = Map.of("fused_bias", new Attr.Bool(true));
    Value linear = context.op("BatchMatMulV2", withBias, List.of(x, kernel, bias));
    Value gate = context.op("Sigmoid", Map.of(), List.of(linear));
    Value gated = context.op("Mul", Map.of(), List.of(x, gate));
    context.output(context.op("Mul", Map.of(), List.of(gated, number(scale))));
  }

  private static Value number(float value) {
    return new Value.Weight(
        new TensorExpr.Constant(
            "scale", TensorValue.filled(DType.FLOAT32, Shape.of(), b -> b.putFloat(value))));
  }
}
