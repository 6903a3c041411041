package io.github.tf2torch.write.outline;

import io.github.tf2torch.model.target.Expressions;
import io.github.tf2torch.model.target.ModuleTree;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchModel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Cuts the one forward of a program into those of its containers: a container whose calls stand
 * together, with nothing of others between them, becomes a section of its own.
 */
public final class Outline {
  /** The layer that made a local value, where one is known: {@code block.add}. */
  private final Map<String, String> layers;

  /** What each call of a layer or of a model answers, by its path. */
  private final Map<String, List<Set<String>>> answers;

  private Outline(Map<String, String> layers, Map<String, List<Set<String>>> answers) {
    this.layers = layers;
    this.answers = answers;
  }

  public static Section of(TorchModel model) {
    Map<String, String> layers = new HashMap<>();
    model.taps().forEach(t -> layers.putIfAbsent(t.value(), t.layer()));
    Map<String, List<Set<String>>> answers = new HashMap<>();
    for (TorchModel.Tap tap : model.taps()) {
      List<Set<String>> calls = answers.computeIfAbsent(tap.layer(), l -> new ArrayList<>());
      if (tap.source().index() == 0 || calls.isEmpty()) {
        calls.add(new HashSet<>());
      }
      calls.get(calls.size() - 1).add(tap.value());
    }
    return new Outline(layers, answers)
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
        List<Range> calls = calls(child.getKey(), child.getValue().path(), rest, outputs);
        if (!calls.isEmpty()) {
          Range found = calls.get(0);
          List<Statement> inner =
              rest.subList(found.first(), found.end()).stream()
                  .map(s -> Expressions.withPaths(s, p -> p.substring(child.getKey().length() + 1)))
                  .toList();
          parts.put(
              child.getKey(), section(child.getValue(), found.inputs(), inner, found.outputs()));
          for (int i = calls.size() - 1; i >= 0; i--) {
            rest = calls.get(i).replaced(rest, child.getKey());
          }
        }
      }
    }
    return new Section(node, inputs, rest, outputs, parts);
  }

  /** One, or those of what is called alike several times; none where its calls are apart. */
  private List<Range> calls(String name, String path, List<Statement> body, List<String> answered) {
    List<String> made = layersOf(body);
    Optional<List<Range>> alike =
        new SharedCalls(name, body, i -> isBelow(made.get(i), path), answered)
            .of(answers.getOrDefault(path, List.of()));
    return alike.orElseGet(() -> range(name, path, body, answered).stream().toList());
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
    if (!body.subList(first, last + 1).stream().allMatch(s -> isOwn(s, name))) {
      return Optional.empty();
    }
    Range core = joined(Range.between(first, last + 1, body, answered), body, answered);
    List<String> made = layersOf(body);
    while (first > 0 && isBelow(made.get(first - 1), path) && isOwn(body.get(first - 1), name)) {
      first--;
    }
    while (last + 1 < body.size()
        && isBelow(made.get(last + 1), path)
        && isOwn(body.get(last + 1), name)) {
      last++;
    }
    Range whole = joined(Range.between(first, last + 1, body, answered), body, answered);
    return Optional.of(whole.isCall() ? whole : core).filter(Range::isCall);
  }

  /** With a concatenation or a sum behind it that makes one answer of several. */
  private static Range joined(Range range, List<Statement> body, List<String> answered) {
    Range found = range;
    for (int end = range.end() + 1; found.outputs().size() > 1 && end <= body.size(); end++) {
      Statement next = body.get(end - 1);
      if (!Expressions.paths(Expressions.value(next)).isEmpty()) {
        break;
      }
      Range longer = Range.between(range.first(), end, body, answered);
      found = longer.outputs().size() < found.outputs().size() ? longer : found;
    }
    return found;
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

  static boolean isOwn(Statement statement, String name) {
    return Expressions.paths(Expressions.value(statement)).stream().allMatch(p -> isBelow(p, name));
  }

  static boolean isBelow(String path, String container) {
    return path.equals(container) || path.startsWith(container + ".");
  }
}
