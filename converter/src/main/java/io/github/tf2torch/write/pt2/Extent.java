package io.github.tf2torch.write.pt2;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A size of a tensor: a polynomial with whole coefficients over symbols and over quotients, maxima
 * and minima of such, so that equal sizes are equal values.
 *
 * @param terms the coefficient of each product; a product is the texts of its factors, sorted, and
 *     the empty one is the constant
 * @param hint the value where every symbol has the size of the example
 */
record Extent(SortedMap<String, Long> terms, long hint) {
  private static final String TIMES = "|";
  private static final String SYMBOL = "Symbol('";

  Extent {
    terms = Collections.unmodifiableSortedMap(new TreeMap<>(terms));
    boolean isKnown = terms.isEmpty() || terms.size() == 1 && terms.containsKey("");
    hint = isKnown ? terms.getOrDefault("", 0L) : hint;
  }

  static Extent of(long value) {
    return new Extent(value == 0 ? new TreeMap<>() : new TreeMap<>(Map.of("", value)), value);
  }

  /** What is known of it by name alone. */
  static Extent symbol(String name, long hint) {
    return atom(SYMBOL + name + "', positive=True, integer=True)", hint);
  }

  private static Extent atom(String text, long hint) {
    return new Extent(new TreeMap<>(Map.of(text, 1L)), hint);
  }

  OptionalLong known() {
    return isKnown() ? OptionalLong.of(constant()) : OptionalLong.empty();
  }

  boolean isKnown() {
    return terms.isEmpty() || terms.size() == 1 && terms.containsKey("");
  }

  boolean is(long value) {
    return isKnown() && constant() == value;
  }

  private long constant() {
    return terms.getOrDefault("", 0L);
  }

  Extent plus(Extent other) {
    SortedMap<String, Long> sum = new TreeMap<>(terms);
    other.terms.forEach((product, c) -> sum.merge(product, c, Math::addExact));
    sum.values().removeIf(c -> c == 0);
    return new Extent(sum, hint + other.hint);
  }

  Extent plus(long value) {
    return plus(of(value));
  }

  Extent minus(Extent other) {
    return plus(other.times(of(-1)));
  }

  Extent times(Extent other) {
    SortedMap<String, Long> all = new TreeMap<>();
    terms.forEach(
        (left, a) ->
            other.terms.forEach(
                (right, b) ->
                    all.merge(product(left, right), Math.multiplyExact(a, b), Long::sum)));
    all.values().removeIf(c -> c == 0);
    return new Extent(all, Math.multiplyExact(hint, other.hint));
  }

  private static String product(String left, String right) {
    List<String> factors = new ArrayList<>(factors(left));
    factors.addAll(factors(right));
    return factors.stream().sorted().collect(Collectors.joining(TIMES));
  }

  private static List<String> factors(String product) {
    return product.isEmpty() ? List.of() : Arrays.asList(product.split("\\|", -1));
  }

  /** The quotient where it is one of whole numbers whatever the symbols are. */
  Optional<Extent> exactly(Extent divisor) {
    if (divisor.terms.size() != 1) {
      return equals(divisor) ? Optional.of(of(1)) : Optional.empty();
    }
    String below = divisor.terms.firstKey();
    long by = divisor.terms.get(below);
    SortedMap<String, Long> quotient = new TreeMap<>();
    for (Map.Entry<String, Long> term : terms.entrySet()) {
      List<String> factors = new ArrayList<>(factors(term.getKey()));
      if (term.getValue() % by != 0 || !factors(below).stream().allMatch(factors::remove)) {
        return Optional.empty();
      }
      quotient.put(String.join(TIMES, factors), term.getValue() / by);
    }
    return Optional.of(new Extent(quotient, hint / divisor.hint));
  }

  /** Python's {@code //}. */
  Extent over(Extent divisor) {
    Optional<Extent> exact = exactly(divisor);
    if (exact.isPresent()) {
      return exact.get();
    }
    long value = Math.floorDiv(hint, divisor.hint);
    return isKnown() && divisor.isKnown()
        ? of(value)
        : atom("FloorDiv(" + sympy() + ", " + divisor.sympy() + ")", value);
  }

  Extent over(long divisor) {
    return over(of(divisor));
  }

  Extent max(Extent other) {
    return isAtLeast(other) ? this : other.isAtLeast(this) ? other : extreme(other, "Max");
  }

  Extent min(Extent other) {
    return isAtLeast(other) ? other : other.isAtLeast(this) ? this : extreme(other, "Min");
  }

  /** Where that is so for symbols of any size. */
  private boolean isAtLeast(Extent other) {
    return minus(other).least().orElse(-1) >= 0;
  }

  /** What it is with the least symbols, which are 1; empty where it need not grow with them. */
  private OptionalLong least() {
    boolean grows =
        terms.entrySet().stream()
            .filter(t -> !t.getKey().isEmpty())
            .allMatch(
                t ->
                    t.getValue() > 0
                        && factors(t.getKey()).stream().allMatch(f -> f.startsWith(SYMBOL)));
    return grows
        ? OptionalLong.of(terms.values().stream().mapToLong(c -> c).sum())
        : OptionalLong.empty();
  }

  private Extent extreme(Extent other, String function) {
    long value = function.equals("Max") ? Math.max(hint, other.hint) : Math.min(hint, other.hint);
    return atom(function + "(" + sympy() + ", " + other.sympy() + ")", value);
  }

  /** As {@code sympy.srepr} writes it, which is what the archive holds. */
  String sympy() {
    List<String> sum = new ArrayList<>();
    terms.forEach(
        (product, c) -> {
          List<String> factors = new ArrayList<>();
          if (c != 1 || product.isEmpty()) {
            factors.add("Integer(" + c + ")");
          }
          factors.addAll(factors(product));
          sum.add(called("Mul", factors));
        });
    return sum.isEmpty() ? "Integer(0)" : called("Add", sum);
  }

  private static String called(String function, List<String> arguments) {
    return arguments.size() == 1
        ? arguments.get(0)
        : function + "(" + String.join(", ", arguments) + ")";
  }

  /** For a message: {@code 2*s0 + 1}. */
  @Override
  public String toString() {
    return sympy()
        .replaceAll("Symbol\\('(\\w+)', positive=True, integer=True\\)", "$1")
        .replaceAll("Integer\\((-?\\d+)\\)", "$1");
  }
}
