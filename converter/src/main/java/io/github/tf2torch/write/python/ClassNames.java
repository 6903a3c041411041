package io.github.tf2torch.write.python;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Expressions;
import io.github.tf2torch.write.outline.Section;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Names for the classes of sections, after the names of the sections. */
final class ClassNames {
  private ClassNames() {}

  /**
   * @param taken every name that is given out is added
   */
  static Map<List<Section>, String> of(Collection<List<Section>> groups, Set<String> taken) {
    Map<String, Long> wanted =
        groups.stream().collect(Collectors.groupingBy(ClassNames::base, Collectors.counting()));
    Map<List<Section>, String> names = new LinkedHashMap<>();
    for (List<Section> group : groups) {
      String base = base(group);
      if (wanted.get(base) > 1 && isResidual(group.get(0))) {
        base = "Residual" + base;
      }
      String name = base;
      for (int i = 2; !taken.add(name); i++) {
        name = base + i;
      }
      names.put(group, name);
    }
    return names;
  }

  /** {@code ConvBlock} of {@code conv2_block1}; a counter is no part of a class's name. */
  private static String base(List<Section> group) {
    String path = group.get(0).path();
    String last = path.substring(path.lastIndexOf('.') + 1);
    List<String> words =
        Arrays.stream(last.split("_"))
            .map(w -> w.replaceFirst("\\d+[a-z]?$", ""))
            .filter(w -> !w.isEmpty())
            .toList();
    List<String> whole = words.stream().filter(w -> w.length() > 1).toList();
    String name =
        (whole.isEmpty() ? words : whole)
            .stream()
                .map(w -> Character.toUpperCase(w.charAt(0)) + w.substring(1))
                .collect(Collectors.joining());
    return name.isEmpty() || Character.isDigit(name.charAt(0)) ? "Block" + name : name;
  }

  /** Whether what it takes is added to what it has made of it. */
  private static boolean isResidual(Section section) {
    return section.body().stream()
        .map(Expressions::value)
        .anyMatch(
            v ->
                v instanceof Expr.Aten add
                    && add.operator().equals("add")
                    && add.arguments().size() > 1
                    && add.arguments().subList(0, 2).stream()
                        .anyMatch(a -> a.equals(Expr.local(section.inputs().get(0)))));
  }
}
