package io.github.tf2torch.translate;

import io.github.tf2torch.model.target.nn.Loop;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Names for the classes of loops: one for all that are the same. */
final class LoopNames {
  private static final Set<String> GENERAL =
      Set.of("while", "while_context", "rnn", "model", "sequential", "functional");

  private final Map<Loop, String> names = new HashMap<>();
  private final Set<String> taken = new HashSet<>();

  String of(Loop loop, String node) {
    return names.computeIfAbsent(
        loop,
        l -> {
          String base = base(node);
          String name = base;
          for (int i = 2; !taken.add(name); i++) {
            name = base + i;
          }
          return name;
        });
  }

  /** After the last segment that says something: {@code GruLoop} of {@code gru_1/while}. */
  private static String base(String node) {
    List<String> segments =
        Arrays.stream(node.split("/"))
            .map(s -> s.replaceAll("(_\\d+)+$", "").replaceAll("[^A-Za-z0-9_]", ""))
            .filter(s -> !s.isEmpty() && !GENERAL.contains(s))
            .toList();
    String last = segments.isEmpty() ? "" : segments.get(segments.size() - 1);
    String words =
        Arrays.stream(last.split("_"))
            .filter(w -> !w.isEmpty())
            .map(w -> Character.toUpperCase(w.charAt(0)) + w.substring(1))
            .collect(Collectors.joining());
    return (words.isEmpty() || Character.isDigit(words.charAt(0)) ? "Steps" : words) + "Loop";
  }
}
