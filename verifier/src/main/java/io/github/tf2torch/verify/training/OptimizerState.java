package io.github.tf2torch.verify.training;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.model.target.TorchOptimizer;
import io.github.tf2torch.model.target.UpdateRule;
import io.github.tf2torch.problem.UnsupportedFile;
import io.github.tf2torch.read.torch.StateDictFile;
import io.github.tf2torch.rules.optimizer.TorchSteps;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Evaluation;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.cause.DecayPlace;
import io.github.tf2torch.verify.cause.GroupStep;
import io.github.tf2torch.verify.cause.Nesterov;
import io.github.tf2torch.verify.run.ConvertedLoop;
import io.github.tf2torch.verify.run.LoopRules;
import io.github.tf2torch.verify.run.LoopState;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What an {@code optimizer.pt} holds, by its parameters' names. */
final class OptimizerState implements Closeable {
  private static final Config NO = new Config.Bool(false);
  private static final List<String> UNSTEPPED = List.of("maximize", "amsgrad");

  private final StateDictFile file;
  private final Map<String, Variable> stored = new HashMap<>();
  private final TorchOptimizer optimizer;
  private final Map<String, Integer> places = new HashMap<>();
  private final Map<String, Shape> shapes = new HashMap<>();

  private OptimizerState(StateDictFile file, TorchOptimizer optimizer, TorchModel model) {
    this.file = file;
    this.optimizer = optimizer;
    file.variables().forEach(v -> stored.put(v.name(), v));
    for (TorchOptimizer.Group group : optimizer.groups()) {
      group.parameters().forEach(p -> places.put(p, places.size()));
    }
    model.tensors().stream()
        .filter(TorchModel.Tensor::isTrained)
        .forEach(t -> shapes.put(t.name(), t.recipe().shape()));
  }

  static OptimizerState open(Path path, TorchOptimizer optimizer, TorchModel model)
      throws IOException {
    return new OptimizerState(StateDictFile.open(path), optimizer, model);
  }

  /** How the file's groups step, by its own settings. */
  List<GroupStep> groups(DType floatType) throws IOException {
    List<GroupStep> groups = new ArrayList<>();
    for (TorchOptimizer.Group group : optimizer.groups()) {
      Map<String, Config> settings = new LinkedHashMap<>(group.settings());
      if (groups.size() < file.groups().size()) {
        settings.putAll(file.groups().get(groups.size()));
      }
      settings.putAll(TorchSteps.numbers(settings));
      settings.putAll(counted(group));
      GroupStep step =
          new GroupStep(rule(group), numbers(rule(group), settings), of(group, floatType));
      groups.add(optimizer.isStock() ? flagged(step, settings) : step);
    }
    return List.copyOf(groups);
  }

  /** What PyTorch counts beside each parameter, as it is of the first. */
  private Map<String, Config> counted(TorchOptimizer.Group group) throws IOException {
    Map<String, Config> counted = new LinkedHashMap<>();
    for (String name : rule(group).counters().keySet()) {
      String key = "state." + places.get(group.parameters().get(0)) + "." + name;
      if (stored.containsKey(key)) {
        double value = read(stored.get(key), DType.FLOAT64).doubleAt(0);
        counted.put(name, new Config.Real(value));
      }
    }
    return counted;
  }

  /** What classes of torch.optim do where their group says so. */
  private GroupStep flagged(GroupStep step, Map<String, Config> settings) {
    if (TorchSteps.of(optimizer).filter(optimizer.rule()::equals).isPresent()) {
      return step;
    }
    for (String flag : UNSTEPPED) {
      if (settings.getOrDefault(flag, NO).equals(new Config.Bool(true))) {
        throw new UnsupportedFile(
            optimizer.className() + " with " + flag + "=True in optimizer.pt is not stepped here");
      }
    }
    GroupStep stepped =
        settings.get("nesterov") instanceof Config.Bool nesterov
            ? Nesterov.in(step, nesterov.value()).orElse(step)
            : step;
    boolean decays =
        settings.get("weight_decay") instanceof Config.Real decay && decay.value() != 0;
    return decays && !step.numbers().containsKey("weight_decay")
        ? DecayPlace.l2(stepped, number(settings.get("weight_decay")))
        : stepped;
  }

