package io.github.tf2torch.write.python;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.TorchModule;
import io.github.tf2torch.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The call that makes a module, its arguments by name.
 *
 * @param positional how many of the arguments are written without their names
 */
record Constructor(String className, List<TorchModule.Argument> arguments, int positional) {
  private static final String DTYPE = "dtype";
  private static final Map<String, Expr> STANDARD =
      Map.of(
          "stride", new Expr.IntLiteral(1),
          "padding", new Expr.IntLiteral(0),
          "dilation", new Expr.IntLiteral(1),
          "groups", new Expr.IntLiteral(1),
          "bias", new Expr.BoolLiteral(true),
          "eps", new Expr.FloatLiteral(1e-5f),
          "momentum", new Expr.FloatLiteral(0.1f),
          "p", new Expr.FloatLiteral(0.5f));

  Constructor {
    arguments = List.copyOf(arguments);
  }

  static Constructor of(TorchModule module) {
    List<String> names =
        names(module.pythonBase().equals("nn.Module") ? module.pythonClass() : module.pythonBase());
    List<TorchModule.Argument> named = new ArrayList<>();
    int positional = 0;
    for (TorchModule.Argument argument : module.constructor()) {
      if (argument.name().isEmpty()) {
        String name = positional < names.size() ? names.get(positional) : "argument" + positional;
        named.add(new TorchModule.Argument(name, argument.value()));
        positional++;
      } else {
        named.add(argument);
      }
    }
    dtype(module).ifPresent(d -> named.add(new TorchModule.Argument(DTYPE, d)));
    return new Constructor(module.pythonClass(), named, positional);
  }

  /** That of what it holds, where it is not the one that PyTorch takes by itself. */
  private static Optional<Expr> dtype(TorchModule module) {
    if (module.pythonBase().equals("nn.Module") && module.isLocal()) {
      return Optional.empty(); // its class says it
    }
    return Stream.concat(module.parameters().stream(), module.buffers().stream())
        .map(TorchModule.Slot::dtype)
        .filter(d -> d.isFloating() && d != DType.FLOAT32)
        .<Expr>map(Expr.DTypeLiteral::new)
        .findFirst();
  }

  /** What PyTorch calls the arguments that are written without names. */
  private static List<String> names(String pythonClass) {
    if (pythonClass.startsWith("nn.Conv")) {
      return List.of("in_channels", "out_channels");
    }
    if (pythonClass.startsWith("nn.BatchNorm")) {
      return List.of("num_features");
    }
    if (pythonClass.contains("Dropout") || pythonClass.equals("DropPath")) {
      return List.of("p");
    }
    return switch (pythonClass) {
      case "nn.Linear" -> List.of("in_features", "out_features");
      case "nn.Embedding" -> List.of("num_embeddings", "embedding_dim");
      case "nn.LayerNorm", "nn.RMSNorm" -> List.of("normalized_shape");
      case "nn.LSTM", "nn.GRU", "nn.RNN" -> List.of("input_size", "hidden_size");
      default -> List.of();
    };
  }

  /** An argument, or PyTorch's default for one that is left out. */
  Optional<Expr> argument(String name) {
    return arguments.stream()
        .filter(a -> a.name().equals(name))
        .map(TorchModule.Argument::value)
        .findFirst()
        .or(() -> Optional.ofNullable(STANDARD.get(name)));
  }

  /** What two of one shape have in common: class, dtype, and arguments that have no default. */
  String shape() {
    return arguments.stream()
        .filter(a -> !STANDARD.containsKey(a.name()))
        .map(a -> a.name().equals(DTYPE) ? a.toString() : a.name())
        .collect(Collectors.joining(",", className + "(", ")"));
  }

  String text() {
    PythonExpressions expressions = new PythonExpressions(Map.of());
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      String value = expressions.print(arguments.get(i).value());
      parts.add(i < positional ? value : arguments.get(i).name() + "=" + value);
    }
    return className + "(" + String.join(", ", parts) + ")";
  }
}
