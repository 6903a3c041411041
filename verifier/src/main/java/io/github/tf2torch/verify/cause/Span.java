package io.github.tf2torch.verify.cause;

import io.github.tf2torch.model.target.AlteredModule;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.model.target.TorchModule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * What makes one boundary from the boundaries before it: statements, and the modules that they
 * call. All of them, wherever they stand, and no others.
 *
 * @param statements by their places in the program, in order
 * @param fed values of earlier boundaries, and inputs of the program, that they begin with
 */
public record Span(
    List<Integer> statements, Set<String> modules, Set<String> attributes, Set<String> fed) {

  /** From the tap back to the taps before it and the program's inputs. */
  public static Span of(TorchModel model, List<TorchModel.Tap> before, TorchModel.Tap tap) {
    Set<String> known = new TreeSet<>();
    before.forEach(t -> known.add(t.value()));
    model.inputs().forEach(i -> known.add(i.name()));
    known.remove(tap.value());
    Set<String> needed = new TreeSet<>(Set.of(tap.value()));
    Set<String> fed = new TreeSet<>();
    Set<String> modules = new LinkedHashSet<>();
    Set<String> attributes = new LinkedHashSet<>();
    List<Integer> statements = new ArrayList<>();
    for (int i = model.body().size() - 1; i >= 0; i--) {
      Statement statement = model.body().get(i);
      if (Collections.disjoint(targets(statement), needed)) {
        continue;
      }
      statements.add(0, i);
      ExprMap.statement(
          statement,
          e -> {
            if (e instanceof Expr.ModuleCall call) {
              modules.add(call.path());
            } else if (e instanceof Expr.Attribute attribute) {
              attributes.add(attribute.path());
            } else if (e instanceof Expr.Local local) {
              (known.contains(local.name()) ? fed : needed).add(local.name());
            }
            return e;
          });
    }
    return new Span(statements, modules, attributes, fed);
  }

  /** The locals that a statement gives a value. */
  public static Set<String> targets(Statement statement) {
    Set<String> targets = new TreeSet<>();
    if (statement instanceof Statement.Assign s) {
      targets.addAll(s.targets());
    } else if (statement instanceof Statement.For s) {
      s.body().forEach(t -> targets.addAll(targets(t)));
    } else if (statement instanceof Statement.If s) {
      s.then().forEach(t -> targets.addAll(targets(t)));
      s.otherwise().forEach(t -> targets.addAll(targets(t)));
    }
    return targets;
  }

  /**
   * The statement that gives the boundary its value.
   *
   * @param place in the program
   */
  public record Last(int place, Statement.Assign assign) {
    /** The program in which it gives another. */
    TorchModel with(TorchModel model, Expr value) {
      List<Statement> body = new ArrayList<>(model.body());
      body.set(place, new Statement.Assign(assign.targets(), value));
      return model.withBody(body);
    }
  }

  /** Empty where it is none that gives one value. */
  Optional<Last> last(TorchModel model) {
    if (statements.isEmpty()) {
      return Optional.empty();
    }
    int place = statements.get(statements.size() - 1);
    return model.body().get(place) instanceof Statement.Assign s && s.targets().size() == 1
        ? Optional.of(new Last(place, s))
        : Optional.empty();
  }

  /** Whether a tensor belongs to what the stretch reads. */
  public boolean reads(String tensor) {
    int dot = tensor.lastIndexOf('.');
    return attributes.contains(tensor) || dot > 0 && modules.contains(tensor.substring(0, dot));
  }

  /** The program with the expressions of the stretch rewritten, its modules' among them. */
  public TorchModel rewritten(TorchModel model, UnaryOperator<Expr> rewrite) {
    List<Statement> body = new ArrayList<>();
    for (int i = 0; i < model.body().size(); i++) {
      Statement statement = model.body().get(i);
      body.add(statements.contains(i) ? ExprMap.statement(statement, rewrite) : statement);
    }
    List<TorchModel.Instance> instances =
        model.modules().stream()
            .map(
                m ->
                    modules.contains(m.path())
                        ? new TorchModel.Instance(m.path(), new Rewritten(m.module(), rewrite))
                        : m)
            .toList();
    return model.withModules(instances).withBody(body);
  }

  /** The program with the recipes of tensors that the stretch reads made into others. */
  public TorchModel remade(TorchModel model, UnaryOperator<TorchModel.Tensor> remake) {
    List<TorchModel.Tensor> tensors =
        model.tensors().stream().map(t -> reads(t.name()) ? remake.apply(t) : t).toList();
    return model.withTensors(tensors);
  }

  /** The tensors that the stretch reads. */
  public List<TorchModel.Tensor> tensors(TorchModel model) {
    return model.tensors().stream().filter(t -> reads(t.name())).toList();
  }

  /** A module whose forward is another's with its expressions rewritten. */
  private record Rewritten(TorchModule like, UnaryOperator<Expr> rewrite) implements AlteredModule {
    @Override
    public String pythonClass() {
      return like.pythonClass();
    }

    @Override
    public List<Statement> forward() {
      return like.forward().stream().map(s -> ExprMap.statement(s, rewrite)).toList();
    }
  }
}
