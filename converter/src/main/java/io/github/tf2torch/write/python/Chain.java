package io.github.tf2torch.write.python;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Expressions;
import io.github.tf2torch.model.target.ModuleTree;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.write.outline.Section;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A section that is a {@code nn.Sequential}: modules and functions that have a module, each called
 * once and in the order of the {@code state_dict}, with what the one before it answered.
 *
 * @param elements in the order of their calls
 */
record Chain(List<Element> elements) {
  private static final Pattern CALL = Pattern.compile("(?:F|torch)\\.(\\w+)\\(x(?:, (.*))?\\)");
  private static final Map<String, String> MODULES =
      Map.ofEntries(
          Map.entry("relu", "ReLU"),
          Map.entry("relu6", "ReLU6"),
          Map.entry("silu", "SiLU"),
          Map.entry("elu", "ELU"),
          Map.entry("gelu", "GELU"),
          Map.entry("softplus", "Softplus"),
          Map.entry("selu", "SELU"),
          Map.entry("leaky_relu", "LeakyReLU"),
          Map.entry("hardswish", "Hardswish"),
          Map.entry("hardsigmoid", "Hardsigmoid"),
          Map.entry("mish", "Mish"),
          Map.entry("sigmoid", "Sigmoid"),
          Map.entry("tanh", "Tanh"),
          Map.entry("softmax", "Softmax"),
          Map.entry("log_softmax", "LogSoftmax"),
          Map.entry("max_pool1d", "MaxPool1d"),
          Map.entry("max_pool2d", "MaxPool2d"),
          Map.entry("avg_pool1d", "AvgPool1d"),
          Map.entry("avg_pool2d", "AvgPool2d"),
          Map.entry("pad", "ZeroPad2d"),
          Map.entry("flatten", "Flatten"));

  /** Zeros beside the last two axes, as many as are written. */
  private static final Pattern ZERO_SIDES = Pattern.compile("\\((-?\\d+, ){3}-?\\d+\\)");

  Chain {
    elements = List.copyOf(elements);
  }

  /**
   * @param name under which it is registered
   * @param module its constructor; empty where it is a module of the section
   * @param value the local value that it answers
   */
  record Element(String name, Optional<String> module, String value) {}

  /**
   * @param results modules of which a part of the answer is taken
   */
  static Optional<Chain> of(Section section, Set<String> results) {
    ModuleTree node = section.node();
    boolean isLine =
        section.inputs().size() == 1
            && section.outputs().size() == 1
            && section.body().size() > 1
            && node.tensors().isEmpty();
    if (!isLine) {
      return Optional.empty();
    }
    List<Element> elements = new ArrayList<>();
    Set<String> names = new HashSet<>(node.children().keySet());
    Set<String> called = new LinkedHashSet<>();
    String before = section.inputs().get(0);
    for (Statement statement : section.body()) {
      Statement.Assign assign = Expressions.assign(statement);
      Expr value = assign.value();
      if (assign.targets().size() != 1 || !Expressions.locals(value).equals(Set.of(before))) {
        return Optional.empty();
      }
      String target = assign.targets().get(0);
      if (value instanceof Expr.ModuleCall call) {
        boolean isOne =
            call.arguments().size() == 1
                && !call.path().contains(".")
                && !results.contains(call.path())
                && called.add(call.path());
        if (!isOne) {
          return Optional.empty();
        }
        elements.add(new Element(call.path(), Optional.empty(), target));
      } else {
        Optional<Element> function = function(value, before, target, names);
        if (function.isEmpty()) {
          return Optional.empty();
        }
        elements.add(function.get());
      }
      before = target;
    }
    boolean isWhole =
        before.equals(section.outputs().get(0))
            && List.copyOf(called).equals(List.copyOf(node.children().keySet()));
    return isWhole ? Optional.of(new Chain(elements)) : Optional.empty();
  }

  private static Optional<Element> function(
      Expr value, String before, String target, Set<String> names) {
    String printed = new PythonExpressions(Map.of(before, "x")).print(value);
    Matcher call = CALL.matcher(printed);
    if (!call.matches() || !MODULES.containsKey(call.group(1))) {
      return Optional.empty();
    }
    String arguments = Optional.ofNullable(call.group(2)).orElse("");
    boolean isFlatten = call.group(1).equals("flatten");
    boolean isPadding = call.group(1).equals("pad");
    if (isFlatten && !arguments.equals("1")
        || isPadding && !ZERO_SIDES.matcher(arguments).matches()
        || readsValue(arguments)) {
      return Optional.empty();
    }
    String base = call.group(1).replaceFirst("^(max|avg)_pool[12]d$", "pool");
    String name = base;
    for (int i = 2; !names.add(name); i++) {
      name = base + (Character.isDigit(base.charAt(base.length() - 1)) ? "_" : "") + i;
    }
    String module = "nn." + MODULES.get(call.group(1)) + "(" + (isFlatten ? "" : arguments) + ")";
    return Optional.of(new Element(name, Optional.of(module), target));
  }

  private static boolean readsValue(String arguments) {
    return Pattern.compile("\\bx\\b|self\\.").matcher(arguments).find();
  }
}
