package io.github.tf2torch.write.outline;

import io.github.tf2torch.model.target.Expressions;
import io.github.tf2torch.model.target.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The calls of a container that is called several times, each time by the same statements on other
 * values: a model that is shared, as the two sides of a Siamese network share theirs.
 *
 * @param name of the container, in paths of the statements
 * @param isMade whether a statement belongs to it by what it computes, called or not
 * @param answered what the statements around it answer
 */
record SharedCalls(String name, List<Statement> body, IntPredicate isMade, List<String> answered) {
  SharedCalls {
    body = List.copyOf(body);
    answered = List.copyOf(answered);
  }

  /**
   * Two or more, in order; empty where they are not alike, or one alone.
   *
   * @param answers values that each call answers, of which some may be elsewhere
   */
  Optional<List<Range>> of(List<Set<String>> answers) {
    List<Integer> ends = answers.stream().map(this::end).filter(e -> e > 0).distinct().toList();
    List<Integer> own =
        IntStream.range(0, body.size())
            .filter(i -> !Expressions.paths(Expressions.value(body.get(i))).isEmpty())
            .filter(i -> Outline.isOwn(body.get(i), name))
            .boxed()
            .toList();
    boolean isAscending = ends.stream().sorted().toList().equals(ends);
    if (ends.size() < 2 || !isAscending || own.size() % ends.size() != 0) {
      return Optional.empty();
    }
    int each = own.size() / ends.size();
    int length = each == 0 ? 0 : ends.get(0) - own.get(0);
    int most = each == 0 ? 0 : before(own.get(0));
    for (int more = most; length > 0 && more >= 0; more--) {
      Optional<List<Range>> found = alike(ends, length + more);
      if (found.isPresent() && found.get().stream().allMatch(this::isWhole)) {
        return found;
      }
    }
    return Optional.empty();
  }

  /** Behind the last statement that assigns one of the values. */
  private int end(Set<String> values) {
    return IntStream.range(0, body.size())
        .filter(i -> Expressions.assign(body.get(i)).targets().stream().anyMatch(values::contains))
        .map(i -> i + 1)
        .max()
        .orElse(0);
  }

  /** How many statements before its first call are its own. */
  private int before(int first) {
    int count = 0;
    while (count < first
        && isMade.test(first - count - 1)
        && Outline.isOwn(body.get(first - count - 1), name)) {
      count++;
    }
    return count;
  }

  /** No statement of it is outside of the calls, and none of others within. */
  private boolean isWhole(Range range) {
    return range.isCall()
        && body.subList(range.first(), range.end()).stream().allMatch(s -> Outline.isOwn(s, name));
  }

  private Optional<List<Range>> alike(List<Integer> ends, int length) {
    List<Statement> model = List.of();
    List<Map<String, String>> names = new ArrayList<>();
    Set<Integer> outputs = new TreeSet<>();
    int before = 0;
    int own = 0;
    for (int end : ends) {
      int first = end - length;
      if (first < before) {
        return Optional.empty();
      }
      Map<String, String> numbered = new LinkedHashMap<>();
      List<Statement> alike =
          body.subList(first, end).stream()
              .map(
                  s ->
                      Expressions.withLocals(
                          s, l -> numbered.computeIfAbsent(l, n -> "v" + numbered.size())))
              .toList();
      if (!model.isEmpty() && !model.equals(alike)) {
        return Optional.empty();
      }
      model = alike;
      names.add(numbered);
      List<String> all = List.copyOf(numbered.keySet());
      Range.between(first, end, body, answered).outputs().forEach(o -> outputs.add(all.indexOf(o)));
      own += (int) alike.stream().filter(s -> !pathless(s)).count();
      before = end;
    }
    long inAll = body.stream().filter(this::calls).count();
    return own == inAll ? Optional.of(ranges(ends, length, names, outputs)) : Optional.empty();
  }

  private List<Range> ranges(
      List<Integer> ends, int length, List<Map<String, String>> names, Set<Integer> outputs) {
    List<Range> ranges = new ArrayList<>();
    for (int i = 0; i < ends.size(); i++) {
      List<String> all = List.copyOf(names.get(i).keySet());
      int end = ends.get(i);
      Range range = Range.between(end - length, end, body, answered);
      ranges.add(
          new Range(range.first(), end, range.inputs(), outputs.stream().map(all::get).toList()));
    }
    return ranges;
  }

  private static boolean pathless(Statement statement) {
    return Expressions.paths(Expressions.value(statement)).isEmpty();
  }

  /** Calls a module of it, or reads a tensor. */
  private boolean calls(Statement statement) {
    return Expressions.paths(Expressions.value(statement)).stream()
        .anyMatch(p -> Outline.isBelow(p, name));
  }
}
