package io.github.tf2torch.read.graph;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Optimizer;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.tensor.TensorSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.NodeDef;

/**
 * The optimizers of a training graph, read from the ops that apply them: each names its variable,
 * its slots and where its hyperparameters come from.
 */
final class AppliedOptimizers {
  private static final Pattern OP =
      Pattern.compile("(Resource)?(?<sparse>Sparse)?Apply(?<kind>[A-Za-z0-9]+)");

  private final TrainingGraph graph;
  private final Map<String, Variable> variables;
  private final Hyperparameters settings;
  private final GradientChanges changes;
  private final DecoupledDecay decay;
  private final Map<String, Draft> drafts = new LinkedHashMap<>();

  private record Draft(
      String name,
      String kind,
      Map<String, Config> hyperparameters,
      List<Optimizer.Slot> slots,
      Set<String> counters) {}

  private AppliedOptimizers(
      TrainingGraph graph, Map<String, Variable> variables, TensorSource tensors) {
    this.graph = graph;
    this.variables = variables;
    settings = new Hyperparameters(graph, variables, tensors);
    changes = new GradientChanges(graph, settings);
    decay = new DecoupledDecay(graph, settings);
  }

  /**
   * In graph order.
   *
   * @param variables node → the variable that it holds
   */
  static List<Optimizer> of(
      TrainingGraph graph, Map<String, Variable> variables, TensorSource tensors)
      throws IOException {
    try {
      return new AppliedOptimizers(graph, variables, tensors).all();
    } catch (UncheckedIOException e) {
      throw new IOException("reading what optimizers are fed with: " + e.getMessage(), e);
    }
  }

  private List<Optimizer> all() {
    for (NodeDef node : graph.nodes()) {
      Matcher op = OP.matcher(node.getOp());
      if (op.matches()) {
        Optional.ofNullable(ApplyOp.ALL.get(op.group("kind")))
            .ifPresent(a -> add(node, a, op.group("sparse") != null));
      } else if (WrittenAdam.ASSIGNS.contains(node.getOp())) {
        WrittenAdam.of(node, graph, settings).ifPresent(w -> add(node, w));
      }
    }
    return drafts.values().stream()
        .map(
            d ->
                new Optimizer(
                    d.name(), d.kind(), d.hyperparameters(), d.slots(), List.copyOf(d.counters())))
        .toList();
  }

  private void add(NodeDef node, ApplyOp op, boolean isSparse) {
    List<String> names = isSparse ? op.sparseInputs() : op.inputs();
    Map<String, Config> hyperparameters = new LinkedHashMap<>();
    List<Optimizer.Slot> slots = new ArrayList<>();
    Set<String> counters = new LinkedHashSet<>();
    String variable = name(node, 0);
    for (int i = 1; i < names.size() && i < node.getInputCount(); i++) {
      String name = names.get(i);
      if (op.slots().contains(name)) {
        String stored = name(node, i);
        if (!stored.isEmpty()) {
          slots.add(new Optimizer.Slot(ApplyOp.slot(name), variable, stored));
        }
      } else if (name.endsWith("_power") && !name.equals("lr_power")) {
        counters.add(name(node, i));
      } else if (!ApplyOp.GIVEN.contains(name)) {
        Endpoint given = References.endpoint(node.getInput(i));
        hyperparameters.put(
            ApplyOp.WORDS.getOrDefault(name, name),
            name.equals("lr") ? settings.rate(given) : settings.of(given));
      }
    }
    for (String flag : List.of("use_nesterov")) {
      AttrValue value = node.getAttrMap().get(flag);
      if (value != null) {
        hyperparameters.put(flag, new Config.Bool(value.getB()));
      }
    }
    int gradient = names.indexOf("grad");
    if (gradient >= 0 && gradient < node.getInputCount()) {
      hyperparameters.putAll(changes.of(node.getInput(gradient)));
    }
    decay.of(node).ifPresent(d -> hyperparameters.put("decoupled_weight_decay", d));
    if (node.getOp().contains("Centered")) {
      hyperparameters.put("centered", new Config.Bool(true));
    }
    if (node.getOp().contains("Amsgrad")) {
      hyperparameters.put("amsgrad", new Config.Bool(true));
    }
    counters.remove("");
    Draft draft = draft(scope(node), op.kind(), hyperparameters);
    draft.slots().addAll(slots);
    draft.counters().addAll(counters);
  }

  private void add(NodeDef assign, WrittenAdam step) {
    Map<String, Config> hyperparameters = new LinkedHashMap<>(step.numbers());
    hyperparameters.put("learning_rate", settings.rate(step.rate()));
    hyperparameters.putAll(changes.of(step.gradient().toString()));
    String variable = name(assign, 0);
    Draft draft = draft(WrittenAdam.KIND, WrittenAdam.KIND, hyperparameters);
    addSlot(draft, "m", variable, step.m());
    addSlot(draft, "v", variable, step.v());
  }

  private void addSlot(Draft draft, String slot, String variable, NodeDef holder) {
    Optional.ofNullable(variables.get(holder.getName()))
        .ifPresent(v -> draft.slots().add(new Optimizer.Slot(slot, variable, v.name())));
  }

  /** Variables that are stepped alike by one optimizer are one; other rates make another. */
  private Draft draft(String scope, String kind, Map<String, Config> hyperparameters) {
    String name = scope;
    for (int i = 1; ; i++) {
      Draft there = drafts.get(name);
      if (there == null) {
        Draft made =
            new Draft(name, kind, hyperparameters, new ArrayList<>(), new LinkedHashSet<>());
        drafts.put(name, made);
        return made;
      }
      if (there.kind().equals(kind) && there.hyperparameters().equals(hyperparameters)) {
        return there;
      }
      name = scope + "_" + i;
    }
  }

  /** {@code Adam} of {@code Adam/update_conv1/kernel/ApplyAdam}. */
  private static String scope(NodeDef node) {
    int update = node.getName().indexOf("/update_");
    int slash = node.getName().lastIndexOf('/');
    return update > 0
        ? node.getName().substring(0, update)
        : slash > 0 ? node.getName().substring(0, slash) : node.getName();
  }

  /** Powers of betas are float32, and cast for variables of another type. */
  private String uncast(String input) {
    return graph.origin(References.endpoint(input), Hyperparameters.PASSES).node();
  }

  private String name(NodeDef node, int input) {
    return graph
        .origin(node.getInput(input))
        .map(n -> variables.get(n.getName()))
        .or(() -> Optional.ofNullable(variables.get(uncast(node.getInput(input)))))
        .map(Variable::name)
        .orElse("");
  }
}
