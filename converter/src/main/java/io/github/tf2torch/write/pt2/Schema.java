package io.github.tf2torch.write.pt2;

import java.util.ArrayList;
import java.util.List;

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

  /** Whether these, in order, are arguments for it. */
  boolean takes(List<Datum> given) {
    List<Argument> positional = arguments.stream().filter(a -> !a.isKeyword()).toList();
    if (given.size() > positional.size()) {
      return false;
    }
    for (int i = 0; i < positional.size(); i++) {
      Argument argument = positional.get(i);
      if (i < given.size() ? !argument.takes(given.get(i)) : !argument.hasDefault()) {
        return false;
      }
    }
    return arguments.stream().allMatch(a -> !a.isKeyword() || a.hasDefault() || a.isOptional());
  }
}
