package io.github.tf2torch.translate.mapping;

import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.translate.Account;
import io.github.tf2torch.translate.Identifiers;
import io.github.tf2torch.translate.Translation;
import io.github.tf2torch.translate.mapping.Layer.Slot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Variables without a computation, as PyTorch would hold them: in the layouts and under the names
 * that TensorFlow's own names speak for. Whatever is taken for granted is an assumption.
 */
public final class NamedTensors {
  /** Keras 3's seed generators, and TensorFlow's own (tf.random.Generator). */
  private static final Pattern RANDOM_STATE =
      Pattern.compile("(.*/)?(seed_generator_state|_?state_var|StateVar)(_\\d+)?");

  private NamedTensors() {}

  /** A program that computes nothing: tensors, and where each variable went. */
  public static Translation translate(TfModel model, String className) {
    List<Account.Dropped> dropped = new ArrayList<>();
    List<Variable> kept = new ArrayList<>();
    for (Variable variable : model.variables()) {
      Optional<String> reason = reasonToDrop(variable);
      reason.ifPresent(r -> dropped.add(new Account.Dropped(variable.name(), r)));
      if (reason.isEmpty()) {
        kept.add(variable);
      }
    }
    if (kept.isEmpty()) {
      throw new BadRequest(
          model.provenance().path()
              + ": holds no weights ("
              + dropped.size()
              + " other variables); --raw writes whatever it holds");
    }
    SourceOrder order = SourceOrder.of(model).only(kept);
    List<Layer> layers = Conventions.layers(order);
    List<String> paths = paths(layers);
    List<TorchModel.Tensor> tensors = new ArrayList<>();
    List<String> assumed = new ArrayList<>(model.assumed());
    for (int i = 0; i < layers.size(); i++) {
      Layer layer = layers.get(i);
      String path = paths.get(i);
      assumed.add(assumption(layer, path));
      for (Slot slot : layer.reading().slots()) {
        String name = slot.name().isEmpty() ? path : path + "." + slot.name();
        tensors.add(new TorchModel.Tensor(name, slot.kind(), slot.recipe()));
      }
    }
    TorchModel torch =
        new TorchModel(className, List.of(), List.of(), tensors, List.of(), List.of(), List.of());
    return new Translation(torch, new Account(dropped, List.of(), assumed, List.of()));
  }

  /** Why a variable is no part of what a model computes with; empty where it is one. */
  static Optional<String> reasonToDrop(Variable variable) {
    DType dtype = variable.dtype();
    if (dtype == DType.STRING || dtype == DType.RESOURCE || dtype == DType.VARIANT) {
      return Optional.of("a " + dtype.torchName() + " is no tensor of PyTorch's");
    }
    return switch (variable.role()) {
      case SLOT -> Optional.of("optimizer slot");
      case COUNTER -> Optional.of("step counter");
      case AVERAGE -> Optional.of("moving average, not chosen");
      case ALIAS -> Optional.of("alias of a variable that is used");
      case OTHER ->
          variable.shape().rank() == 0 && dtype.isFloating()
              ? Optional.of("setting of the optimizer")
              : RANDOM_STATE.matcher(variable.name()).matches()
                  ? Optional.of("state of a random generator")
                  : Optional.empty();
      case WEIGHT, STATISTIC -> Optional.empty();
    };
  }

  private static String assumption(Layer layer, String path) {
    String variables =
        String.join(", ", layer.variables().stream().map(v -> "\"" + v + "\"").toList());
    return layer.isBare()
        ? path + ": " + variables + " as it is stored"
        : path + ": " + layer.reading().kind() + ", by the names of " + variables;
  }

  /**
   * Where each layer is held, in their order; parts that share a scope stand in it beside each
   * other.
   */
  private static List<String> paths(List<Layer> layers) {
    Map<List<String>, Integer> inScope = new HashMap<>();
    Set<List<String>> inner = new HashSet<>();
    for (Layer layer : layers) {
      inScope.merge(layer.scope(), 1, Integer::sum);
      for (int n = 1; n < layer.scope().size(); n++) {
        inner.add(layer.scope().subList(0, n));
      }
    }
    Identifiers.Unique unique = new Identifiers.Unique();
    List<String> paths = new ArrayList<>();
    for (Layer layer : layers) {
      List<String> path = new ArrayList<>(layer.scope());
      boolean isShared = inScope.getOrDefault(layer.scope(), 0) > 1;
      if (path.isEmpty() || (isShared && !layer.isBare())) {
        path.add(layer.part());
      }
      String joined = String.join(".", path.stream().map(Identifiers::attribute).toList());
      // a module may hold tensors and modules, a tensor nothing
      boolean isTaken = layer.isBare() && (isShared || inner.contains(layer.scope()));
      paths.add(unique.claim(isTaken ? joined + "_" : joined));
    }
    return paths;
  }
}
