package io.github.tf2torch.rules.op;

import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.rules.OpContext;
import io.github.tf2torch.rules.OpRule;
import io.github.tf2torch.rules.Value.Held;
import java.util.Set;

/**
 * The node that fusion makes of GELU's arithmetic: {@code F.gelu}, by erf or by tanh. The graph's
 * numbers are float32; in a float64 program the arithmetic stands with those.
 */
public final class Gelu implements OpRule {
  @Override
  public Set<String> ops() {
    return Set.of(Node.FUSED + "Gelu");
  }

  @Override
  public InputOrder inputOrder(Node node) {
    return InputOrder.ANY;
  }

  @Override
  public void translate(Node node, OpContext context) {
    Held x = context.held(0);
    boolean isByTanh = node.textAttr("function").equals("tanh");
    Expr stock =
        isByTanh
            ? Expr.aten(
                "gelu", x.expr(), new Expr.Keyword("approximate", new Expr.TextLiteral("tanh")))
            : Expr.aten("gelu", x.expr());
    Expr half = Expr.aten("mul", x.expr(), new Expr.FloatLiteral(0.5f));
    Expr widened = Expr.aten("mul", half, share(node, x.expr()));
    context.output(0, context.assign("gelu", new Expr.Rounded(stock, widened), x.type()));
  }

  /** What half of {@code x} is multiplied by. */
  private static Expr share(Node node, Expr x) {
    Expr one = new Expr.FloatLiteral(1);
    Expr root = new Expr.FloatLiteral(node.floatAttr("root"));
    String scaling = node.boolAttr("divides") ? "div" : "mul";
    return switch (node.textAttr("function")) {
      case "erf" -> Expr.aten("add", Expr.aten("erf", Expr.aten(scaling, x, root)), one);
      case "erfc" -> Expr.aten("erfc", Expr.aten(scaling, Expr.aten("neg", x), root));
      case "tanh" -> {
        Expr cube = Expr.aten("pow", x, new Expr.IntLiteral(3));
        Expr shift = Expr.aten("mul", cube, new Expr.FloatLiteral(0.044715f));
        Expr inner = Expr.aten("mul", Expr.aten("add", x, shift), root);
        yield Expr.aten("add", Expr.aten("tanh", inner), one);
      }
      default -> throw new AssertionError("no case for " + node.textAttr("function"));
    };
  }
}
