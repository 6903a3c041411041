package io.github.tf2torch.write.python;

import io.github.tf2torch.write.outline.Section;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The classes of a model's sections: one for all that differ in numbers alone. */
final class Blocks {
  private final List<Kind> kinds = new ArrayList<>();
  private final Map<String, Constructor> calls = new HashMap<>();
  private final Set<String> names;

  private Blocks(Set<String> taken) {
    this.names = new HashSet<>(taken);
  }

  /**
   * A class.
   *
   * @param section one that is of it
   * @param parameters of its constructor
   * @param members their arguments may be parameters
   * @param paths the sections that are of it
   */
  record Kind(
      String className,
      Section section,
      List<Parameter> parameters,
      Members members,
      List<String> paths) {}

  record Parameter(String name, String type) {}

  /**
   * @param taken names that no class may have
   */
  static Blocks of(Section root, Set<String> taken) {
    Blocks blocks = new Blocks(taken);
    List<Section> all = new ArrayList<>();
    collect(root, all);
    all.sort(Comparator.comparing((Section s) -> -depth(s)));
    int from = 0;
    while (from < all.size()) {
      int to = from;
      while (to < all.size() && depth(all.get(to)) == depth(all.get(from))) {
        to++;
      }
      blocks.group(all.subList(from, to));
      from = to;
    }
    return blocks;
  }

  /** In the order in which Python needs them. */
  List<Kind> kinds() {
    return List.copyOf(kinds);
  }

  /** How each section is made, by its path. */
  Map<String, Constructor> calls() {
    return Map.copyOf(calls);
  }

  private static void collect(Section section, List<Section> into) {
    for (String name : section.node().children().keySet()) {
      Section part = section.parts().get(name);
      if (part != null) {
        into.add(part);
        collect(part, into);
      }
    }
  }

  private static int depth(Section section) {
    return (int) section.path().chars().filter(c -> c == '.').count();
  }

  private void group(List<Section> sections) {
    Map<String, List<Section>> alike = new LinkedHashMap<>();
    for (Section section : sections) {
      String key = Members.of(section, calls).shape() + String.join("\n", ForwardText.of(section));
      alike.computeIfAbsent(key, k -> new ArrayList<>()).add(section);
    }
    Map<List<Section>, String> named = ClassNames.of(alike.values(), names);
    alike.values().forEach(group -> add(group, named.get(group)));
  }

  private void add(List<Section> group, String className) {
    List<Members> all = group.stream().map(s -> Members.of(s, calls)).toList();
    Columns columns = Columns.of(all);
    kinds.add(
        new Kind(
            className,
            group.get(0),
            columns.parameters(),
            columns.members(),
            group.stream().map(Section::path).toList()));
    for (int i = 0; i < group.size(); i++) {
      calls.put(group.get(i).path(), new Constructor(className, columns.arguments(i), 0));
    }
  }
}
