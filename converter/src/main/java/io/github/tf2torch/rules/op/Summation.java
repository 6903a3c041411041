package io.github.tf2torch.rules.op;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.rules.OpContext;
import io.github.tf2torch.rules.OpRule;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value.Held;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Einsum, its letters in the order in which each operand is held. */
public final class Summation implements OpRule {
  @Override
  public Set<String> ops() {
    return Set.of("Einsum");
  }

  @Override
  public void translate(Node node, OpContext context) {
    String equation = node.textAttr("equation").replace(" ", "");
    int arrow = equation.indexOf("->");
    if (arrow < 0) {
      throw context.unsupported("equation " + equation + " without a result");
    }
    String[] terms = equation.substring(0, arrow).split(",", -1);
    String result = equation.substring(arrow + 2);
    List<Expr> operands = new ArrayList<>();
    List<String> held = new ArrayList<>();
    Map<Character, Long> extents = new HashMap<>();
    List<Long> others = new ArrayList<>();
    for (int i = 0; i < terms.length; i++) {
      boolean isOpen = terms[i].contains("...");
      Held operand =
          isOpen
              ? context.held(i, AxisOrder.identity(context.dims(i).rank()))
              : context.unflattened(i);
      operands.add(operand.expr());
      held.add(isOpen ? terms[i] : permuted(terms[i], operand.type().order()));
      measure(terms[i], operand.type().dims(), extents, others);
    }
    String text = String.join(",", held) + "->" + result;
    context.output(
        0,
        context.assign(
            Expr.aten("einsum", new Expr.TextLiteral(text), new Expr.ListLiteral(operands)),
            TensorType.plain(context.dtype(0), dims(result, extents, others))));
  }

  private static String permuted(String letters, AxisOrder order) {
    StringBuilder out = new StringBuilder();
    order.axes().forEach(a -> out.append(letters.charAt(a)));
    return out.toString();
  }

  /** Notes what each letter extends to, and the axes that the dots stand for. */
  private static void measure(
      String term, Dims dims, Map<Character, Long> extents, List<Long> others) {
    int dots = term.indexOf("...");
    String letters = term.replace("...", "");
    int open = dims.rank() - letters.length();
    for (int i = 0; i < letters.length(); i++) {
      int axis = dots < 0 || i < dots ? i : i + open;
      extents.merge(letters.charAt(i), dims.extent(axis), Math::max);
    }
    if (dots >= 0) {
      for (int i = 1; i <= open; i++) {
        long extent = dims.extent(dots + open - i);
        int place = others.size() - i;
        if (place < 0) {
          others.add(0, extent);
        } else if (others.get(place) == 1) {
          others.set(place, extent);
        }
      }
    }
  }

  private static Dims dims(String result, Map<Character, Long> extents, List<Long> others) {
    List<Long> dims = new ArrayList<>();
    int dots = result.indexOf("...");
    String letters = result.replace("...", "");
    for (int i = 0; i <= letters.length(); i++) {
      if (i == dots) {
        dims.addAll(others);
      }
      if (i < letters.length()) {
        dims.add(extents.get(letters.charAt(i)));
      }
    }
    return new Dims(dims);
  }
}
