package io.github.tf2torch.translate;

import io.github.tf2torch.rules.ModuleCall;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The paths of modules and of tensors that containers hold. A module is named after what the names
 * of its variables have in common; op scopes serve nowhere, since their counters change from run to
 * run.
 */
final class ModuleNames {
  private final Map<ModuleCall, String> modules = new HashMap<>();
  private final Map<TensorExpr, String> attributes = new HashMap<>();
  private final Set<TensorExpr> shared = new HashSet<>();
  private final Map<List<String>, List<String>> places = new HashMap<>();
  private final boolean isFinal;

  private ModuleNames(boolean isFinal) {
    this.isFinal = isFinal;
  }

  /** Any names, for the walk that collects. */
  static ModuleNames provisional() {
    return new ModuleNames(false);
  }

  /**
   * @param places under what names the modules and tensors of a layer stand, by the layer's own
   */
  static ModuleNames of(
      List<ModuleCall> calls, List<TensorExpr> attributes, Map<List<String>, List<String>> places) {
    ModuleNames names = new ModuleNames(true);
    names.places.putAll(places);
    names.shared.addAll(inSeveralForms(attributes));
    List<TensorExpr> tensors =
        attributes.stream().map(t -> names.isShared(t) ? stored(t) : t).distinct().toList();
    List<ModuleCall> layers = calls.stream().filter(c -> c.beside().isEmpty()).toList();
    Map<ModuleCall, List<String>> paths = scopes(layers);
    names.nestLeaves(paths, tensors);
    Identifiers.Unique unique = new Identifiers.Unique();
    paths.forEach((call, path) -> names.modules.put(call, unique.claim(String.join(".", path))));
    for (ModuleCall call : calls) {
      call.beside()
          .map(names.modules::get)
          .ifPresent(path -> names.modules.put(call, unique.claim(path + "_" + call.part())));
    }
    Set<String> containers =
        names.modules.values().stream().flatMap(p -> prefixes(p)).collect(Collectors.toSet());
    for (TensorExpr tensor : tensors) {
      names.attributes.put(tensor, names.tensorPath(tensor, containers, unique));
    }
    return names;
  }

  /** Whether a variable is used in several forms, so that one parameter must serve them all. */
  boolean isShared(TensorExpr recipe) {
    return shared.contains(stored(recipe));
  }

  private static Set<TensorExpr> inSeveralForms(List<TensorExpr> recipes) {
    Map<TensorExpr, Set<TensorExpr>> forms = new HashMap<>();
    recipes.forEach(r -> forms.computeIfAbsent(stored(r), s -> new HashSet<>()).add(r));
    return forms.keySet().stream()
        .filter(s -> s instanceof TensorExpr.Stored && forms.get(s).size() > 1)
        .collect(Collectors.toSet());
  }

  /** The variable behind a recipe that only arranges it anew. */
  private static TensorExpr stored(TensorExpr recipe) {
    TensorExpr at = recipe;
    while (at instanceof TensorExpr.Reshape || at instanceof TensorExpr.Permute) {
      at = at.inputs().get(0);
    }
    return at;
  }

  String module(ModuleCall call) {
    return isFinal ? Objects.requireNonNull(modules.get(call)) : "module";
  }

  String attribute(TensorExpr tensor) {
    return isFinal ? Objects.requireNonNull(attributes.get(tensor)) : "tensor";
  }

  /** The scope of each; modules that share one get their part's name added. */
  private static Map<ModuleCall, List<String>> scopes(List<ModuleCall> calls) {
    List<List<String>> scopes = calls.stream().map(ModuleNames::scope).toList();
    Map<List<String>, Set<String>> parts = new HashMap<>();
    for (int i = 0; i < calls.size(); i++) {
      parts.computeIfAbsent(scopes.get(i), s -> new TreeSet<>()).add(part(calls.get(i)));
    }
    Map<ModuleCall, List<String>> paths = new LinkedHashMap<>();
    for (int i = 0; i < calls.size(); i++) {
      List<String> scope = scopes.get(i);
      boolean differ = parts.get(scope).size() > 1;
      paths.put(calls.get(i), escape(differ ? with(scope, part(calls.get(i))) : scope));
    }
    return paths;
  }

