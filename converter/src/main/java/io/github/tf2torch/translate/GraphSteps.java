package io.github.tf2torch.translate;

import io.github.tf2torch.model.target.Expressions;
import io.github.tf2torch.model.target.ModuleTree;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchModel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A program's statements as steps of one of its containers: what calls the same child is one step,
 * and so is what TensorFlow computes in one scope without a module.
 */
final class GraphSteps {
  /** No name of TensorFlow's; {@link BlockStep#isNamed} leaves it whole. */
  private static final String APART = "/";

  private final TorchModel model;
  private final ModuleTree container;
  private final Map<String, String> scopes;
  private final Map<String, Long> reads;
  private final Map<String, TorchModel.Tensor> constants = new HashMap<>();
  private final List<String> names = new ArrayList<>();

  private GraphSteps(TorchModel model, ModuleTree container) {
    this.model = model;
    this.container = container;
    this.scopes = OpScopes.of(model.taps(), container);
    List<Set<String>> all = model.body().stream().map(s -> paths(s)).toList();
    this.reads =
        all.stream()
            .flatMap(Set::stream)
            .collect(Collectors.groupingBy(p -> p, Collectors.counting()));
    for (TorchModel.Tensor tensor : container.tensors()) {
      if (tensor.recipe().variables().isEmpty() && reads.getOrDefault(tensor.name(), 0L) == 1) {
        constants.put(tensor.name(), tensor);
      }
    }
  }

  static GraphSteps of(TorchModel model, ModuleTree container) {
    GraphSteps steps = new GraphSteps(model, container);
    steps.name();
    return steps;
  }

  /** The step that each statement belongs to. */
  List<String> names() {
    return List.copyOf(names);
  }

  /** The constants that one statement alone reads, which go where it goes. */
  Set<String> constants(Statement statement) {
    Set<String> found = new LinkedHashSet<>(paths(statement));
    found.retainAll(constants.keySet());
    return found;
  }

  BlockSteps steps() {
    Map<String, String> makers = new HashMap<>();
    for (int i = 0; i < names.size(); i++) {
      for (String target : targets(i)) {
        makers.put(target, names.get(i));
      }
    }
    Map<String, Set<String>> read = new LinkedHashMap<>();
    Map<String, List<Statement>> own = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      Statement statement = model.body().get(i);
      Set<String> into = read.computeIfAbsent(names.get(i), n -> new LinkedHashSet<>());
      own.computeIfAbsent(names.get(i), n -> new ArrayList<>()).add(statement);
      for (String local : Expressions.locals(Expressions.value(statement))) {
        into.add(makers.getOrDefault(local, APART + local));
      }
      into.remove(names.get(i));
    }
    List<BlockStep> steps = new ArrayList<>();
    read.forEach((name, from) -> steps.add(step(name, from, own.get(name))));
    Set<String> answered = new HashSet<>();
    model.outputs().forEach(o -> answered.add(makers.getOrDefault(o.value(), APART + o.value())));
    return new BlockSteps(steps, answered);
  }

  private BlockStep step(String name, Set<String> from, List<Statement> own) {
    ModuleTree child = container.children().get(name);
    Set<String> held = new TreeSet<>();
    own.forEach(s -> held.addAll(paths(s)));
    boolean isHeld = held.stream().anyMatch(p -> !constants.containsKey(p));
    boolean isOnce = held.stream().allMatch(p -> reads.get(p) == 1);
    boolean isFree = isOnce && !name.startsWith(APART + APART) && (!isHeld || isBare(child));
    String kind = child == null ? "" : kind(child);
    return new BlockStep(name, kind, from, isFree, isOnce, isHeld);
  }

  /** A module without tensors, such as dropout. */
  private static boolean isBare(ModuleTree child) {
    return child != null && child.module().isPresent() && child.tensors().isEmpty();
  }

  private static String kind(ModuleTree child) {
    return child
        .module()
        .map(m -> m.pythonClass())
        .orElseGet(
            () ->
                child.children().entrySet().stream()
                    .map(e -> e.getKey() + "=" + kind(e.getValue()))
                    .collect(Collectors.joining(",", "(", ")")));
  }

  /** From the last one back: what has no name, a padding say, goes with the one step it is for. */
  private void name() {
    Map<String, Set<String>> readers = new HashMap<>();
    model.outputs().forEach(o -> readers.put(o.value(), new HashSet<>(Set.of(APART))));
    for (int i = model.body().size() - 1; i >= 0; i--) {
      String name = name(i, readers);
      names.add(0, name);
      for (String local : Expressions.locals(Expressions.value(model.body().get(i)))) {
        readers.computeIfAbsent(local, l -> new HashSet<>()).add(name);
      }
    }
  }

  private String name(int index, Map<String, Set<String>> readers) {
    Set<String> held = new LinkedHashSet<>(paths(model.body().get(index)));
    held.removeAll(constants.keySet());
    if (!held.isEmpty()) {
      Set<String> children = held.stream().map(this::child).collect(Collectors.toSet());
      return children.size() == 1 ? children.iterator().next() : APART + APART + index;
    }
    Set<String> own = new HashSet<>();
    Set<String> by = new HashSet<>();
    for (String target : targets(index)) {
      by.addAll(readers.getOrDefault(target, Set.of()));
      if (scopes.containsKey(target)) {
        own.add(scopes.get(target));
      }
    }
    if (own.size() == 1) {
      return own.iterator().next();
    }
    boolean isJoin = Expressions.locals(Expressions.value(model.body().get(index))).size() > 1;
    String reader = by.size() == 1 && !isJoin ? by.iterator().next() : APART;
    return reader.startsWith(APART) ? APART + index : reader;
  }

  /** The name of the container's child at or above a path; of other paths one that is no name. */
  private String child(String path) {
    String above = container.path().isEmpty() ? "" : container.path() + ".";
    if (!path.startsWith(above)) {
      return APART + APART + path;
    }
    String below = path.substring(above.length());
    int dot = below.indexOf('.');
    return dot < 0 ? below : below.substring(0, dot);
  }

  private List<String> targets(int index) {
    return Expressions.assign(model.body().get(index)).targets();
  }

  private static Set<String> paths(Statement statement) {
    return Expressions.paths(Expressions.value(statement));
  }
}
