package io.github.tf2torch.verify.check;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.model.target.TorchModule;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * A stretch of a program: the statements behind one boundary up to the next, and the modules that
 * they call.
 *
 * @param from the first statement
 * @param to behind the last one
 */
record Span(int from, int to, Set<String> modules, Set<String> attributes) {

  /** The statements that give a tap's value, behind those that give the one before. */
  static Span of(TorchModel model, List<TorchModel.Tap> before, TorchModel.Tap tap) {
    Set<String> known = new TreeSet<>();
    before.forEach(t -> known.add(t.value()));
    int to = 0;
    int from = 0;
    for (int i = 0; i < model.body().size(); i++) {
      if (model.body().get(i) instanceof Statement.Assign a && a.targets().contains(tap.value())) {
        to = i + 1;
      }
    }
    for (int i = 0; i < to - 1; i++) {
      if (model.body().get(i) instanceof Statement.Assign a
          && a.targets().stream().anyMatch(known::contains)) {
        from = i + 1;
      }
    }
    Set<String> modules = new LinkedHashSet<>();
    Set<String> attributes = new LinkedHashSet<>();
    for (Statement statement : model.body().subList(from, to)) {
      ExprMap.statement(
          statement,
          e -> {
            if (e instanceof Expr.ModuleCall call) {
              modules.add(call.path());
            } else if (e instanceof Expr.Attribute attribute) {
              attributes.add(attribute.path());
            }
            return e;
          });
    }
    return new Span(from, to, modules, attributes);
  }

  /** Whether a tensor belongs to what the stretch reads. */
  boolean reads(String tensor) {
    int dot = tensor.lastIndexOf('.');
    return attributes.contains(tensor) || dot > 0 && modules.contains(tensor.substring(0, dot));
  }

  /** The program with the expressions of the stretch rewritten, its modules' among them. */
  TorchModel rewritten(TorchModel model, UnaryOperator<Expr> rewrite) {
    List<Statement> body = new ArrayList<>();
    for (int i = 0; i < model.body().size(); i++) {
      Statement statement = model.body().get(i);
      body.add(i >= from && i < to ? ExprMap.statement(statement, rewrite) : statement);
    }
    List<TorchModel.Instance> instances =
        model.modules().stream()
            .map(
                m ->
                    modules.contains(m.path())
                        ? new TorchModel.Instance(m.path(), new Rewritten(m.module(), rewrite))
                        : m)
            .toList();
    return new TorchModel(
        model.className(),
        model.inputs(),
        instances,
        model.tensors(),
        body,
        model.outputs(),
        model.taps());
  }

  /** The program with the recipes of tensors that the stretch reads made into others. */
  TorchModel remade(TorchModel model, UnaryOperator<TorchModel.Tensor> remake) {
    List<TorchModel.Tensor> tensors =
        model.tensors().stream().map(t -> reads(t.name()) ? remake.apply(t) : t).toList();
    return new TorchModel(
        model.className(),
        model.inputs(),
        model.modules(),
        tensors,
        model.body(),
        model.outputs(),
        model.taps());
  }

  /** The tensors that the stretch reads. */
  List<TorchModel.Tensor> tensors(TorchModel model) {
    return model.tensors().stream().filter(t -> reads(t.name())).toList();
  }

  static TorchModel.Tensor with(TorchModel.Tensor tensor, TensorExpr recipe) {
    return new TorchModel.Tensor(tensor.name(), tensor.kind(), recipe);
  }

  /** A module whose forward is another's with its expressions rewritten. */
  private record Rewritten(TorchModule like, UnaryOperator<Expr> rewrite) implements TorchModule {
    @Override
    public String pythonClass() {
      return like.pythonClass();
    }

    @Override
    public List<Argument> constructor() {
      return like.constructor();
    }

    @Override
    public List<Slot> parameters() {
      return like.parameters();
    }

    @Override
    public List<Slot> buffers() {
      return like.buffers();
    }

    @Override
    public List<String> inputs() {
      return like.inputs();
    }

    @Override
    public List<Statement> forward() {
      return like.forward().stream().map(s -> ExprMap.statement(s, rewrite)).toList();
    }
  }
}
