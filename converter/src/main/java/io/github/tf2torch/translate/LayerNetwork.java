package io.github.tf2torch.translate;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.KerasModel;
import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.problem.UnsupportedOperation;
import io.github.tf2torch.rules.KerasVersion;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.rules.Value.Held;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The layers of one model, called one after another or along its edges. */
final class LayerNetwork {
  private static final Set<String> FUNCTIONAL = Set.of("Functional", "Model");
  private static final String INPUT = "InputLayer";

  private final LayerWalk walk;
  private final Layer model;
  private final LayerPath path;
  private final boolean isTrainable;
  private final Map<String, Layer> byName = new LinkedHashMap<>();
  private final Map<String, List<String>> modules = new HashMap<>();
  private final Map<Layer.Tensor, Held> values = new HashMap<>();

  /** What can't be computed, for a reason that is told. */
  private final Set<Layer.Tensor> failed = new HashSet<>();

  /** Thrown where layers have no translation, all of which have been told to the walk. */
  static final class Told extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  LayerNetwork(LayerWalk walk, Layer model, LayerPath path, boolean isTrainable) {
    this.walk = walk;
    this.model = model;
    this.path = path;
    this.isTrainable = isTrainable;
    model.layers().forEach(l -> byName.put(l.name(), l));
    if (!path.names().isEmpty()) {
      modules.putAll(PartNames.of(model));
    }
    modules.putAll(BlockNames.of(model));
  }

  List<Held> call(List<Held> inputs) {
    return model.className().equals("Sequential") ? inSequence(inputs) : alongEdges(inputs);
  }

  /** The tensors that a model answers, of its own layers. */
  static List<Layer.Tensor> outputs(Layer model) {
    if (model.className().equals("Sequential")) {
      Layer last = model.layers().get(model.layers().size() - 1);
      return List.of(new Layer.Tensor(last.name(), 0, 0));
    }
    return LayerTensors.of(model.config().get("output_layers"));
  }

  /** Where an output of the whole model is made. */
  static Endpoint place(KerasModel model, Layer.Tensor output) {
    Layer.Tensor counted = counted(output, model.root(), KerasVersion.of(model.version()));
    return LayerPath.ROOT.below(output.layer()).endpoint(counted.call(), output.output());
  }

  private List<Held> inSequence(List<Held> inputs) {
    List<Held> current = inputs;
    for (Layer layer : model.layers()) {
      if (!layer.className().equals(INPUT)) {
        Optional<List<Held>> outputs = called(layer, 0, LayerCall.Given.of(current));
        if (outputs.isEmpty()) {
          throw new Told();
        }
        current = outputs.get();
      }
    }
    return current;
  }

  private List<Held> alongEdges(List<Held> inputs) {
    List<Layer.Tensor> ends = LayerTensors.of(model.config().get("input_layers"));
    if (ends.size() != inputs.size()) {
      throw new UnsupportedOperation(
          "model \""
              + model.name()
              + "\" has "
              + ends.size()
              + " inputs and is called with "
              + inputs.size());
    }
    for (int i = 0; i < ends.size(); i++) {
      values.put(ends.get(i), inputs.get(i));
    }
    List<Layer.Tensor> wanted =
        outputs(model).stream().map(o -> counted(o, model, walk.version())).toList();
    CallOrder.ofKeeping(model, wanted).forEach(this::compute);
    List<Held> results = new ArrayList<>();
    for (Layer.Tensor end : wanted) {
      compute(end);
      Optional.ofNullable(values.get(end)).ifPresent(results::add);
    }
    if (!failed.isEmpty()) {
      throw new Told();
    }
    return results;
  }

  /**
   * Keras 3 counts, of a functional model inside of another one, the call that it was made with;
   * among the outputs alone ({@code functional_from_config}).
   */
  private static Layer.Tensor counted(Layer.Tensor end, Layer model, KerasVersion version) {
    boolean isCounted =
        version.major() >= 3
            && end.call() > 0
            && model.layers().stream()
                .anyMatch(l -> l.name().equals(end.layer()) && FUNCTIONAL.contains(l.className()));
    return isCounted ? new Layer.Tensor(end.layer(), end.call() - 1, end.output()) : end;
  }

  /** Calls what a tensor needs, with a stack of its own: models are deeper than Java's. */
  private void compute(Layer.Tensor wanted) {
    Deque<Layer.Tensor> open = new ArrayDeque<>(List.of(wanted));
    Set<Layer.Tensor> waiting = new HashSet<>();
    while (!open.isEmpty()) {
      Layer.Tensor tensor = open.peek();
      if (values.containsKey(tensor) || failed.contains(tensor)) {
        open.pop();
        continue;
      }
      Layer layer = byName.get(tensor.layer());
      if (layer == null || tensor.call() < 0 || tensor.call() >= layer.calls().size()) {
        throw new UnsupportedOperation(
            "model \""
                + model.name()
                + "\" joins its layers by a tensor that none of them has: "
                + tensor.layer()
                + ", call "
                + tensor.call());
      }
      Layer.Call call = layer.calls().get(tensor.call());
      List<Layer.Tensor> needed = new ArrayList<>(call.inputs());
      needed.addAll(LayerTensors.of(Optional.of(call.arguments())));
      List<Layer.Tensor> missing =
          needed.stream().filter(t -> !values.containsKey(t) && !failed.contains(t)).toList();
      if (missing.isEmpty()) {
        open.pop();
        if (needed.stream().anyMatch(failed::contains) || !call(layer, tensor, call)) {
          failed.add(tensor);
        }
      } else if (!waiting.add(tensor)) {
        throw new UnsupportedOperation(
            "model \"" + model.name() + "\" has a circle through layer \"" + layer.name() + "\"");
      } else {
        for (int i = missing.size() - 1; i >= 0; i--) {
          open.push(missing.get(i));
        }
      }
    }
  }

  private boolean call(Layer layer, Layer.Tensor tensor, Layer.Call call) {
    Optional<List<Held>> outputs = called(layer, tensor.call(), given(call));
    outputs.ifPresent(
        all -> {
          for (int i = 0; i < all.size(); i++) {
            values.put(new Layer.Tensor(layer.name(), tensor.call(), i), all.get(i));
          }
        });
    return values.containsKey(tensor);
  }

  private LayerCall.Given given(Layer.Call call) {
    Map<String, List<Held>> named = new LinkedHashMap<>();
    if (call.arguments() instanceof Config.Fields fields) {
      fields
          .values()
          .forEach(
              (name, value) ->
                  named.put(
                      name,
                      LayerTensors.of(Optional.of(value)).stream().map(values::get).toList()));
    }
    List<LayerContext.Argument> positional =
        call.positional().stream()
            .map(c -> new LayerContext.Argument(LayerTensors.one(c).map(values::get), c))
            .toList();
    return new LayerCall.Given(
        call.inputs().stream().map(values::get).toList(), positional, call.arguments(), named);
  }

  private Optional<List<Held>> called(Layer layer, int call, LayerCall.Given given) {
    String name = layer.name();
    LayerPath place =
        modules.containsKey(name) ? path.below(name, modules.get(name)) : path.below(name);
    walk.program().place(path.below(name).segments(), place.segments());
    try {
      boolean trains = isTrainable && new Settings(layer.config()).flag(true, "trainable");
      List<Held> outputs = walk.call(layer, place, given, trains);
      walk.tap(place, call, outputs, String.join(".", place.segments()));
      return Optional.of(outputs);
    } catch (Told e) {
      return Optional.empty();
    } catch (NoTranslation | UnsupportedOperation e) {
      walk.failed(layer, place, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }
}
