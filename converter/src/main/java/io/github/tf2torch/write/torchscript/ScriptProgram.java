package io.github.tf2torch.write.torchscript;

import io.github.tf2torch.model.target.ModuleTree;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.model.target.TorchModule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The classes of a program: one for each different leaf module and one for each container. */
final class ScriptProgram {
  private final Map<String, ScriptClass> byPath = new LinkedHashMap<>();
  private final Map<TorchModule, ScriptClass> leaves = new LinkedHashMap<>();
  private int containers;

  private ScriptProgram() {}

  /** The program; with {@code taps}, forward returns every tap after the outputs. */
  static ScriptProgram of(TorchModel model, ModuleTree tree, boolean taps) {
    ScriptProgram program = new ScriptProgram();
    program.visitChildren(tree);
    List<String> arguments = model.inputs().stream().map(TorchModel.Input::name).toList();
    List<String> results =
        Stream.concat(
                model.outputs().stream().map(TorchModel.Output::value),
                taps ? model.taps().stream().map(TorchModel.Tap::value) : Stream.of())
            .toList();
    List<Statement> body = new ArrayList<>(model.body());
    String type;
    if (taps) {
      body.add(new Statement.Assign("results_", new ResultText(results).list()));
      body.add(new Statement.Return(ResultText.local("results_")));
      type = "List[Tensor]";
    } else if (model.outputs().size() == 1) {
      body.add(new Statement.Return(ResultText.local(results.get(0))));
      type = "Tensor";
    } else {
      body.add(new Statement.Return(ResultText.dict(model.outputs())));
      type = "Dict[str, Tensor]";
    }
    program.byPath.put("", program.container(model.className(), tree, arguments, body, type));
    return program;
  }

  private void visitChildren(ModuleTree node) {
    for (ModuleTree child : node.children().values()) {
      visitChildren(child);
      ScriptClass described =
          child.module().isPresent()
              ? leaves.computeIfAbsent(child.module().get(), this::leaf)
              : container("Container_" + ++containers, child, List.of(), List.of(), "Tensor");
      byPath.put(child.path(), described);
    }
  }

  private ScriptClass leaf(TorchModule module) {
    String simple = module.pythonClass().substring(module.pythonClass().lastIndexOf('.') + 1);
    return new ScriptClass(
        simple + "_" + (leaves.size() + 1),
        module.parameters().stream().map(TorchModule.Slot::name).toList(),
        module.buffers().stream().map(TorchModule.Slot::name).toList(),
        List.of(),
        module.inputs(),
        module.forward(),
        module.results() == 1 ? "Tensor" : "List[Tensor]");
  }

  private ScriptClass container(
      String name, ModuleTree node, List<String> arguments, List<Statement> body, String result) {
    List<String> attributes = new ArrayList<>();
    node.children()
        .forEach(
            (n, child) ->
                attributes.add(
                    (ScriptExpressions.isName(n) ? n + " : " : "__annotations__[\"" + n + "\"] = ")
                        + at(child.path()).qualifiedName()));
    return new ScriptClass(
        name,
        names(node, TorchModel.Kind.PARAMETER),
        names(node, TorchModel.Kind.BUFFER),
        attributes,
        arguments,
        body,
        result);
  }

  private static List<String> names(ModuleTree node, TorchModel.Kind kind) {
    return node.tensors().stream()
        .filter(t -> t.kind() == kind)
        .map(t -> t.name().substring(t.name().lastIndexOf('.') + 1))
        .toList();
  }

  /** The class of the module at a path; the root's is the empty path. */
  ScriptClass at(String path) {
    return byPath.get(path);
  }

  /** The text of {@code code/__torch__.py}. */
  String code(ScriptExpressions expressions) {
    return byPath.values().stream()
        .distinct()
        .map(c -> c.print(expressions))
        .collect(Collectors.joining());
  }
}
