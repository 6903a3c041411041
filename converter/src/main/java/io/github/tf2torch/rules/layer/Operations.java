package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.LayerRule;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Functions among the layers: {@code keras.ops} of Keras 3 by the names of their classes ({@code
 * keras/src/ops}), and TensorFlow's own in Keras 2, which are of class {@code TFOpLambda} or {@code
 * SlicingOpLambda}. Those of one answer that is an expression of TensorFlow's ops are rows of
 * tables, a family each.
 */
public final class Operations implements LayerRule {
  private static final Map<String, FunctionRule> FUNCTIONS = functions();

  /** What TensorFlow calls functions of Keras 2's models: {@code math.reduce_mean}. */
  private static final Map<String, String> OF_TENSORFLOW =
      Map.ofEntries(
          Map.entry("__operators__.add", "Add"),
          Map.entry("math.add", "Add"),
          Map.entry("math.subtract", "Subtract"),
          Map.entry("math.multiply", "Multiply"),
          Map.entry("math.truediv", "TrueDivide"),
          Map.entry("math.divide", "TrueDivide"),
          Map.entry("math.pow", "Power"),
          Map.entry("math.maximum", "Maximum"),
          Map.entry("math.minimum", "Minimum"),
          Map.entry("math.negative", "Negative"),
          Map.entry("math.exp", "Exp"),
          Map.entry("math.log", "Log"),
          Map.entry("math.sqrt", "Sqrt"),
          Map.entry("math.rsqrt", "Rsqrt"),
          Map.entry("math.square", "Square"),
          Map.entry("math.abs", "Abs"),
          Map.entry("math.sigmoid", "Sigmoid"),
          Map.entry("math.tanh", "Tanh"),
          Map.entry("math.log1p", "Log1p"),
          Map.entry("math.expm1", "Expm1"),
          Map.entry("math.sin", "Sin"),
          Map.entry("math.cos", "Cos"),
          Map.entry("math.tan", "Tan"),
          Map.entry("math.erf", "Erf"),
          Map.entry("math.floor", "Floor"),
          Map.entry("math.ceil", "Ceil"),
          Map.entry("math.sign", "Sign"),
          Map.entry("math.reciprocal", "Reciprocal"),
          Map.entry("nn.relu", "Relu"),
          Map.entry("nn.relu6", "Relu6"),
          Map.entry("nn.sigmoid", "Sigmoid"),
          Map.entry("nn.tanh", "Tanh"),
          Map.entry("math.reduce_mean", "Mean"),
          Map.entry("math.reduce_sum", "Sum"),
          Map.entry("math.reduce_max", "Max"),
          Map.entry("math.reduce_min", "Min"),
          Map.entry("linalg.matmul", "Matmul"),
          Map.entry("transpose", "Transpose"),
          Map.entry("expand_dims", "ExpandDims"),
          Map.entry("squeeze", "Squeeze"),
          Map.entry("clip_by_value", "Clip"));

  /** Those of {@link Mergings} and {@link Reshapings} are layers too. */
  private static final Set<String> OF_LAYERS =
      Set.of("Add", "Subtract", "Multiply", "Maximum", "Minimum");

  private static Map<String, FunctionRule> functions() {
    Map<String, FunctionRule> all = new HashMap<>();
    Stream.of(
            PointwiseFunctions.TABLE,
            PairwiseFunctions.TABLE,
            ProductFunctions.TABLE,
            AxisFunctions.TABLE,
            Reductions.TABLE,
            OrderingFunctions.TABLE,
            PlacingFunctions.TABLE,
            NormalizingFunctions.TABLE,
            AttentionFunctions.TABLE,
            ConvolvingFunctions.TABLE)
        .forEach(all::putAll);
    return Map.copyOf(all);
  }

  @Override
  public Set<String> layers() {
    Set<String> all = new TreeSet<>(FUNCTIONS.keySet());
    all.removeAll(OF_LAYERS);
    all.add("TFOpLambda");
    all.add("SlicingOpLambda");
    return all;
  }

  @Override
  public void translate(Layer layer, LayerContext context) {
    if (layer.className().equals("SlicingOpLambda")) {
      context.output(Indexing.of(context.input(), context));
    } else if (layer.className().equals("TFOpLambda")) {
      String function = context.settings().text("?", "function");
      context.output(ofTensorflow(function, context).of(context.arguments(), context));
    } else {
      requireFunction(context);
      context.output(rule(layer.className()).of(context.settings(), context));
    }
  }

  private static FunctionRule ofTensorflow(String function, LayerContext context) {
    FunctionRule activation = TensorflowActivations.TABLE.get(function);
    if (activation != null) {
      return activation;
    }
    String name = OF_TENSORFLOW.get(function);
    if (name == null) {
      throw context.unsupported("calls tf." + function + ", which has no rule");
    }
    return rule(name);
  }

  private static FunctionRule rule(String name) {
    FunctionRule rule = FUNCTIONS.get(name);
    if (rule == null) {
      throw new AssertionError("no case for " + name);
    }
    return rule;
  }

  /** A layer that somebody called as a function is called is another thing. */
  static void requireFunction(LayerContext context) {
    if (!context.isOperation()) {
      throw context.unsupported("is no function of keras.ops, and has no rule as a layer");
    }
  }
}
