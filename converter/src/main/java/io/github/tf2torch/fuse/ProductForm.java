package io.github.tf2torch.fuse;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Node;
import java.util.List;
import java.util.stream.Stream;

/**
 * A node as {@code (left @ right)}, its factors moved before and the product moved after.
 *
 * @param ofLeft what makes the left factor's axes (..., rows, inner)
 * @param ofRight what makes the right factor's axes (..., inner, columns)
 */
record ProductForm(
    Endpoint left, AxisMoves ofLeft, Endpoint right, AxisMoves ofRight, AxisMoves ofProduct) {

  /**
   * The product, and as the transposed of its factors in the other order; none where it is none.
   */
  static List<ProductForm> of(Node node) {
    return node.op().equals("Einsum") ? ofEinsum(node) : ofMatrices(node);
  }

  private static List<ProductForm> ofMatrices(Node node) {
    boolean isLeftTurned = node.hasAttr("adj_x") && node.boolAttr("adj_x");
    boolean isRightTurned = node.hasAttr("adj_y") && node.boolAttr("adj_y");
    return List.of(
        new ProductForm(
            node.input(0),
            AxisMoves.turnedIf(isLeftTurned),
            node.input(1),
            AxisMoves.turnedIf(isRightTurned),
            AxisMoves.NONE),
        new ProductForm(
            node.input(1),
            AxisMoves.turnedIf(!isRightTurned),
            node.input(0),
            AxisMoves.turnedIf(!isLeftTurned),
            AxisMoves.turnedIf(true)));
  }

  /** Where one letter is summed and each factor has one of its own. */
  private static List<ProductForm> ofEinsum(Node node) {
    String[] sides = node.textAttr("equation").replace(" ", "").split("->", -1);
    String[] factors = sides[0].split(",", -1);
    if (sides.length != 2 || factors.length != 2 || node.inputs().size() != 2) {
      return List.of();
    }
    String x = factors[0];
    String y = factors[1];
    String product = sides[1];
    boolean isPlain = Stream.of(x, y, product).allMatch(s -> s.matches("(?!.*(.).*\\1)[A-Za-z]+"));
    String inner = common(x, y, product, false);
    String shared = common(product, x, y, true);
    String rows = common(product, x, y, false);
    String columns = common(product, y, x, false);
    if (!isPlain
        || inner.length() != 1
        || rows.length() != 1
        || columns.length() != 1
        || shared.length() + 2 != product.length()
        || x.length() != product.length()
        || y.length() != product.length()) {
      return List.of();
    }
    return List.of(
        new ProductForm(
            node.input(0),
            moves(x, shared + rows + inner),
            node.input(1),
            moves(y, shared + inner + columns),
            moves(shared + rows + columns, product)),
        new ProductForm(
            node.input(1),
            moves(y, shared + columns + inner),
            node.input(0),
            moves(x, shared + inner + rows),
            moves(shared + columns + rows, product)));
  }

  /** The letters of the first that are in the second, and that are in the third or not. */
  private static String common(String first, String second, String third, boolean isInThird) {
    StringBuilder found = new StringBuilder();
    for (char letter : first.toCharArray()) {
      if (second.indexOf(letter) >= 0 && third.indexOf(letter) >= 0 == isInThird) {
        found.append(letter);
      }
    }
    return found.toString();
  }

  private static AxisMoves moves(String from, String to) {
    return AxisMoves.of(to.chars().map(from::indexOf).boxed().toList());
  }
}
