package io.github.tf2torch.translate;

import io.github.tf2torch.model.source.KerasModel;
import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.problem.UnsupportedOperation;
import io.github.tf2torch.rules.KerasVersion;
import io.github.tf2torch.rules.LayerRule;
import io.github.tf2torch.rules.LayerRuleSet;
import io.github.tf2torch.rules.RuleSet;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** One pass over a Keras model: every call of a layer in turn, inputs before their use. */
final class LayerWalk {
  /** Functions that may be told the type of their answer. */
  private static final Set<String> OF_A_TYPE =
      Set.of(
          "Cast",
          "ConvertToTensor",
          "OneHot",
          "MultiHot",
          "Prod",
          "Cumsum",
          "Cumprod",
          "ZerosLike",
          "OnesLike",
          "FullLike");

  private static final Set<String> MODELS = Set.of("Sequential", "Functional", "Model");

  private final KerasModel model;
  private final LayerRuleSet layers;
  private final RuleSet ops;
  private final Program program;
  private final Map<String, Variable> variables = new HashMap<>();
  private final InputOrders orders = new InputOrders();
  private final KerasEnds ends;
  private final Map<Held, Held> masks = new HashMap<>();
  private final Map<Held, Value> known = new HashMap<>();
  private final List<TorchModel.Tap> taps = new ArrayList<>();
  private final Set<String> failures = new LinkedHashSet<>();
  private final Map<String, Layer> unknown = new LinkedHashMap<>();
  private final ReadTensors read;
  private boolean isForInference;
  private long steps = 1;

  /**
   * @param channelsFirst the inputs that come in channels-first, by name
   */
  LayerWalk(
      TfModel source,
      TranslationOptions options,
      LayerRuleSet layers,
      RuleSet ops,
      ModuleNames names,
      Set<String> channelsFirst) {
    this.model = source.keras().orElseThrow();
    this.layers = layers;
    this.ops = ops;
    this.program = new Program(names);
    this.ends = new KerasEnds(model, options, channelsFirst, program, orders);
    source.variables().forEach(v -> variables.putIfAbsent(v.name(), v));
    this.read = ReadTensors.of(model.root());
  }

  boolean isRead(Layer layer, int output) {
    return read.contains(layer, output);
  }

  static boolean isModel(Layer layer) {
    return MODELS.contains(layer.className());
  }

  Walked run() {
    if (!isModel(model.root())) {
      throw new UnsupportedOperation(UnknownLayer.ofModel(model.root()));
    }
    List<Held> fed = ends.fed();
    try {
      return new Walked(program, ends.inputs(), taps, ends.outputs(called(fed)));
    } catch (LayerNetwork.Told e) {
      lackingRules(model.root(), LayerPath.ROOT);
      throw new UnsupportedOperation(
          failures.size()
              + (failures.size() == 1 ? " layer has" : " layers have")
              + " no translation:\n"
              + String.join("\n", failures)
              + "\n"
              + UnknownLayer.help(unknown.values()));
    }
  }

  private List<Held> called(List<Held> fed) {
    return new LayerNetwork(this, model.root(), LayerPath.ROOT, true).call(fed);
  }

  /** Those too that the walk has not come to, behind what has no translation. */
  private void lackingRules(Layer around, LayerPath path) {
    for (Layer layer : around.layers()) {
      LayerPath place = path.below(layer.name());
      if (isModel(layer)) {
        lackingRules(layer, place);
      } else if (!layer.className().equals("InputLayer") && layers.rule(layer).isEmpty()) {
        failed(layer, place, lackingRule(layer));
      }
    }
  }

  private String lackingRule(Layer layer) {
    boolean isNamesake = layers.isNamesake(layer);
    Layer named = isNamesake ? RuleSkeleton.ofFullName(layer) : layer;
    unknown.putIfAbsent(named.className(), named);
    return (isNamesake ? UnknownLayer.notKeras(layer) : "")
        + UnknownLayer.message(named, isOperation(layer));
  }

  /** The inputs that were first met by what wants its channels before the spatial axes. */
  Set<String> wantChannelsFirst() {
    return orders.wanted();
  }

  /** What one call of a layer makes of values; told as a failure where there is no rule. */
  List<Held> call(Layer layer, LayerPath path, LayerCall.Given given, boolean isTrainable) {
    boolean counts = version().major() < 3;
    if (given.training().orElse(false)) {
      calledForTraining(path, counts);
    }
    boolean before = isForInference;
    isForInference = before || counts && given.training().isPresent();
    try {
      return isModel(layer)
          ? new LayerNetwork(this, layer, path, isTrainable).call(given.inputs())
          : ruled(layer, path, given, isTrainable);
    } finally {
      isForInference = before;
    }
  }