  /** A leaf cannot hold others: it becomes a container, the leaf in it under its part's name. */
  private void nestLeaves(Map<ModuleCall, List<String>> paths, List<TensorExpr> tensors) {
    Set<List<String>> inner =
        paths.values().stream()
            .flatMap(p -> IntStream.range(1, p.size()).mapToObj(n -> p.subList(0, n)))
            .collect(Collectors.toSet());
    tensors.forEach(
        t -> {
          List<String> own = escape(tensorName(t));
          for (int n = 1; n < own.size(); n++) {
            inner.add(own.subList(0, n));
          }
        });
    paths.replaceAll(
        (call, path) ->
            inner.contains(path) ? with(path, Identifiers.attribute(part(call))) : path);
  }

  private String tensorPath(TensorExpr tensor, Set<String> containers, Identifiers.Unique unique) {
    String path = String.join(".", escape(tensorName(tensor)));
    return unique.claim(
        containers.contains(path) || modules.containsValue(path) ? path + "_" : path);
  }

  /** A variable keeps its name; constants have none that outlives a run. */
  private List<String> tensorName(TensorExpr tensor) {
    List<String> variables = sources(List.of(tensor), true);
    return variables.isEmpty()
        ? List.of("constant")
        : placed(Identifiers.segments(variables.get(0)));
  }

  private List<String> placed(List<String> variable) {
    for (int n = variable.size() - 1; n > 0; n--) {
      List<String> place = places.get(variable.subList(0, n));
      if (place != null) {
        return Stream.concat(
                place.stream(), variable.stream().skip(n).map(ModuleNames::withoutCounter))
            .toList();
      }
    }
    return variable;
  }

  /** Keras counts the variables of a process that nobody named: {@code variable_12}. */
  private static String withoutCounter(String segment) {
    return segment.replaceFirst("^variable_\\d+$", "variable");
  }

  private static Stream<String> prefixes(String path) {
    List<String> all = new ArrayList<>();
    for (int dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
      all.add(path.substring(0, dot));
    }
    return all.stream();
  }

  /** What the names of the module's variables have in common, their last segments apart. */
  private static List<String> scope(ModuleCall call) {
    if (!call.scope().isEmpty()) {
      return call.scope();
    }
    List<List<String>> names = names(call);
    List<String> common = names.get(0).subList(0, names.get(0).size() - 1);
    for (List<String> name : names) {
      int same = 0;
      while (same < common.size()
          && same < name.size() - 1
          && common.get(same).equals(name.get(same))) {
        same++;
      }
      common = common.subList(0, same);
    }
    return common.isEmpty() ? names.get(0) : common;
  }

  /** The names of the module's variables, its weight first; constants where it has none. */
  private static List<List<String>> names(ModuleCall call) {
    List<TensorExpr> recipes = new ArrayList<>();
    for (String slot : new TreeSet<>(call.tensors().keySet()).descendingSet()) {
      recipes.add(slot.equals("weight") ? 0 : recipes.size(), call.tensors().get(slot));
    }
    List<String> variables = sources(recipes, true);
    List<String> found = variables.isEmpty() ? sources(recipes, false) : variables;
    return found.isEmpty()
        ? List.of(List.of(call.part()))
        : found.stream().map(Identifiers::segments).toList();
  }

  /** Keras names a kernel of two in one layer {@code depthwise_kernel}: a part of its own. */
  private static String part(ModuleCall call) {
    List<String> weight = names(call).get(0);
    String last = weight.get(weight.size() - 1);
    return last.endsWith("_kernel") ? last.substring(0, last.length() - 7) : call.part();
  }

  private static List<String> sources(List<TensorExpr> recipes, boolean variables) {
    return recipes.stream()
        .flatMap(r -> (variables ? r.variables() : constants(r)).stream())
        .toList();
  }

  private static List<String> constants(TensorExpr expr) {
    return expr instanceof TensorExpr.Constant c
        ? List.of(c.node())
        : expr.inputs().stream().flatMap(i -> constants(i).stream()).toList();
  }

  private static List<String> escape(List<String> path) {
    return path.stream().map(Identifiers::attribute).toList();
  }

  private static List<String> with(List<String> path, String last) {
    List<String> longer = new ArrayList<>(path);
    longer.add(last);
    return longer;
  }
}
