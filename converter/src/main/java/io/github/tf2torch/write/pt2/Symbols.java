package io.github.tf2torch.write.pt2;

import io.github.tf2torch.problem.UnsupportedOperation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The extents that a program leaves open. Where its computation asks two extents to be equal, one
 * of their symbols gives way, and the program is written anew.
 */
final class Symbols {
  private final Map<String, Extent> replaced = new LinkedHashMap<>();
  private final Map<String, Long> hints = new LinkedHashMap<>();

  /** Told where a symbol gave way. */
  static final class GaveWay extends RuntimeException {
    private static final long serialVersionUID = 1L;

    GaveWay() {
      super("a symbol gave way", null, false, false);
    }
  }

  /** The extent that a symbol stands for: itself, or what it gave way to. */
  Extent of(String name, long hint) {
    hints.putIfAbsent(name, hint);
    Extent extent = replaced.get(name);
    if (extent == null) {
      return Extent.symbol(name, hints.get(name));
    }
    return extent.isKnown() ? extent : of(nameOf(extent).orElseThrow(), extent.hint());
  }

  /** Asks two extents to be one. */
  Extent equal(Extent left, Extent right, String where) {
    if (left.equals(right)) {
      return left;
    }
    Extent difference = left.minus(right);
    for (Map.Entry<String, Long> term : lastFirst(difference.terms())) {
      Optional<String> name = name(term.getKey());
      if (name.isPresent()) {
        Extent rest =
            difference.minus(Extent.symbol(name.get(), 0).times(Extent.of(term.getValue())));
        Optional<Extent> value = rest.exactly(Extent.of(-term.getValue()));
        if (value.isPresent() && isSimple(value.get())) {
          replaced.put(name.get(), value.get());
          throw new GaveWay();
        }
      }
    }
    throw new UnsupportedOperation(
        where + " asks for equal extents and meets " + left + " and " + right);
  }

  /** The symbols of the first inputs stay. */
  private static List<Map.Entry<String, Long>> lastFirst(Map<String, Long> terms) {
    List<Map.Entry<String, Long>> all = new ArrayList<>(terms.entrySet());
    Collections.reverse(all);
    return all;
  }

  private static boolean isSimple(Extent value) {
    return value.isKnown() ? value.known().getAsLong() > 0 : nameOf(value).isPresent();
  }

  private static Optional<String> nameOf(Extent extent) {
    return extent.terms().size() == 1 && extent.terms().get(extent.terms().firstKey()) == 1
        ? name(extent.terms().firstKey())
        : Optional.empty();
  }

  private static Optional<String> name(String product) {
    return product.startsWith("Symbol('") && !product.contains("|")
        ? Optional.of(product.substring(8, product.indexOf('\'', 8)))
        : Optional.empty();
  }

  /** What two shapes are as one, by the rule of broadcasting. */
  List<Extent> broadcast(List<Extent> left, List<Extent> right, String where) {
    List<Extent> longer = left.size() >= right.size() ? left : right;
    List<Extent> shorter = longer == left ? right : left;
    int more = longer.size() - shorter.size();
    List<Extent> all = new ArrayList<>(longer.subList(0, more));
    for (int i = 0; i < shorter.size(); i++) {
      Extent a = longer.get(more + i);
      Extent b = shorter.get(i);
      all.add(a.is(1) ? b : b.is(1) ? a : equal(a, b, where));
    }
    return all;
  }
}
