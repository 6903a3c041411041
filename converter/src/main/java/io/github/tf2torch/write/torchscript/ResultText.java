package io.github.tf2torch.write.torchscript;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.TorchModel;
import java.util.List;

/** What a root's forward returns. */
record ResultText(List<String> values) {
  Expr list() {
    return new Expr.ListLiteral(values.stream().map(Expr::local).toList());
  }

  static Expr local(String name) {
    return Expr.local(name);
  }

  /** A dictionary literal, which the program's own expressions have no need of. */
  static Expr dict(List<TorchModel.Output> outputs) {
    StringBuilder text = new StringBuilder("annotate(Dict[str, Tensor], {");
    for (TorchModel.Output output : outputs) {
      text.append('"').append(output.name()).append("\": ").append(output.value()).append(", ");
    }
    text.setLength(text.length() - 2);
    return Expr.local(text.append("})").toString());
  }
}
