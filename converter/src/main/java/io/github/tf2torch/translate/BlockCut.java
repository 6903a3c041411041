package io.github.tf2torch.translate;

import io.github.tf2torch.model.target.Expressions;
import io.github.tf2torch.model.target.Statement.Assign;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Whether what a container computes stands together, few values in and one out. */
final class BlockCut {
  private static final int MOST_INPUTS = 4;

  private BlockCut() {}

  /**
   * @param answers the values that the whole forward answers
   */
  static boolean isCall(String container, List<Assign> body, Set<String> answers) {
    int first = body.size();
    int end = 0;
    for (int i = 0; i < body.size(); i++) {
      if (paths(body.get(i)).stream().anyMatch(p -> isBelow(p, container))) {
        first = Math.min(first, i);
        end = i + 1;
      }
    }
    if (first >= end) {
      return false;
    }
    List<Assign> own = body.subList(first, end);
    if (!own.stream().flatMap(a -> paths(a).stream()).allMatch(p -> isBelow(p, container))) {
      return false;
    }
    Set<String> made = new LinkedHashSet<>();
    own.forEach(a -> made.addAll(a.targets()));
    Set<String> read = read(own);
    read.removeAll(made);
    Set<String> later = read(body.subList(end, body.size()));
    later.addAll(answers);
    long outputs = made.stream().filter(later::contains).count();
    return !read.isEmpty() && read.size() <= MOST_INPUTS && outputs > 0 && outputs <= MOST_INPUTS;
  }

  private static boolean isBelow(String path, String container) {
    return path.startsWith(container + ".");
  }

  private static Set<String> paths(Assign assign) {
    return Expressions.paths(assign.value());
  }

  private static Set<String> read(List<Assign> body) {
    Set<String> read = new HashSet<>();
    body.forEach(a -> read.addAll(Expressions.locals(a.value())));
    return read;
  }
}
