package io.github.tf2torch.translate;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.rules.KerasVersion;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.OpRule;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** One call of a layer while its rule runs. */
final class LayerCall extends ProgramWriting implements LayerContext {
  private final LayerWalk walk;
  private final Layer layer;
  private final LayerPath path;
  private final Given given;
  private final boolean isTrainable;
  private final SortedMap<Integer, Held> outputs = new TreeMap<>();
  private final Set<String> asked = new HashSet<>();
  private Optional<Held> mask = Optional.empty();

  LayerCall(LayerWalk walk, Layer layer, LayerPath path, Given given, boolean isTrainable) {
    super(walk.program(), path.segments());
    this.walk = walk;
    this.layer = layer;
    this.path = path;
    this.given = given;
    this.isTrainable = isTrainable;
  }

  /**
   * What a layer is called with.
   *
   * @param inputs all tensors, in order
   * @param named keyword arguments that are tensors
   */
  record Given(
      List<Held> inputs,
      List<Argument> positional,
      Config arguments,
      Map<String, List<Held>> named) {
    Given {
      inputs = List.copyOf(inputs);
      positional = List.copyOf(positional);
      named = Map.copyOf(new LinkedHashMap<>(named));
    }

    /** With other tensors; each is asked for once. */
    Given each(UnaryOperator<Held> other) {
      Map<Held, Held> others = new HashMap<>();
      UnaryOperator<Held> once = v -> others.computeIfAbsent(v, other);
      List<Held> all = inputs.stream().map(once).toList();
      List<Argument> at =
          positional.stream().map(a -> new Argument(a.tensor().map(once), a.stored())).toList();
      Map<String, List<Held>> byName = new LinkedHashMap<>();
      named.forEach((name, values) -> byName.put(name, values.stream().map(once).toList()));
      return new Given(all, at, arguments, byName);
    }

    /** {@code training=True} or {@code False} of the call; empty where the model decides. */
    Optional<Boolean> training() {
      return arguments.get("training").map(t -> new Settings(arguments).flag(false, "training"));
    }

    static Given of(List<Held> inputs) {
      return new Given(inputs, List.of(), new Config.Fields(Map.of()), Map.of());
    }
  }

  @Override
  public Settings settings() {
    return new Settings(layer.config());
  }

  @Override
  public List<Held> inputs() {
    return given.inputs();
  }

  @Override
  public List<Argument> positional() {
    return given.positional().isEmpty()
        ? given.inputs().stream()
            .map(i -> new Argument(Optional.of(i), new Config.Absent()))
            .toList()
        : given.positional();
  }

  @Override
  public Settings arguments() {
    return new Settings(given.arguments());
  }

  @Override
  public Optional<Held> argument(String name) {
    return tensors(name).stream().findFirst();
  }

  @Override
  public List<Held> tensors(String argument) {
    asked.add(argument);
    return given.named().getOrDefault(argument, List.of());
  }

  @Override
  public List<TensorExpr> weights() {
    return layer.weights().stream()
        .filter(w -> !w.endsWith("seed_generator_state"))
        .map(walk::stored)
        .toList();
  }

  @Override
  public Value op(String name, Map<String, Attr> attrs, List<? extends Value> inputs) {
    return op(name, attrs, inputs, 1).get(0);
  }

  @Override
  public List<Value> op(
      String name, Map<String, Attr> attrs, List<? extends Value> inputs, int count) {
    String place = path.toString();
    List<Endpoint> endpoints =
        IntStream.range(0, inputs.size()).mapToObj(i -> new Endpoint(place + "/" + i, 0)).toList();
    Node node = new Node(place, name, endpoints, List.of(), attrs);
    OpRule rule =
        walk.ops().rule(name).orElseThrow(() -> unsupported("needs " + name + ", without a rule"));
    NodeContext context =
        new NodeContext(node, List.copyOf(inputs), walk.program(), path.segments(), i -> i < count);
    rule.translate(node, context);
    List<Value> results = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      results.add(context.outputs().get(i));
    }
    walk.orders().met(rule.inputOrder(node), inputs.get(rule.orderedInput(node)), results);
    return results;
  }

  @Override
  public List<Held> apply(Layer part, List<Held> inputs) {
    return apply(part, Given.of(inputs));
  }

  @Override
  public List<Held> apply(Layer part, List<Held> inputs, Held seen) {
    return apply(
        part,
        new Given(inputs, List.of(), new Config.Fields(Map.of()), Map.of("mask", List.of(seen))));
  }

  @Override
  public List<Held> applyToSteps(Layer part, List<Held> inputs, long count) {
    return walk.inSteps(count, () -> apply(part, inputs));
  }

  @Override
  public long steps() {
    return walk.steps();
  }

  private List<Held> apply(Layer part, Given parts) {
    boolean trains = isTrainable && new Settings(part.config()).flag(true, "trainable");
    return walk.call(part, path.below(part.name()), parts, trains);
  }

  @Override
  public Optional<Held> mask(int input) {
    return argument("mask").or(() -> maskOf(inputs().get(input)));
  }

  @Override
  public Optional<Held> maskOf(Held value) {
    return Optional.ofNullable(walk.masks().get(value));
  }

  @Override
  public void unmask(Held value) {
    walk.masks().remove(value);
  }

  @Override
  public void mask(Held value) {
    mask = Optional.of(value);
  }

  @Override
  public void mask(Held value, Held seen) {
    walk.masks().put(value, seen);
  }

  Optional<Held> mask() {
    return mask;
  }

  @Override
  public boolean isTrainable() {
    return isTrainable;
  }

  /** Says what the call has and the rule did not ask for. */
  void refuseWhatIsLeft() {
    if (given.arguments() instanceof Config.Fields fields) {
      fields
          .values()
          .forEach(
              (name, value) -> {
                if (!asked.contains(name) && !LayerTensors.of(Optional.of(value)).isEmpty()) {
                  throw unsupported("is called with " + name + "=, a tensor that has no form here");
                }
              });
    }
    if (!isOperation() && given.positional().stream().anyMatch(a -> isFlag(a.stored()))) {
      throw unsupported("is called with True or False by position; give it by name");
    }
  }

  private static boolean isFlag(Config value) {
    return value instanceof Config.Bool;
  }

  @Override
  public boolean isForInference() {
    return walk.isForInference();
  }

  @Override
  public boolean isOperation() {
    return walk.isOperation(layer);
  }

  @Override
  public KerasVersion version() {
    return walk.version();
  }

  @Override
  public boolean isOfTheano() {
    return walk.isOfTheano();
  }

  @Override
  public String name() {
    return layer.name();
  }

  @Override
  public void output(int index, Value value) {
    Held held = held(value);
    if (held != value) {
      walk.known().put(held, value);
    }
    outputs.put(index, held);
  }

  @Override
  public boolean isRead(int output) {
    return walk.isRead(layer, output);
  }

  @Override
  public Value known(Held tensor) {
    return walk.known().getOrDefault(tensor, tensor);
  }

  List<Held> outputs() {
    return List.copyOf(outputs.values());
  }
}
