package io.github.tf2torch.write.python;

import io.github.tf2torch.model.target.Expr;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Prints expressions as people write PyTorch: {@code F.relu(x)}, {@code x + y}, {@code x[:, 1:]}.
 */
final class PythonExpressions {
  private static final Map<String, String> INFIX =
      Map.of(
          "add", "+", "sub", "-", "mul", "*", "div", "/", "gt", ">", "ge", ">=", "lt", "<", "le",
          "<=");
  private static final int COMPARISON = 1;
  private static final int SUM = 2;
  private static final int PRODUCT = 3;
  private static final int POWER = 4;
  static final int ATOM = 5;

  private final Map<String, String> locals;
  private final Function<String, String> attributes;
  private final Map<String, String> results;
  private final PythonCalls calls = new PythonCalls(this);

  /** Prints local values under other names; one that has none keeps its own. */
  PythonExpressions(Map<String, String> locals) {
    this(locals, Map.of());
  }

  /**
   * @param results what of a module's answer is its output, by the module's path
   */
  PythonExpressions(Map<String, String> locals, Map<String, String> results) {
    this(locals, path -> "self." + path, results);
  }

  /** With another word for each attribute than that of {@code self}. */
  PythonExpressions(Map<String, String> locals, Function<String, String> attributes) {
    this(locals, attributes, Map.of());
  }

  private PythonExpressions(
      Map<String, String> locals,
      Function<String, String> attributes,
      Map<String, String> results) {
    this.locals = locals;
    this.attributes = attributes;
    this.results = results;
  }

  String print(Expr expr) {
    return print(expr, 0);
  }

  String print(Expr expr, int binding) {
    if (expr instanceof Expr.Local e) {
      return locals.getOrDefault(e.name(), e.name());
    }
    if (expr instanceof Expr.Attribute e) {
      return attributes.apply(e.path());
    }
    if (expr instanceof Expr.Training) {
      return "self.training";
    }
    if (expr instanceof Expr.Setting e) {
      return "self." + e.name();
    }
    if (expr instanceof Expr.IntLiteral e) {
      return Long.toString(e.value());
    }
    if (expr instanceof Expr.FloatLiteral e) {
      return PythonNumber.shortest(e.value());
    }
    if (expr instanceof Expr.BoolLiteral e) {
      return e.value() ? "True" : "False";
    }
    if (expr instanceof Expr.TextLiteral e) {
      return PythonText.quote(e.value());
    }
    if (expr instanceof Expr.NoneLiteral) {
      return "None";
    }
    if (expr instanceof Expr.DTypeLiteral e) {
      return "torch." + e.value().torchName();
    }
    if (expr instanceof Expr.ListLiteral e) {
      return "(" + list(e.elements()) + (e.elements().size() == 1 ? ",)" : ")");
    }
    if (expr instanceof Expr.Keyword e) {
      return e.name() + "=" + print(e.value());
    }
    if (expr instanceof Expr.Aten e) {
      return aten(e, binding);
    }
    if (expr instanceof Expr.IntArithmetic e) {
      return arithmetic(e, binding);
    }
    if (expr instanceof Expr.FloatArithmetic e) {
      return arithmetic(e, binding);
    }
    if (expr instanceof Expr.ModuleCall e) {
      return "self."
          + e.path()
          + "("
          + list(e.arguments())
          + ")"
          + results.getOrDefault(e.path(), "");
    }
    throw new AssertionError("no case for " + expr.getClass().getSimpleName());
  }

  private String aten(Expr.Aten call, int binding) {
    List<Expr> arguments = call.arguments();
    String infix = INFIX.get(call.operator());
    if (infix != null && arguments.size() == 2) {
      return infix(infix, arguments.get(0), arguments.get(1), binding);
    }
    return calls.print(call);
  }

  private String arithmetic(Expr.IntArithmetic e, int binding) {
    return switch (e.operator()) {
      case "max", "min" -> e.operator() + "(" + print(e.left()) + ", " + print(e.right()) + ")";
      default -> infix(e.operator(), e.left(), e.right(), binding);
    };
  }

  private String arithmetic(Expr.FloatArithmetic e, int binding) {
    List<Expr> operands = e.operands();
    return switch (e.operator()) {
      case "neg" -> "-" + print(operands.get(0), ATOM);
      case "sqrt" -> "math.sqrt(" + list(operands) + ")";
      case "float32" -> "_float32(" + list(operands) + ")";
      case "max", "min" -> e.operator() + "(" + list(operands) + ")";
      case "**" -> {
        String text = print(operands.get(0), ATOM) + " ** " + print(operands.get(1), POWER);
        yield POWER < binding ? "(" + text + ")" : text;
      }
      default -> infix(e.operator(), operands.get(0), operands.get(1), binding);
    };
  }

  private String infix(String operator, Expr left, Expr right, int binding) {
    int own =
        switch (operator) {
          case "+", "-" -> SUM;
          case "<", "<=", ">", ">=" -> COMPARISON;
          default -> PRODUCT;
        };
    String text = print(left, own) + " " + operator + " " + print(right, own + 1);
    return own < binding ? "(" + text + ")" : text;
  }

  String method(String name, Expr receiver, String arguments) {
    return print(receiver, ATOM) + "." + name + "(" + arguments + ")";
  }

  /** One number where all axes have the same. */
  String pair(Expr expr) {
    if (expr instanceof Expr.ListLiteral list
        && !list.elements().isEmpty()
        && list.elements().stream().distinct().count() == 1) {
      return print(list.elements().get(0));
    }
    return print(expr);
  }

  String elements(Expr list) {
    return list instanceof Expr.ListLiteral l ? list(l.elements()) : print(list);
  }

  String list(List<Expr> expressions) {
    return expressions.stream().map(this::print).collect(Collectors.joining(", "));
  }

  /** Adds an argument by its name, where it is given and is not what PyTorch takes by itself. */
  void named(List<String> parts, String name, List<Expr> from, int at, String standard) {
    if (at < from.size()) {
      String value = pair(from.get(at));
      boolean sameAsKernel = name.equals("stride") && value.equals(parts.get(1));
      if (!value.equals(standard) && !sameAsKernel && !value.equals("()")) {
        parts.add(name + "=" + value);
      }
    }
  }
}
