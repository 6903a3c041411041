package io.github.tf2torch.rules.mapping;

import io.github.tf2torch.problem.BadRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** A part of a YAML file that knows its line, so that every complaint can say where. */
record Yaml(String file, Node node) {
  private static final int LONGEST = 1 << 20;

  /** No aliases and no objects: what a file says is text, numbers, lists and mappings. */
  static Yaml parse(String file, String text) {
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(file)
            .setMaxAliasesForCollections(0)
            .setCodePointLimit(LONGEST)
            .build();
    try {
      Optional<Node> root = new Compose(settings).composeString(text);
      return new Yaml(
          file, root.orElseThrow(() -> new BadRequest(file + ": is empty, expected rules")));
    } catch (YamlEngineException e) {
      throw new BadRequest(file + ": is no YAML: " + e.getMessage(), e);
    }
  }

  String place() {
    return node.getStartMark().map(m -> file + " line " + (m.getLine() + 1)).orElse(file);
  }

  BadRequest unexpected(String expected) {
    String found =
        node instanceof ScalarNode s
            ? "\"" + s.getValue() + "\""
            : node.getNodeType().name().toLowerCase(java.util.Locale.ROOT);
    return new BadRequest(place() + ": found " + found + ", expected " + expected);
  }

  boolean isList() {
    return node instanceof SequenceNode;
  }

  boolean isMapping() {
    return node instanceof MappingNode;
  }

  List<Yaml> items() {
    if (node instanceof SequenceNode list) {
      return list.getValue().stream().map(n -> new Yaml(file, n)).toList();
    }
    throw unexpected("a list");
  }

  List<Yaml> oneOrMore() {
    List<Yaml> all = isList() ? items() : List.of(this);
    if (all.isEmpty()) {
      throw unexpected("at least one");
    }
    return all;
  }

  private List<NodeTuple> entries() {
    if (node instanceof MappingNode mapping) {
      return mapping.getValue();
    }
    throw unexpected("a mapping of keys to values");
  }

  List<String> keys() {
    List<String> keys = new ArrayList<>();
    entries().forEach(e -> keys.add(new Yaml(file, e.getKeyNode()).text()));
    return keys;
  }

  void allowOnly(Set<String> allowed) {
    List<String> keys = keys();
    for (String key : keys) {
      if (!allowed.contains(key)) {
        throw new BadRequest(
            "%s: \"%s\" is not known here; there are %s"
                .formatted(place(), key, allowed.stream().sorted().toList()));
      }
    }
    if (Set.copyOf(keys).size() != keys.size()) {
      throw unexpected("each key once");
    }
  }

  Optional<Yaml> find(String key) {
    return entries().stream()
        .filter(e -> new Yaml(file, e.getKeyNode()).text().equals(key))
        .map(e -> new Yaml(file, e.getValueNode()))
        .findFirst();
  }

  Yaml get(String key) {
    return find(key)
        .orElseThrow(() -> new BadRequest(place() + ": \"" + key + "\" is missing here"));
  }

  String text() {
    if (node instanceof ScalarNode scalar) {
      return scalar.getValue();
    }
    throw unexpected("text");
  }

  double number() {
    try {
      return Double.parseDouble(text());
    } catch (NumberFormatException e) {
      throw unexpected("a number");
    }
  }

  boolean isTrue() {
    return switch (text()) {
      case "true" -> true;
      case "false" -> false;
      default -> throw unexpected("true or false");
    };
  }
}
