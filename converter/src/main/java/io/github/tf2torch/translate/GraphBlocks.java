package io.github.tf2torch.translate;

import io.github.tf2torch.model.target.Expressions;
import io.github.tf2torch.model.target.ModuleTree;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.Statement.Assign;
import io.github.tf2torch.model.target.TorchModel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Gathers a program's modules in blocks where the names of TensorFlow's variables say that it is
 * made of them, by the rules of {@link BlockNames}. A family of which one block can't be cut out of
 * the forward stays as it is.
 */
final class GraphBlocks {
  private final TorchModel model;
  private final ModuleTree container;

  private GraphBlocks(TorchModel model, ModuleTree container) {
    this.model = model;
    this.container = container;
  }

  /** The same program with other names. */
  static TorchModel in(TorchModel model) {
    TorchModel grouped = model;
    for (String path : containers(ModuleTree.of(model)).toList()) {
      grouped = new GraphBlocks(grouped, container(grouped, path)).grouped();
    }
    return grouped;
  }

  /** Inner ones first, so that no path changes before its turn. */
  private static Stream<String> containers(ModuleTree tree) {
    return tree.module().isPresent()
        ? Stream.of()
        : Stream.concat(
            tree.children().values().stream().flatMap(GraphBlocks::containers),
            Stream.of(tree.path()));
  }

  private static ModuleTree container(TorchModel model, String path) {
    ModuleTree at = ModuleTree.of(model);
    for (String name : path.isEmpty() ? new String[0] : path.split("\\.")) {
      at = at.children().get(name);
    }
    return at;
  }

  private TorchModel grouped() {
    GraphSteps graph = GraphSteps.of(model, container);
    BlockSteps steps = graph.steps();
    List<Map<String, List<String>>> families = new ArrayList<>(BlockNames.families(steps));
    Set<String> inBlocks = new HashSet<>();
    families.forEach(f -> inBlocks.addAll(f.keySet()));
    families.addAll(
        BranchNames.families(
            steps, steps.all().stream().filter(s -> !inBlocks.contains(s.name())).toList()));
    TorchModel grouped = model;
    for (Map<String, List<String>> family : families) {
      grouped = withFamily(grouped, graph, family).orElse(grouped);
    }
    return grouped;
  }

  /** Empty where it would not hold. */
  private Optional<TorchModel> withFamily(
      TorchModel grouped, GraphSteps steps, Map<String, List<String>> family) {
    Map<String, String> paths = new LinkedHashMap<>();
    Set<String> blocks = new HashSet<>();
    family.forEach(
        (step, place) -> {
          blocks.add(Identifiers.attribute(place.get(0)));
          if (container.children().containsKey(step) || isTensor(path(step))) {
            paths.put(path(step), path(place));
            uncounted(step, path(place), paths);
          }
        });
    Map<String, String> labels = labels(steps, family, paths);
    Set<String> taken = container(grouped, container.path()).children().keySet();
    boolean isTaken =
        paths.values().stream().distinct().count() < paths.size()
            || blocks.stream().anyMatch(b -> taken.contains(b) || isTensor(path(b)));
    if (isTaken) {
      return Optional.empty();
    }
    TorchModel named = renamed(grouped, paths, labels);
    List<Assign> body =
        ContainerOrder.of(named.body().stream().map(Expressions::assign).toList(), named.taps());
    Set<String> answers =
        named.outputs().stream().map(TorchModel.Output::value).collect(Collectors.toSet());
    return blocks.stream().allMatch(b -> BlockCut.isCall(path(b), body, answers))
        ? Optional.of(named)
        : Optional.empty();
  }

  /** Keras counts the variables of a process that nobody named: {@code variable_12}. */
  private void uncounted(String step, String place, Map<String, String> paths) {
    ModuleTree child = container.children().get(step);
    List<String> counted =
        child == null
            ? List.of()
            : child.tensors().stream()
                .map(TorchModel.Tensor::name)
                .filter(n -> n.matches(".*\\.variable_\\d+"))
                .toList();
    if (counted.size() == 1) {
      paths.put(counted.get(0), place + ".variable");
    }
  }

  /** What local values go by, and the constants that go along with them. */
  private Map<String, String> labels(
      GraphSteps steps, Map<String, List<String>> family, Map<String, String> paths) {
    Map<String, String> labels = new HashMap<>();
    Map<String, Identifiers.Unique> constants = new HashMap<>();
    for (int i = 0; i < model.body().size(); i++) {
      Statement statement = model.body().get(i);
      List<String> place = family.get(steps.names().get(i));
      if (place != null) {
        Expressions.assign(statement).targets().forEach(t -> labels.put(t, path(place)));
        String block = path(place.get(0));
        for (String constant : steps.constants(statement)) {
          paths.put(
              constant,
              constants
                  .computeIfAbsent(block, b -> new Identifiers.Unique())
                  .claim(block + ".constant"));
        }
      }
    }
    return labels;
  }

  private boolean isTensor(String path) {
    return container.tensors().stream().anyMatch(t -> t.name().equals(path));
  }

  private String path(List<String> segments) {
    return path(segments.stream().map(Identifiers::attribute).collect(Collectors.joining(".")));
  }

  private String path(String below) {
    return container.path().isEmpty() ? below : container.path() + "." + below;
  }

  private static TorchModel renamed(
      TorchModel model, Map<String, String> paths, Map<String, String> labels) {
    List<TorchModel.Tap> taps = new ArrayList<>();
    for (TorchModel.Tap t : model.taps()) {
      String label = renamed(t.layer(), paths);
      String placed = label.equals(t.layer()) ? labels.getOrDefault(t.value(), label) : label;
      taps.add(new TorchModel.Tap(t.source(), t.value(), t.dtype(), t.layout(), placed, t.dims()));
    }
    return new TorchModel(
        model.className(),
        model.inputs(),
        model.modules().stream()
            .map(m -> new TorchModel.Instance(renamed(m.path(), paths), m.module()))
            .toList(),
        model.tensors().stream()
            .map(t -> new TorchModel.Tensor(renamed(t.name(), paths), t.kind(), t.recipe()))
            .toList(),
        model.body().stream().map(s -> Expressions.withPaths(s, p -> renamed(p, paths))).toList(),
        model.outputs(),
        taps);
  }

  /** A path below one that has another name. */
  private static String renamed(String path, Map<String, String> paths) {
    for (int end = path.length(); end > 0; end = path.lastIndexOf('.', end - 1)) {
      String other = paths.get(path.substring(0, end));
      if (other != null) {
        return other + path.substring(end);
      }
    }
    return path;
  }
}
