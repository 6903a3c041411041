package io.github.tf2torch.translate;

import io.github.tf2torch.model.target.ModuleTree;
import io.github.tf2torch.model.target.TorchModel;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The names that TensorFlow's ops have within a container: {@code block1_add} of {@code
 * functional_1/block1_add_1/Add}, where nearly all are in {@code functional_1}. An exported model's
 * scopes are counted where they stand for one layer more than once; the count is left out.
 */
final class OpScopes {
  /** A scope around this share of all ops is that of the model. */
  private static final double NEARLY_ALL = 0.6;

  private OpScopes() {}

  /** By the local value that an op makes. */
  static Map<String, String> of(List<TorchModel.Tap> taps, ModuleTree container) {
    List<String> above =
        container.path().isEmpty() ? List.of() : List.of(container.path().split("\\."));
    Map<String, List<String>> scopes = new HashMap<>();
    for (TorchModel.Tap tap : taps) {
      List<String> segments = Arrays.asList(tap.source().node().split("/"));
      List<String> scope = segments.subList(0, segments.size() - 1);
      int at = above.isEmpty() ? 0 : Collections.lastIndexOfSubList(scope, above);
      if (at >= 0) {
        scopes.putIfAbsent(tap.value(), scope.subList(at + above.size(), scope.size()));
      }
    }
    Optional<String> around = around(scopes);
    while (around.isPresent()) {
      String model = around.get();
      scopes.replaceAll(
          (value, scope) ->
              !scope.isEmpty() && scope.get(0).equals(model)
                  ? scope.subList(1, scope.size())
                  : scope);
      around = around(scopes);
    }
    Map<String, String> names = new HashMap<>();
    scopes.forEach(
        (value, scope) -> {
          if (!scope.isEmpty()) {
            names.put(value, name(scope.get(0), container));
          }
        });
    return names;
  }

  private static Optional<String> around(Map<String, List<String>> scopes) {
    return scopes.values().stream()
        .filter(s -> !s.isEmpty())
        .collect(Collectors.groupingBy(s -> s.get(0), Collectors.counting()))
        .entrySet()
        .stream()
        .filter(e -> e.getValue() > NEARLY_ALL * scopes.size())
        .map(Map.Entry::getKey)
        .findFirst();
  }

  private static String name(String scope, ModuleTree container) {
    String escaped = Identifiers.attribute(scope);
    String uncounted = escaped.replaceFirst("_\\d+$", "");
    boolean isChild = container.children().containsKey(escaped);
    return isChild || uncounted.isEmpty() ? escaped : uncounted;
  }
}