  UpdateRule rule(TorchOptimizer.Group group) {
    return optimizer.rule().in(group.settings());
  }

  /**
   * What goes on around the steps.
   *
   * @param told the optimizer of {@code conversion.json}
   */
  LoopState loop(JsonNode told, int batches, DType floatType) throws IOException {
    Map<String, Config> first = file.groups().isEmpty() ? Map.of() : file.groups().get(0);
    boolean isAveraged =
        stored.keySet().stream().anyMatch(n -> n.endsWith("." + LoopRules.AVERAGE));
    ConvertedLoop loop = ConvertedLoop.of(told, first, isAveraged);
    Map<String, Map<String, TensorValue>> kept = new LinkedHashMap<>();
    for (TorchOptimizer.Group group : optimizer.groups()) {
      for (String parameter : group.parameters()) {
        if (shapes.containsKey(parameter)) {
          Map<String, TensorValue> own = new LinkedHashMap<>();
          for (String name : loop.kept()) {
            own.put(name, state(new UpdateRule.State(name, 0), parameter, group, floatType));
          }
          kept.put(parameter, own);
        }
      }
    }
    return new LoopState(loop, batches, kept);
  }

  /** What the source says of each group's settings and counters. */
  List<Map<String, Double>> sourceNumbers() {
    return optimizer.groups().stream().map(g -> numbers(rule(g), g.settings())).toList();
  }

  /** The state of what is trained of a group, in the rule's order; what the file has not is new. */
  private Map<String, List<TensorValue>> of(TorchOptimizer.Group group, DType floatType)
      throws IOException {
    Map<String, List<TensorValue>> all = new LinkedHashMap<>();
    for (String parameter : group.parameters()) {
      if (!shapes.containsKey(parameter)) {
        continue;
      }
      List<TensorValue> values = new ArrayList<>();
      for (UpdateRule.State state : rule(group).state()) {
        values.add(state(state, parameter, group, floatType));
      }
      all.put(parameter, values);
    }
    return all;
  }

  private TensorValue state(
      UpdateRule.State state, String parameter, TorchOptimizer.Group group, DType floatType)
      throws IOException {
    String name = "state." + places.get(parameter) + "." + state.name();
    return stored.containsKey(name)
        ? read(stored.get(name), floatType)
        : fresh(state, group, shapes.get(parameter), floatType);
  }

  private TensorValue read(Variable variable, DType floatType) throws IOException {
    TensorExpr whole = new TensorExpr.Stored(variable.name(), variable.dtype(), variable.shape());
    TensorValue value = Evaluation.value(whole, file.tensors());
    return value.dtype() == floatType
        ? value
        : TensorValue.ofDoubles(floatType, value.shape(), value.doubles());
  }

  private static TensorValue fresh(
      UpdateRule.State state, TorchOptimizer.Group group, Shape parameter, DType floatType) {
    List<Long> extents = new ArrayList<>(parameter.dims());
    if (group.settings().get(state.reduced()) instanceof Config.Whole axis) {
      extents.set(Math.toIntExact(axis.value()), 1L);
    }
    Shape shape = new Shape(extents);
    double[] values = new double[Math.toIntExact(shape.count())];
    // tensors of float32 begin with it, in both frameworks, whatever they are widened to
    Arrays.fill(values, (float) state.initial());
    return TensorValue.ofDoubles(floatType, shape, values);
  }

  /** A group's settings and counters as numbers, in the rule's order. */
  private static Map<String, Double> numbers(UpdateRule rule, Map<String, Config> settings) {
    Map<String, Double> numbers = new LinkedHashMap<>();
    for (String name : rule.numbers()) {
      Config value = settings.get(name);
      if (value == null) {
        value =
            rule.settings().containsKey(name)
                ? rule.settings().get(name)
                : rule.counters().get(name);
      }
      if (value instanceof Config.Text other && settings.containsKey(other.value())) {
        value = settings.get(other.value());
      }
      numbers.put(name, number(value));
    }
    return numbers;
  }

  private static double number(Config value) {
    if (value instanceof Config.Real real) {
      return real.value();
    }
    if (value instanceof Config.Whole whole) {
      return whole.value();
    }
    if (value instanceof Config.Bool bool) {
      return bool.value() ? 1 : 0;
    }
    return Double.NaN;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
