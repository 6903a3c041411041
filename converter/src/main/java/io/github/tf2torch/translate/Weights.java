package io.github.tf2torch.translate;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.problem.UnmappedVariable;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What nodes hold that compute nothing. */
record Weights(Map<String, Variable> variables) {
  static Weights of(TfModel model) {
    return new Weights(
        model.variables().stream()
            .collect(Collectors.toMap(Variable::name, Function.identity(), (a, b) -> a)));
  }

  /** What a node holds; empty where it computes, and for a constant that is no numbers. */
  Optional<Value> of(Node node) {
    if (node.op().equals("Const") && node.attrs().get("value") instanceof Attr.Tensor t) {
      return Optional.of(new Value.Weight(new TensorExpr.Constant(node.name(), t.value())));
    }
    return node.op().equals("Variable")
        ? Optional.of(new Value.Weight(stored(node)))
        : Optional.empty();
  }

  private TensorExpr stored(Node node) {
    String name = node.textAttr("variable");
    Variable variable = variables.get(name);
    if (variable == null) {
      throw new UnmappedVariable(
          "node \"" + node.name() + "\" reads variable \"" + name + "\", which the file lacks");
    }
    return new TensorExpr.Stored(variable.name(), variable.dtype(), variable.shape());
  }
}