  /**
   * Keras 3 gives each layer the model's own argument instead, where that has one; it stores one
   * with every Dropout ({@code operation_fn} of {@code functional.py}).
   */
  private void calledForTraining(LayerPath path, boolean counts) {
    if (counts) {
      throw new NoTranslation(
          "is called with training=True, which holds at inference too; a module of PyTorch goes by"
              + " train() and eval(). Save the model without it, and put this module alone into"
              + " train() where it is to draw");
    }
    program.assume(
        "layer \""
            + path
            + "\" is called with training=True, which model.predict and model.fit override, as"
            + " eval() and train() do here; where model(x) is called without training, it holds in"
            + " Keras, and does not here");
  }

  private List<Held> ruled(Layer layer, LayerPath path, LayerCall.Given fed, boolean trains) {
    LayerRule rule = layers.rule(layer).orElseThrow(() -> new NoTranslation(lackingRule(layer)));
    if (!fed.inputs().isEmpty()) {
      new MisfittingWeights(variables)
          .refuse(layer, path, fed.inputs().get(0).type().dims().extents());
    }
    LayerCall.Given given =
        isOperation(layer)
            ? Autocast.together(fed, this)
            : fed.each(v -> Autocast.of(v, layer, this));
    LayerCall call = new LayerCall(this, layer, path, given, trains);
    rule.translate(layer, call);
    call.refuseWhatIsLeft();
    List<Held> outputs = call.outputs();
    if (rule.isElementwise()) {
      orders.passes(given.inputs(), outputs);
    }
    if (rule.passesMask() && call.mask().isEmpty() && !isOperation(layer)) {
      given.inputs().stream()
          .filter(masks::containsKey)
          .findFirst()
          .ifPresent(i -> outputs.forEach(o -> masks.put(o, masks.get(i))));
    }
    call.mask().ifPresent(mask -> outputs.forEach(o -> masks.put(o, mask)));
    return outputs;
  }

  void tap(LayerPath path, int call, List<Held> outputs, String label) {
    for (int i = 0; i < outputs.size(); i++) {
      Held output = outputs.get(i);
      if (output.expr() instanceof Expr.Local local && output.type().dtype().isFloating()) {
        taps.add(
            new TorchModel.Tap(
                path.endpoint(call, i),
                local.name(),
                output.type().dtype(),
                output.type().layout(),
                label,
                Optional.of(output.type().dims())));
      }
    }
  }

  void failed(Layer layer, LayerPath path, String why) {
    failures.add("  " + path + " (" + layer.className() + "): " + why);
  }

  /** A stored variable by its name. */
  TensorExpr stored(String name) {
    Variable variable = variables.get(name);
    if (variable == null) {
      throw new NoTranslation("its variable \"" + name + "\" is not in the file");
    }
    return new TensorExpr.Stored(variable.name(), variable.dtype(), variable.shape());
  }

  /** A value is another one cast: what is known of that holds of it too. */
  void standsFor(Held value, Held cast) {
    orders.passes(List.of(value), List.of(cast));
    Optional.ofNullable(masks.get(value)).ifPresent(mask -> masks.put(cast, mask));
  }

  Map<Held, Held> masks() {
    return masks;
  }

  /** What tensors stand for that are no tensors to the rules of ops. */
  Map<Held, Value> known() {
    return known;
  }

  InputOrders orders() {
    return orders;
  }

  RuleSet ops() {
    return ops;
  }

  Program program() {
    return program;
  }

  KerasVersion version() {
    return KerasVersion.of(model.version());
  }

  /** Does so where each call stands for so many. */
  List<Held> inSteps(long count, Supplier<List<Held>> calls) {
    long before = steps;
    steps = before < 0 || count < 0 ? -1 : Math.multiplyExact(before, count);
    try {
      return calls.get();
    } finally {
      steps = before;
    }
  }

  long steps() {
    return steps;
  }

  boolean isForInference() {
    return isForInference;
  }

  /**
   * A function of Keras 3, whose results have no masks. A layer's configuration says its type,
   * mostly whether it is trained too; that of a function does not.
   */
  boolean isOperation(Layer layer) {
    return version().major() >= 3
        && layer.config().get("trainable").isEmpty()
        && (layer.config().get("dtype").isEmpty() || OF_A_TYPE.contains(layer.className()));
  }

  boolean isOfTheano() {
    return model.backend().equals("theano");
  }
}
