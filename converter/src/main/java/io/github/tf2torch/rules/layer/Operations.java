package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.LayerRule;
import io.github.tf2torch.rules.Value;
import java.util.HashMap;
import java.util.List;
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

  /** Functions of Keras 2's models that are those of Keras 3 by another name. */
  private static final Map<String, String> OF_TENSORFLOW =
      Map.ofEntries(
          Map.entry("math.reduce_mean", "Mean"),
          Map.entry("math.reduce_sum", "Sum"),
          Map.entry("math.reduce_max", "Max"),
          Map.entry("math.reduce_min", "Min"),
          Map.entry("math.reduce_prod", "Prod"),
          Map.entry("math.reduce_any", "Any"),
          Map.entry("math.reduce_all", "All"),
          Map.entry("transpose", "Transpose"),
          Map.entry("compat.v1.transpose", "Transpose"),
          Map.entry("expand_dims", "ExpandDims"),
          Map.entry("squeeze", "Squeeze"),
          Map.entry("compat.v1.squeeze", "Squeeze"),
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
      context.output(Indexing.of(context.known(context.input()), context));
    } else if (layer.className().equals("TFOpLambda")) {
      tensorFlow(context.settings().text("?", "function"), context);
    } else {
      requireFunction(context);
      context.output(rule(layer.className()).of(context.settings(), context));
    }
  }

  private static void tensorFlow(String function, LayerContext context) {
    if (TensorFlowFunctions.knows(function)) {
      List<Value> results = TensorFlowFunctions.results(function, context);
      for (int i = 0; i < results.size(); i++) {
        context.output(i, results.get(i));
      }
      return;
    }
    String name = OF_TENSORFLOW.get(function);
    if (name == null) {
      throw context.unsupported(
          "calls tf."
              + function
              + ", which has no rule. Export the model with model.save(DIR) in that"
              + " TensorFlow, and convert the SavedModel");
    }
    new TensorFlowCall(context)
        .refuseOthers(Set.of("axis", "keepdims", "perm", "clip_value_min", "clip_value_max"));
    context.output(rule(name).of(context.arguments(), context));
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
