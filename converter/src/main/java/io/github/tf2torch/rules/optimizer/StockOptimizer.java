package io.github.tf2torch.rules.optimizer;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.target.TorchOptimizer;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The optimizer of {@code torch.optim} that is nearest to one of TensorFlow's, and how near. */
public final class StockOptimizer {
  /** By then no bias is left to correct, in float32. */
  private static final long MANY = 1_000_000;

  private final TorchOptimizer own;
  private final Map<String, Config> numbers;
  private final List<String> lossy = new ArrayList<>();

  private StockOptimizer(TorchOptimizer own) {
    this.own = own;
    this.numbers = own.groups().isEmpty() ? own.arguments() : own.groups().get(0).settings();
  }

  /**
   * @throws BadRequest where {@code torch.optim} has none of its kind
   */
  public static TorchOptimizer nearest(TorchOptimizer own) {
    return own.isStock() ? own : new StockOptimizer(own).nearest();
  }

  private TorchOptimizer nearest() {
    return switch (own.className()) {
      case "TensorFlowAdam", "KerasAdam", "KerasAdamW", "BertAdam" -> adam();
      case "TensorFlowRMSprop", "KerasRMSprop" -> rmsprop();
      default -> throw none("torch.optim has none that is near");
    };
  }

  private BadRequest none(String reason) {
    return new BadRequest(
        "--stock-optimizer: no stock optimizer stands in for "
            + own.className()
            + " ("
            + own.kind()
            + "): "
            + reason
            + "; leave the option out, and model.py has it as a class, exact");
  }

  private TorchOptimizer adam() {
    boolean decays = numbers.containsKey("weight_decay");
    for (String clip : List.of("clipnorm", "clipvalue")) {
      if (numbers.containsKey(clip)) {
        lossy.add(
            "%s %s is no part of it: clip each gradient before the step"
                .formatted(clip, number(clip)));
      }
    }
    boolean amsgrad = own.rule().state().stream().anyMatch(s -> s.name().equals("vhat"));
    Map<String, Config> arguments = adamArguments(numbers, amsgrad, decays);
    long steps = steps();
    epsilonBesideTheRoot(steps);
    Map<String, String> keys = Map.of("m", "exp_avg", "v", "exp_avg_sq", "vhat", "max_exp_avg_sq");
    List<TorchOptimizer.Group> groups = new ArrayList<>();
    for (TorchOptimizer.Group group : own.groups()) {
      Map<String, Config> settings =
          new LinkedHashMap<>(adamArguments(group.settings(), amsgrad, decays));
      settings.putIfAbsent("weight_decay", new Config.Real(0));
      settings.putIfAbsent("amsgrad", new Config.Bool(false));
      settings.put("decoupled_weight_decay", new Config.Bool(decays));
      settings.putAll(Sgd.stock("maximize", "foreach", "capturable", "differentiable", "fused"));
      groups.add(new TorchOptimizer.Group(settings, group.parameters()));
    }
    afresh("the bias of their moments is corrected from step 1 on");
    return made(decays ? "AdamW" : "Adam", arguments, groups, keys, steps);
  }

  private static Map<String, Config> adamArguments(
      Map<String, Config> from, boolean amsgrad, boolean decays) {
    Map<String, Config> arguments = new LinkedHashMap<>();
    arguments.put("lr", from.get("lr"));
    arguments.put("betas", new Config.Items(List.of(from.get("beta1"), from.get("beta2"))));
    arguments.put("eps", from.get("epsilon"));
    if (decays) {
      arguments.put("weight_decay", from.get("weight_decay"));
    }
    if (amsgrad) {
      arguments.put("amsgrad", new Config.Bool(true));
    }
    return arguments;
  }

  /** How many are done: counted, or as the power of beta2 says, which is ahead by one. */
  private long steps() {
    if (own.className().equals("BertAdam")) {
      return MANY;
    }
    if (numbers.get("step") instanceof Config.Whole counted) {
      return counted.value();
    }
    if (!(numbers.get("beta2_power") instanceof Config.Real power)) {
      return 0;
    }
    return power.value() <= 0
        ? MANY
        : Math.max(0, Math.round(Math.log(power.value()) / Math.log(number("beta2"))) - 1);
  }

  private void epsilonBesideTheRoot(long steps) {
    if (own.className().equals("BertAdam")) {
      lossy.add(
          "it corrects the bias of the moments, TensorFlow's does not: step is set to %d, where"
                  .formatted(MANY)
              + " nothing is left to correct, so that steps are equal up to rounding");
      return;
    }
    double beta2 = number("beta2");
    double factor = 1 / Math.sqrt(1 - Math.pow(beta2, steps + 1));
    // where the factor is 1.01
    long near = (long) Math.ceil(Math.log(1 - 1 / (1.01 * 1.01)) / Math.log(beta2));
    lossy.add(
        String.format(
            Locale.ROOT,
            "epsilon: it divides by sqrt(v / (1 - beta2^t)) + eps, TensorFlow by (sqrt(v) + eps) /"
                + " sqrt(1 - beta2^t): an element's step is longer by a factor of up to %.4g at"
                + " step %d (where sqrt(v) is far below %s), up to 1.01 from step %d on",
            factor,
            steps + 1,
            number("epsilon"),
            Math.max(near, steps + 1)));
  }

