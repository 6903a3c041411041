package io.github.tf2torch.write.torchscript;

import io.github.tf2torch.model.target.Statement;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A class of the archive's code.
 *
 * @param name without its package: {@code Conv2d_3}
 * @param attributes the types of further attributes, {@code conv1 : __torch__.Conv2d_3}
 * @param arguments names of forward's arguments, tensors all of them
 * @param result the type that forward returns
 */
record ScriptClass(
    String name,
    List<String> parameters,
    List<String> buffers,
    List<String> attributes,
    List<String> arguments,
    List<Statement> forward,
    String result) {
  static final String PACKAGE = "__torch__";

  String qualifiedName() {
    return PACKAGE + "." + name;
  }

  String print(ScriptExpressions expressions) {
    StringBuilder out = new StringBuilder("class " + name + "(Module):\n");
    out.append("  __parameters__ = ").append(names(parameters)).append('\n');
    out.append("  __buffers__ = ").append(names(buffers)).append('\n');
    parameters.forEach(p -> out.append("  ").append(p).append(" : Tensor\n"));
    buffers.forEach(b -> out.append("  ").append(b).append(" : Tensor\n"));
    out.append("  training : bool\n");
    attributes.forEach(a -> out.append("  ").append(a).append('\n'));
    if (!forward.isEmpty()) {
      String declared =
          arguments.stream().map(a -> ",\n    " + a + ": Tensor").collect(Collectors.joining());
      out.append("  def forward(self: ").append(qualifiedName()).append(declared);
      out.append(") -> ").append(result).append(":\n");
      print(forward, "    ", expressions, out);
    }
    return out.toString();
  }

  private static void print(
      List<Statement> body, String indent, ScriptExpressions expressions, StringBuilder out) {
    if (body.isEmpty()) {
      out.append(indent).append("pass\n");
    }
    for (Statement statement : body) {
      if (statement instanceof Statement.Assign s) {
        out.append(indent).append(String.join(", ", s.targets())).append(" = ");
        out.append(expressions.print(s.value())).append('\n');
      } else if (statement instanceof Statement.If s) {
        out.append(indent).append("if ").append(expressions.print(s.condition())).append(":\n");
        print(s.then(), indent + "  ", expressions, out);
        out.append(indent).append("else:\n");
        print(s.otherwise(), indent + "  ", expressions, out);
      } else if (statement instanceof Statement.For s) {
        out.append(indent).append("for ").append(s.index()).append(" in range(");
        out.append(expressions.print(s.count())).append("):\n");
        print(s.body(), indent + "  ", expressions, out);
      } else if (statement instanceof Statement.Return s) {
        out.append(indent).append("return ").append(expressions.print(s.value())).append('\n');
      } else {
        throw new AssertionError("no case for " + statement.getClass().getSimpleName());
      }
    }
  }

  private static String names(List<String> names) {
    return names.stream().map(n -> "\"" + n + "\", ").collect(Collectors.joining("", "[", "]"));
  }
}
