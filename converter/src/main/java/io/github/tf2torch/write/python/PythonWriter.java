package io.github.tf2torch.write.python;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Expressions;
import io.github.tf2torch.model.target.ModuleTree;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchLoss;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.model.target.TorchModule;
import io.github.tf2torch.model.target.TorchOptimizer;
import io.github.tf2torch.write.outline.Outline;
import io.github.tf2torch.write.outline.Section;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** {@code model.py}: the program as a person would have written it. It needs torch alone. */
public final class PythonWriter {
  private static final Set<String> TAKEN = Set.of("Tensor", "OrderedDict", "None", "True", "False");

  private final TorchModel model;
  private final PythonText body = new PythonText();

  private PythonWriter(TorchModel model) {
    this.model = inOwnWords(model);
  }

  /** The source text of the module. */
  public static String print(TorchModel model) {
    return print(model, Optional.empty(), Optional.empty());
  }

  /** The same, with what it takes to go on training. */
  public static String print(
      TorchModel model, Optional<TorchLoss> loss, Optional<TorchOptimizer> optimizer) {
    PythonWriter writer = new PythonWriter(model);
    if (model.computes()) {
      writer.localClasses();
      writer.sections();
    }
    String code =
        writer.body
            + loss.map(LossText::print).orElse("")
            + optimizer.map(PythonWriter::training).orElse("");
    return ModuleHead.of(model, code) + code;
  }

  /** The statements of forward, one for each value, and the return. */
  public static List<String> forward(TorchModel program) {
    TorchModel model = inOwnWords(program);
    Section whole =
        new Section(
            ModuleTree.of(model),
            model.inputs().stream().map(TorchModel.Input::name).toList(),
            model.body(),
            model.outputs().stream().map(TorchModel.Output::value).toList(),
            Map.of());
    Map<String, String> locals = LocalNames.of(model);
    PythonText text = new PythonText();
    ForwardText.statements(whole, locals).forEach(l -> text.line(2, l.text()));
    boolean isOne = whole.outputs().size() == 1;
    text.line(
        2,
        "return " + (isOne ? locals.get(whole.outputs().get(0)) : ClassText.answer(model, locals)));
    return text.toString().lines().map(String::strip).toList();
  }

  /** PyTorch's own functions, whatever digits TensorFlow's have. */
  private static TorchModel inOwnWords(TorchModel model) {
    return model.withBody(
        model.body().stream()
            .map(Expressions::assign)
            .map(
                s ->
                    s.value() instanceof Expr.Rounded r
                        ? new Statement.Assign(s.targets(), r.value())
                        : s)
            .map(s -> (Statement) s)
            .toList());
  }

  /**
   * The function of a loss.
   *
   * @throws io.github.tf2torch.problem.UnsupportedOperation where Python has no short words for it
   */
  public static String print(TorchLoss loss) {
    return LossText.print(loss);
  }

  private static String training(TorchOptimizer optimizer) {
    return OptimizerText.withSingle(
        (optimizer.isStock() ? "" : OptimizerText.print(optimizer.rule()))
            + (optimizer.isGrouped() ? LoadOptimizer.GROUPS : "")
            + LoadOptimizer.TEXT
            + ApplyGradients.print(optimizer.loop())
            + ScheduleText.print(optimizer.loop().schedule())
            + ScalerText.print(optimizer.loop().scaling()));
  }

  private void localClasses() {
    Map<String, TorchModule> local = new TreeMap<>();
    model.modules().stream()
        .map(TorchModel.Instance::module)
        .filter(TorchModule::isLocal)
        .forEach(m -> local.put(m.pythonClass(), m));
    for (TorchModule module : local.values()) {
      body.line(0, "").line(0, "");
      body.line(0, "class " + module.pythonClass() + "(" + module.pythonBase() + "):");
      if (!module.pythonDoc().isEmpty()) {
        body.line(1, "\"\"\"" + module.pythonDoc() + "\"\"\"").line(0, "");
      }
      settings(module);
      String arguments =
          module.inputs().stream().map(i -> ", " + i + ": Tensor").collect(Collectors.joining());
      body.line(1, "def forward(self" + arguments + ") -> " + type(module.forward()) + ":");
      statements(module.forward(), 2);
    }
  }

  private void sections() {
    Section root = Outline.of(model);
    Set<String> taken = new HashSet<>(TAKEN);
    taken.add(model.className());
    model.modules().forEach(m -> taken.add(m.module().pythonClass()));
    Blocks blocks = Blocks.of(root, taken);
    ClassText classes = new ClassText(body, new Shapes(model));
    blocks.kinds().forEach(classes::block);
    classes.root(model, root, Members.of(root, blocks.calls()));
  }

  /** What it gives is the tensor that it changed, which has its name already. */
  private static boolean isInPlace(Expr value) {
    return value instanceof Expr.Aten call
        && (call.operator().endsWith("_") || call.operator().equals("append"));
  }

  private static boolean isEmptyList(Expr value) {
    return value instanceof Expr.ListLiteral list && list.elements().isEmpty();
  }

  /** What a class is built with, beside what it inherits. */
  private void settings(TorchModule module) {
    boolean inherits = !module.pythonBase().equals("nn.Module");
    List<String> tensors = inherits ? List.of() : Members.tensors(module);
    if (module.settings().isEmpty() && tensors.isEmpty()) {
      return;
    }
    String arguments =
        module.settings().stream()
            .map(a -> ", " + a.name() + ": " + Columns.type(List.of(a.value())))
            .collect(Collectors.joining());
    String self = inherits ? "self, *args" + arguments + ", **kwargs" : "self" + arguments;
    body.line(1, "def __init__(" + self + ") -> None:");
    body.line(2, "super().__init__(" + (inherits ? "*args, **kwargs" : "") + ")");
    module.settings().forEach(a -> body.line(2, "self." + a.name() + " = " + a.name()));
    tensors.forEach(t -> body.line(2, t));
    body.line(0, "");
  }

  private static String type(List<Statement> forward) {
    boolean isTuple =
        forward.stream()
            .anyMatch(
                s -> s instanceof Statement.Return r && r.value() instanceof Expr.ListLiteral);
    return isTuple ? "tuple[Tensor, ...]" : "Tensor";
  }

  private void statements(List<Statement> statements, int depth) {
    PythonExpressions expressions = new PythonExpressions(Map.of());
    for (Statement statement : statements) {
      if (statement instanceof Statement.Assign s && isInPlace(s.value())) {
        body.line(depth, expressions.print(s.value()));
      } else if (statement instanceof Statement.Assign s) {
        body.line(
            depth,
            String.join(", ", s.targets())
                + " = "
                + (isEmptyList(s.value()) ? "[]" : expressions.print(s.value())));
      } else if (statement instanceof Statement.For s) {
        body.line(depth, "for " + s.index() + " in range(" + expressions.print(s.count()) + "):");
        statements(s.body(), depth + 1);
      } else if (statement instanceof Statement.Return s) {
        body.line(depth, "return " + expressions.print(s.value()));
      } else if (statement instanceof Statement.If s) {
        body.line(depth, "if " + expressions.print(s.condition()) + ":");
        statements(s.then(), depth + 1);
        if (!s.otherwise().isEmpty()) {
          body.line(depth, "else:");
          statements(s.otherwise(), depth + 1);
        }
      } else {
        throw new AssertionError("no case for " + statement.getClass().getSimpleName());
      }
    }
  }
}
