package io.github.tf2torch.translate.mapping;

import io.github.tf2torch.model.source.Variable;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Text compared as people count: {@code layer_2} comes before {@code layer_10}. */
final class NaturalOrder implements Comparator<String> {
  static final NaturalOrder INSTANCE = new NaturalOrder();

  private static final Pattern PIECE = Pattern.compile("\\d+|[^\\d/.]+|[/.]");

  /** Keras 2 counts a model's layers under this name, in the order in which they were added. */
  private static final Pattern LAYER_INDEX = Pattern.compile("(^|.*/)layer_with_weights-\\d+/.*");

  private NaturalOrder() {}

  /**
   * The variables in the order that their names count. A checkpoint's own order is alphabetical and
   * says nothing; any other is kept.
   */
  static List<Variable> of(List<Variable> variables) {
    if (variables.stream().anyMatch(v -> isCounted(v.key()))) {
      return sorted(variables, Comparator.comparing(Variable::key, INSTANCE));
    }
    boolean isAlphabetical =
        isSorted(variables.stream().map(Variable::name).toList())
            || isSorted(variables.stream().map(Variable::key).toList());
    return isAlphabetical
        ? sorted(variables, Comparator.comparing(Variable::name, INSTANCE))
        : List.copyOf(variables);
  }

  /** Whether the key says which layer of the model it is. */
  static boolean isCounted(String key) {
    return LAYER_INDEX.matcher(key).matches();
  }

  private static List<Variable> sorted(List<Variable> variables, Comparator<Variable> order) {
    return variables.stream().sorted(order).toList();
  }

  private static boolean isSorted(List<String> names) {
    return names.equals(names.stream().sorted().toList());
  }

  /** The numbers and the text between them; a separator is a piece of its own. */
  static List<String> pieces(String name) {
    List<String> pieces = new ArrayList<>();
    for (Matcher m = PIECE.matcher(name); m.find(); ) {
      pieces.add(m.group());
    }
    return pieces;
  }

  static boolean isNumber(String piece) {
    return Character.isDigit(piece.charAt(0));
  }

  @Override
  public int compare(String a, String b) {
    List<String> left = pieces(a);
    List<String> right = pieces(b);
    for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
      int order = comparePieces(left.get(i), right.get(i));
      if (order != 0) {
        return order;
      }
    }
    return left.size() == right.size()
        ? a.compareTo(b)
        : Integer.compare(left.size(), right.size());
  }

  private static int comparePieces(String a, String b) {
    return isNumber(a) && isNumber(b)
        ? new BigInteger(a).compareTo(new BigInteger(b))
        : Integer.compare(weight(a), weight(b)) != 0
            ? Integer.compare(weight(a), weight(b))
            : a.compareTo(b);
  }

  /** A name that ends comes before one that goes on. */
  private static int weight(String piece) {
    return piece.equals("/") || piece.equals(".") ? 0 : isNumber(piece) ? 1 : 2;
  }
}
