package io.github.tf2torch.write.python;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.TorchModule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The numbers in which modules of one class differ, each a parameter of its constructor; what
 * differs in the same way is one parameter.
 */
final class Columns {
  private final List<Members> all;
  private final Map<List<Expr>, String> names = new LinkedHashMap<>();

  private Columns(List<Members> all) {
    this.all = all;
  }

  /** A place where an argument stands. */
  private record Place(String module, String argument) {}

  static Columns of(List<Members> all) {
    Columns columns = new Columns(all);
    Map<List<Expr>, List<Place>> found = new LinkedHashMap<>();
    for (String module : all.get(0).modules().keySet()) {
      for (String argument : columns.arguments(module)) {
        List<Expr> values = columns.values(module, argument);
        if (values.stream().distinct().count() > 1) {
          found.computeIfAbsent(values, v -> new ArrayList<>()).add(new Place(module, argument));
        }
      }
    }
    columns.name(found);
    return columns;
  }

  /** The arguments that a module has in any of them. */
  private Set<String> arguments(String module) {
    Set<String> found = new LinkedHashSet<>();
    for (Members members : all) {
      members.modules().get(module).ifPresent(c -> c.arguments().forEach(a -> found.add(a.name())));
    }
    return found;
  }

  private List<Expr> values(String module, String argument) {
    return all.stream()
        .map(m -> m.modules().get(module).orElseThrow().argument(argument).orElseThrow())
        .toList();
  }

  private void name(Map<List<Expr>, List<Place>> found) {
    List<String> modules = List.copyOf(all.get(0).modules().keySet());
    Place last =
        found.values().stream()
            .flatMap(List::stream)
            .filter(p -> isWidth(p.argument()))
            .max(Comparator.comparingInt(p -> modules.indexOf(p.module())))
            .orElse(new Place("", ""));
    Set<String> taken = new LinkedHashSet<>();
    Map<List<Expr>, String> wanted = new LinkedHashMap<>();
    found.forEach(
        (values, places) -> {
          String name = name(places, found, places.contains(last), wanted.isEmpty());
          String free = name;
          for (int i = 2; !taken.add(free); i++) {
            free = name + i;
          }
          wanted.put(values, free);
        });
    names.putAll(wanted);
  }

  private static boolean isWidth(String argument) {
    return argument.matches("(in|out)_(channels|features)|num_features");
  }

  private static String name(
      List<Place> places, Map<List<Expr>, List<Place>> found, boolean isLast, boolean isFirst) {
    Place place = places.get(0);
    String argument = place.argument();
    if (isWidth(argument)) {
      String what = argument.endsWith("channels") ? "channels" : "features";
      if (isFirst && isLast) {
        return what;
      }
      if (isFirst && argument.startsWith("in_")) {
        return argument;
      }
      return isLast ? "out_" + what : place.module().replace('.', '_') + "_" + what;
    }
    long same = found.values().stream().filter(p -> p.get(0).argument().equals(argument)).count();
    return same == 1 ? argument : place.module().replace('.', '_') + "_" + argument;
  }

  /** Of the class, in the order of their first use. */
  List<Blocks.Parameter> parameters() {
    List<Blocks.Parameter> parameters = new ArrayList<>();
    names.forEach((values, name) -> parameters.add(new Blocks.Parameter(name, type(values))));
    return parameters;
  }

  /** Of a parameter that takes these. */
  static String type(List<Expr> values) {
    Set<String> types = new LinkedHashSet<>();
    for (Expr value : values) {
      types.add(
          value instanceof Expr.IntLiteral
              ? "int"
              : value instanceof Expr.FloatLiteral
                  ? "float"
                  : value instanceof Expr.BoolLiteral
                      ? "bool"
                      : value instanceof Expr.TextLiteral ? "str" : "tuple[int, ...]");
    }
    return String.join(" | ", types.stream().sorted().toList());
  }

  /** The constructors with the parameters in them. */
  Members members() {
    Map<String, Optional<Constructor>> modules = new LinkedHashMap<>();
    all.get(0)
        .modules()
        .forEach((module, call) -> modules.put(module, call.map(c -> parameterized(module, c))));
    return all.get(0).with(modules);
  }

  private Constructor parameterized(String module, Constructor call) {
    List<TorchModule.Argument> arguments = new ArrayList<>();
    for (String argument : arguments(module)) {
      String name = names.get(values(module, argument));
      Optional<Expr> own = name == null ? call.argument(argument) : Optional.of(Expr.local(name));
      own.ifPresent(value -> arguments.add(new TorchModule.Argument(argument, value)));
    }
    return new Constructor(call.className(), arguments, call.positional());
  }

  /** What one of them passes to the constructor. */
  List<TorchModule.Argument> arguments(int index) {
    List<TorchModule.Argument> arguments = new ArrayList<>();
    names.forEach(
        (values, name) -> arguments.add(new TorchModule.Argument(name, values.get(index))));
    return arguments;
  }
}
