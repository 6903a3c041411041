package io.github.tf2torch.write.python;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.ModuleTree;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchLoss;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.model.target.TorchModule;
import io.github.tf2torch.model.target.TorchOptimizer;
import io.github.tf2torch.tensor.DType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** {@code model.py}: the program as a person would have written it. It needs torch alone. */
public final class PythonWriter {
  private final TorchModel model;
  private final Map<String, String> locals;
  private final Map<String, String> results;
  private final PythonText body = new PythonText();

  private PythonWriter(TorchModel model) {
    this.model = model;
    this.locals = LocalNames.of(model);
    this.results =
        model.modules().stream()
            .filter(m -> !m.module().pythonResult().isEmpty())
            .collect(Collectors.toMap(TorchModel.Instance::path, m -> m.module().pythonResult()));
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
      writer.rootClass();
    }
    String code =
        writer.body
            + loss.map(LossText::print).orElse("")
            + optimizer.map(PythonWriter::training).orElse("");
    PythonText text = new PythonText();
    text.line(0, "\"\"\"" + writer.summary() + "\"\"\"").line(0, "");
    if (code.contains("math.")) {
      text.line(0, "import math");
    }
    if (optimizer.isPresent()) {
      text.line(0, "import pathlib").line(0, "");
    }
    if (code.contains("torch.")) {
      text.line(0, "import torch");
    }
    if (code.contains("F.")) {
      text.line(0, "import torch.nn.functional as F");
    }
    if (model.computes()) {
      text.line(0, "from torch import nn");
    }
    return text + code;
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
    return (optimizer.isStock() ? "" : OptimizerText.print(optimizer.rule()))
        + (optimizer.isGrouped() ? LoadOptimizer.GROUPS : "")
        + LoadOptimizer.TEXT
        + ApplyGradients.print(optimizer.loop())
        + ScheduleText.print(optimizer.loop().schedule())
        + ScalerText.print(optimizer.loop().scaling());
  }

  private String summary() {
    if (!model.computes()) {
      return "What it takes to go on training with model.pt and optimizer.pt.";
    }
    String inputs =
        model.inputs().stream()
            .map(i -> i.name() + " " + shape(i.dims().extents(), i.layout().order().axes()))
            .collect(Collectors.joining(", "));
    return model.className() + ": takes " + inputs + ".";
  }

  private static String shape(List<Long> extents, List<Integer> axes) {
    return axes.stream()
        .map(a -> extents.get(a) < 0 ? (a == 0 ? "N" : "?") : extents.get(a).toString())
        .collect(Collectors.joining(", ", "(", ")"));
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
      body.line(1, "def forward(self, " + String.join(", ", module.inputs()) + "):");
      statements(module.forward(), 2, Map.of());
    }
  }

  private void rootClass() {
    body.line(0, "").line(0, "").line(0, "class " + model.className() + "(nn.Module):");
    body.line(1, "def __init__(self):");
    body.line(2, "super().__init__()");
    ModuleTree tree = ModuleTree.of(model);
    own(tree, "self");
    children(tree, "self");
    body.line(0, "");
    String arguments =
        model.inputs().stream().map(i -> ", " + i.name()).collect(Collectors.joining());
    body.line(1, "def forward(self" + arguments + "):");
    statements(model.body(), 2, locals);
    body.line(2, "return " + result());
  }

  private String result() {
    if (model.outputs().size() == 1) {
      return locals.get(model.outputs().get(0).value());
    }
    return model.outputs().stream()
        .map(o -> PythonText.quote(o.name()) + ": " + locals.get(o.value()))
        .collect(Collectors.joining(", ", "{", "}"));
  }

  private void children(ModuleTree node, String self) {
    node.children()
        .forEach(
            (name, child) -> {
              String path = self + "." + name;
              if (child.module().isPresent()) {
                body.line(2, path + " = " + constructor(child.module().get()));
                child.tensors().stream()
                    .filter(t -> t.kind() == TorchModel.Kind.PARAMETER && !t.isTrained())
                    .forEach(t -> body.line(2, "self." + t.name() + ".requires_grad_(False)"));
              } else {
                body.line(2, path + " = nn.Module()");
                own(child, path);
                children(child, path);
              }
            });
  }

  private void own(ModuleTree node, String self) {
    for (TorchModel.Tensor tensor : node.tensors()) {
      String name = tensor.name().substring(tensor.name().lastIndexOf('.') + 1);
      DType dtype = tensor.recipe().dtype();
      List<Long> dims = tensor.recipe().shape().dims();
      String zeros =
          "torch.zeros("
              + (dims.isEmpty()
                  ? "()"
                  : dims.stream().map(Object::toString).collect(Collectors.joining(", ")))
              + (dtype == DType.FLOAT32 ? ")" : ", dtype=torch." + dtype.torchName() + ")");
      if (tensor.kind() == TorchModel.Kind.PARAMETER) {
        body.line(2, self + "." + name + " = nn.Parameter(" + zeros + ")");
      } else {
        body.line(2, self + ".register_buffer(" + PythonText.quote(name) + ", " + zeros + ")");
      }
    }
  }

  private String constructor(TorchModule module) {
    PythonExpressions expressions = new PythonExpressions(Map.of());
    return module.constructor().stream()
        .map(a -> (a.name().isEmpty() ? "" : a.name() + "=") + expressions.print(a.value()))
        .collect(Collectors.joining(", ", module.pythonClass() + "(", ")"));
  }

  /** What it gives is the tensor that it changed, which has its name already. */
  private static boolean isInPlace(Expr value) {
    return value instanceof Expr.Aten call && call.operator().endsWith("_");
  }

  private void statements(List<Statement> statements, int depth, Map<String, String> renamed) {
    PythonExpressions expressions = new PythonExpressions(renamed, results);
    for (Statement statement : statements) {
      if (statement instanceof Statement.Assign s && isInPlace(s.value())) {
        body.line(depth, expressions.print(s.value()));
      } else if (statement instanceof Statement.Assign s) {
        body.line(
            depth,
            s.targets().stream()
                    .map(t -> renamed.getOrDefault(t, t))
                    .collect(Collectors.joining(", "))
                + " = "
                + expressions.print(s.value()));
      } else if (statement instanceof Statement.Return s) {
        body.line(depth, "return " + expressions.print(s.value()));
      } else if (statement instanceof Statement.If s) {
        body.line(depth, "if " + expressions.print(s.condition()) + ":");
        statements(s.then(), depth + 1, renamed);
        if (!s.otherwise().isEmpty()) {
          body.line(depth, "else:");
          statements(s.otherwise(), depth + 1, renamed);
        }
      } else {
        throw new AssertionError("no case for " + statement.getClass().getSimpleName());
      }
    }
  }
}