  private TorchOptimizer rmsprop() {
    for (String option : List.of("clipnorm", "clipvalue", "weight_decay")) {
      if (numbers.containsKey(option)) {
        throw none("it has " + option + ", which no RMSprop of torch.optim has in this place");
      }
    }
    double lr = number("lr");
    boolean hasVelocity = state("velocity") && number("momentum") != 0;
    if (hasVelocity && lr == 0) {
      throw none("its velocity holds the learning rate, which is 0");
    }
    Map<String, Config> arguments = rmspropArguments(numbers);
    double epsilon = number("epsilon");
    lossy.add(
        String.format(
            Locale.ROOT,
            "epsilon: it divides by sqrt(v) + eps, TensorFlow by sqrt(v + epsilon): eps is the root"
                + " of %s, with which an element's step is shorter by a factor of at most 1.4142 (at"
                + " v = epsilon; 1.01 or less where v is above %.2g)",
            epsilon,
            1e4 * epsilon));
    if (hasVelocity) {
      lossy.add(
          "momentum: momentum_buffer is TensorFlow's velocity / lr, equal while lr stays %s; where"
                  .formatted(lr)
              + " lr changes, it scales what was gathered before, TensorFlow does not");
    }
    afresh("their mean of squares is 0 at first" + (tf1() ? ", not 1" : ""));
    List<TorchOptimizer.Group> groups = new ArrayList<>();
    for (TorchOptimizer.Group group : own.groups()) {
      Map<String, Config> settings = new LinkedHashMap<>(rmspropArguments(group.settings()));
      settings.putIfAbsent("momentum", new Config.Real(0));
      settings.putIfAbsent("centered", new Config.Bool(false));
      settings.putAll(
          Sgd.stock("weight_decay", "capturable", "foreach", "maximize", "differentiable"));
      groups.add(new TorchOptimizer.Group(settings, group.parameters()));
    }
    Map<String, String> keys = new LinkedHashMap<>();
    keys.put("rms", "square_avg");
    keys.put("mean", "grad_avg");
    if (hasVelocity) {
      keys.put("velocity", "momentum_buffer");
    }
    return made("RMSprop", arguments, groups, keys, 0);
  }

  private Map<String, Config> rmspropArguments(Map<String, Config> from) {
    Map<String, Config> arguments = new LinkedHashMap<>();
    arguments.put("lr", from.get("lr"));
    arguments.put("alpha", from.get("rho"));
    arguments.put("eps", new Config.Real(Math.sqrt(number("epsilon"))));
    if (number("momentum") != 0) {
      arguments.put("momentum", from.get("momentum"));
    }
    if (state("mean")) {
      arguments.put("centered", new Config.Bool(true));
    }
    return arguments;
  }

  private boolean tf1() {
    return own.className().startsWith("TensorFlow");
  }

  private boolean state(String name) {
    return own.rule().state().stream().anyMatch(s -> s.name().equals(name));
  }

  private void afresh(String how) {
    List<String> bare =
        own.groups().stream()
            .flatMap(g -> g.parameters().stream())
            .filter(p -> !own.state().containsKey(p))
            .toList();
    if (!bare.isEmpty()) {
      lossy.add("parameters without state start afresh, " + String.join(", ", bare) + ": " + how);
    }
  }

  private TorchOptimizer made(
      String className,
      Map<String, Config> arguments,
      List<TorchOptimizer.Group> groups,
      Map<String, String> keys,
      long steps) {
    Map<String, List<TorchOptimizer.State>> state = new LinkedHashMap<>();
    own.state()
        .forEach(
            (parameter, tensors) -> {
              List<TorchOptimizer.State> held = new ArrayList<>();
              held.add(
                  new TorchOptimizer.State(
                      "step", new TensorExpr.Fill(DType.FLOAT32, Shape.of(), steps)));
              tensors.stream()
                  .filter(t -> keys.containsKey(t.key()))
                  .forEach(t -> held.add(new TorchOptimizer.State(keys.get(t.key()), recipe(t))));
              state.put(parameter, held);
            });
    return new TorchOptimizer(
        own.kind(),
        "torch.optim",
        className,
        arguments,
        groups,
        own.isGrouped(),
        state,
        own.rule(),
        "the nearest of torch.optim, and not the same formula",
        own.assumed(),
        lossy);
  }

  /** A velocity of TensorFlow's has the learning rate in it. */
  private TensorExpr recipe(TorchOptimizer.State tensor) {
    return tensor.key().equals("velocity")
        ? new TensorExpr.Scale(tensor.recipe(), 1 / number("lr"))
        : tensor.recipe();
  }

  private double number(String name) {
    Config value = numbers.get(name);
    return value instanceof Config.Real real
        ? real.value()
        : value instanceof Config.Whole whole ? whole.value() : 0;
  }
}
