package io.github.tf2torch.write.outline;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Expressions;
import io.github.tf2torch.model.target.ModuleTree;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchModel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Cuts the one forward of a program into those of its containers: a container whose calls stand
 * together, with nothing of others between them, becomes a section of its own.
 */
public final class Outline {
  private static final int MOST_VALUES = 4;

  /** The layer that made a local value, where one is known: {@code block.add}. */
  private final Map<String, String> layers;

  private Outline(Map<String, String> layers) {
    this.layers = layers;
  }

  public static Section of(TorchModel model) {
    Map<String, String> layers = new HashMap<>();
    model.taps().forEach(t -> layers.putIfAbsent(t.value(), t.layer()));
    return new Outline(layers)
        .section(
            ModuleTree.of(model),
            model.inputs().stream().map(TorchModel.Input::name).toList(),
            model.body(),
            model.outputs().stream().map(TorchModel.Output::value).toList());
  }

  private Section section(
      ModuleTree node, List<String> inputs, List<Statement> body, List<String> outputs) {
    Map<String, Section> parts = new LinkedHashMap<>();
    List<Statement> rest = body;
    for (Map.Entry<String, ModuleTree> child : node.children().entrySet()) {
      if (child.getValue().module().isEmpty()) {
        Optional<Range> range = range(child.getKey(), child.getValue().path(), rest, outputs);
        if (range.isPresent()) {
          Range found = range.get();
          List<Statement> inner =
              rest.subList(found.first(), found.end()).stream()
                  .map(s -> Expressions.withPaths(s, p -> p.substring(child.getKey().length() + 1)))
                  .toList();
          parts.put(
              child.getKey(), section(child.getValue(), found.inputs(), inner, found.outputs()));
          rest = found.replaced(rest, child.getKey());
        }
      }
    }
    return new Section(node, inputs, rest, outputs, parts);
  }

  /** Statements that are one call, and what goes in and out of them. */
  private record Range(int first, int end, List<String> inputs, List<String> outputs) {
    boolean isCall() {
      return !inputs.isEmpty()
          && inputs.size() <= MOST_VALUES
          && !outputs.isEmpty()
          && outputs.size() <= MOST_VALUES;
    }

    List<Statement> replaced(List<Statement> body, String path) {
      List<Statement> all = new ArrayList<>(body.subList(0, first));
      all.add(
          new Statement.Assign(
              outputs, new Expr.ModuleCall(path, inputs.stream().map(Expr::local).toList())));
      all.addAll(body.subList(end, body.size()));
      return all;
    }
  }

  private Optional<Range> range(
      String name, String path, List<Statement> body, List<String> answered) {
    int first = body.size();
    int last = -1;
    for (int i = 0; i < body.size(); i++) {
      if (Expressions.paths(Expressions.value(body.get(i))).stream()
          .anyMatch(p -> isBelow(p, name))) {
        first = Math.min(first, i);
        last = i;
      }
    }
    if (last < 0) {
      return Optional.empty();
    }
    List<String> made = layersOf(body);
    while (first > 0 && isBelow(made.get(first - 1), path) && isOwn(body.get(first - 1), name)) {
      first--;
    }
    while (last + 1 < body.size()
        && isBelow(made.get(last + 1), path)
        && isOwn(body.get(last + 1), name)) {
      last++;
    }
    if (!body.subList(first, last + 1).stream().allMatch(s -> isOwn(s, name))) {
      return Optional.empty();
    }
    Range found = between(first, last + 1, body, answered);
    // a concatenation or a sum that makes one answer of several
    for (int end = last + 2; found.outputs().size() > 1 && end <= body.size(); end++) {
      Statement next = body.get(end - 1);
      if (!Expressions.paths(Expressions.value(next)).isEmpty()) {
        break;
      }
      Range longer = between(first, end, body, answered);
      found = longer.outputs().size() < found.outputs().size() ? longer : found;
    }
    return found.isCall() ? Optional.of(found) : Optional.empty();
  }

  private static Range between(int first, int end, List<Statement> body, List<String> answered) {
    List<Statement> inner = body.subList(first, end);
    Set<String> defined =
        inner.stream()
            .flatMap(s -> Expressions.assign(s).targets().stream())
            .collect(Collectors.toCollection(LinkedHashSet::new));
    Set<String> inputs = read(inner);
    inputs.removeAll(defined);
    Set<String> later = read(body.subList(end, body.size()));
    later.addAll(answered);
    List<String> outputs = defined.stream().filter(later::contains).toList();
    return new Range(first, end, List.copyOf(inputs), outputs);
  }

  /** Of each statement the layer that it belongs to: what is computed next for. */
  private List<String> layersOf(List<Statement> body) {
    List<String> made = new ArrayList<>(body.stream().map(s -> "").toList());
    String next = "";
    for (int i = body.size() - 1; i >= 0; i--) {
      for (String target : Expressions.assign(body.get(i)).targets()) {
        next = layers.getOrDefault(target, next);
      }
      made.set(i, next);
    }
    return made;
  }

  private static boolean isOwn(Statement statement, String name) {
    return Expressions.paths(Expressions.value(statement)).stream().allMatch(p -> isBelow(p, name));
  }

  private static boolean isBelow(String path, String container) {
    return path.equals(container) || path.startsWith(container + ".");
  }

  private static Set<String> read(List<Statement> statements) {
    Set<String> all = new LinkedHashSet<>();
    statements.forEach(s -> all.addAll(Expressions.locals(Expressions.value(s))));
    return all;
  }
}
