package io.github.tf2torch.verify.training;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Layout;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.verify.cause.ExprMap;
import io.github.tf2torch.verify.cause.Span;
import io.github.tf2torch.verify.script.ScriptProgram;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Which of TensorFlow's variables the values of a program are made of. */
public final class OwnLeaves {
  private OwnLeaves() {}

  /** Variables and constants that a recipe reads. */
  public static Set<String> of(TensorExpr recipe) {
    Set<String> leaves = new TreeSet<>();
    if (recipe instanceof TensorExpr.Stored e) {
      leaves.add(e.variable());
    } else if (recipe instanceof TensorExpr.Constant e) {
      leaves.add(e.node());
    }
    recipe.inputs().forEach(i -> leaves.addAll(of(i)));
    return leaves;
  }

  /** Of each local, what it reads beside what the known ones have read. */
  public static Map<String, Set<String>> since(
      TorchModel model, Set<String> known, List<String> locals) {
    Map<String, Set<String>> tensors = new HashMap<>();
    // numbers of the code itself are no variables
    model.tensors().stream()
        .filter(t -> !t.name().startsWith(ScriptProgram.CONSTANT))
        .forEach(t -> tensors.put(t.name(), of(t.recipe())));
    Map<String, Set<String>> reads = new LinkedHashMap<>();
    for (Statement statement : model.body()) {
      Set<String> read = new TreeSet<>();
      ExprMap.statement(
          statement,
          e -> {
            if (e instanceof Expr.Local local && !known.contains(local.name())) {
              read.addAll(reads.getOrDefault(local.name(), Set.of()));
            } else if (e instanceof Expr.Attribute attribute) {
              read.addAll(tensors.getOrDefault(attribute.path(), Set.of()));
            }
            return e;
          });
      Span.targets(statement).forEach(t -> reads.put(t, read));
    }
    reads.keySet().retainAll(locals);
    return reads;
  }

  /** The program with some of its locals given from outside, behind its own inputs. */
  public static TorchModel given(TorchModel model, List<String> locals) {
    List<TorchModel.Input> inputs = new ArrayList<>(model.inputs());
    for (String local : locals) {
      String name = "given_" + local;
      inputs.add(
          new TorchModel.Input(
              name,
              name,
              new Endpoint(name, 0),
              DType.FLOAT32,
              new Dims(List.of()),
              Layout.tensorflow(0)));
    }
    List<Statement> body = new ArrayList<>();
    for (Statement statement : model.body()) {
      body.add(statement);
      for (String target : Span.targets(statement)) {
        if (locals.contains(target)) {
          body.add(new Statement.Assign(target, Expr.local("given_" + target)));
        }
      }
    }
    return new TorchModel(
        model.className(),
        inputs,
        model.modules(),
        model.tensors(),
        body,
        model.outputs(),
        model.taps());
  }
}
