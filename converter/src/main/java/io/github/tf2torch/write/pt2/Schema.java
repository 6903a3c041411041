package io.github.tf2torch.write.pt2;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An operator's schema as PyTorch prints it, without notes on aliases: {@code linear(Tensor input,
 * Tensor weight, Tensor? bias=None) -> Tensor}.
 *
 * <p>Grammar: {@code aten/src/ATen/native/README.md}.
 */
record Schema(String name, String overload, List<Argument> arguments, String returns) {
  Schema {
    arguments = List.copyOf(arguments);
  }

  /**
   * An argument.
   *
   * @param type without the mark of what may be left out: {@code Tensor}, {@code SymInt[]}
   * @param isKeyword whether it is passed by name alone
   */
  record Argument(
      String name, String type, boolean isOptional, boolean isKeyword, boolean hasDefault) {
    boolean takes(Datum value) {
      if (value instanceof Datum.None) {
        return isOptional;
      }
      return switch (type) {
        case "Tensor" -> value instanceof Datum.Tensor;
        case "Tensor[]" -> isItems(value, Datum.Tensor.class);
        case "int", "SymInt" -> value instanceof Datum.Whole;
        case "int[]", "SymInt[]" ->
            value instanceof Datum.Whole || isItems(value, Datum.Whole.class);
        case "float[]" -> isItems(value, Datum.Number.class);
        case "float" -> value instanceof Datum.Number || isKnown(value);
        case "Scalar" ->
            value instanceof Datum.Number
                || value instanceof Datum.Whole
                || value instanceof Datum.Flag;
        case "bool" -> value instanceof Datum.Flag;
        case "str" -> value instanceof Datum.Text;
        case "ScalarType" -> value instanceof Datum.Type;
        default -> false;
      };
    }

    private static boolean isKnown(Datum value) {
      return value instanceof Datum.Whole whole && whole.extent().isKnown();
    }

    private static boolean isItems(Datum value, Class<? extends Datum> of) {
      return value instanceof Datum.Items items
          && items.elements().stream().allMatch(of::isInstance);
    }
  }

  static Schema parse(String text) {
    int open = text.indexOf('(');
    int close = text.lastIndexOf(") -> ");
    String name = text.substring(0, open);
    int dot = name.indexOf('.');
    return new Schema(
        dot < 0 ? name : name.substring(0, dot),
        dot < 0 ? "default" : name.substring(dot + 1),
        arguments(text.substring(open + 1, close)),
        text.substring(close + 5));
  }

  private static List<Argument> arguments(String text) {
    List<Argument> all = new ArrayList<>();
    boolean isKeyword = false;
    for (String part : text.split(", (?![^\\[]*\\])", -1)) {
      if (part.equals("*")) {
        isKeyword = true;
      } else if (!part.isEmpty()) {
        int space = part.indexOf(' ');
        int equals = part.indexOf('=');
        String type = part.substring(0, space).replaceAll("\\[\\d+\\]", "[]");
        all.add(
            new Argument(
                part.substring(space + 1, equals < 0 ? part.length() : equals),
                type.replace("?", ""),
                type.endsWith("?"),
                isKeyword,
                equals >= 0));
      }
    }
    return all;
  }

  /** As the graph calls it: {@code torch.ops.aten.linear.default}. */
  String target() {
    return "torch.ops.aten." + name + "." + overload;
  }

  /** Which argument each of these is, in order or by its name; empty where it takes no such. */
  Optional<Map<Argument, Datum>> bound(List<Datum> given) {
    Map<Argument, Datum> bound = new LinkedHashMap<>();
    for (int i = 0; i < given.size(); i++) {
      Optional<Argument> argument = argument(given.get(i), i);
      Datum value = given.get(i) instanceof Datum.Keyword k ? k.value() : given.get(i);
      if (argument.isEmpty() || !argument.get().takes(value)) {
        return Optional.empty();
      }
      bound.put(argument.get(), value);
    }
    boolean isWhole =
        arguments.stream()
            .allMatch(
                a -> bound.containsKey(a) || a.hasDefault() || a.isKeyword() && a.isOptional());
    return isWhole ? Optional.of(bound) : Optional.empty();
  }

  private Optional<Argument> argument(Datum value, int place) {
    if (value instanceof Datum.Keyword k) {
      return arguments.stream().filter(a -> a.name().equals(k.name())).findFirst();
    }
    return place < arguments.size() && !arguments.get(place).isKeyword()
        ? Optional.of(arguments.get(place))
        : Optional.empty();
  }
}
