package io.github.tf2torch.verify.script;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.read.torch.ScriptModule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Follows an archive's forward at inference. What is known before a run (attributes, settings,
 * lists) is computed here, branches are decided and loops unrolled; ATen's operators on tensors are
 * what is left. A branch that raises is not taken, since the archive does run on these inputs.
 */
public final class ScriptReader {
  private static final int DEEPEST = 200;

  /** Whether attention is one fused kernel: the way without has parts that can be compared. */
  private static final String FUSED = "__torch__.torch.backends.mha.get_fastpath_enabled";

  private static final int MOST_ROUNDS = 100_000;

  private final ScriptModule archive;
  private final Functions functions;
  private final Emission emission;
  private final Builtins builtins;
  private final Attributes attributes;
  private int depth;
  private int rounds;

  private ScriptReader(ScriptModule archive, UnaryOperator<String> tensorNames, Extents extents) {
    this.archive = archive;
    this.emission = new Emission(tensorNames, extents);
    this.builtins = new Builtins(emission);
    this.functions = new Functions(archive.code());
    this.attributes = new Attributes(archive, emission);
  }

  /**
   * Reads the root's forward.
   *
   * @param tensorNames the state_dict's name for a tensor's path, which may be an alias
   * @throws UnreadScript where code is not understood
   */
  public static ScriptProgram read(
      ScriptModule archive, UnaryOperator<String> tensorNames, Extents extents) {
    try {
      return new ScriptReader(archive, tensorNames, extents).program();
    } catch (StackOverflowError e) {
      throw new UnreadScript("its code is nested too deep");
    } catch (IndexOutOfBoundsException
        | ClassCastException
        | IllegalArgumentException
        | ArithmeticException
        | NoSuchElementException e) {
      // what torch.jit would not have written, or a list where code of this kind has none
      throw new UnreadScript("its code can't be followed: " + e.getMessage());
    }
  }

  private ScriptProgram program() {
    Value.Module root = new Value.Module("", archive.root());
    ScriptFunction forward = method(root, "forward");
    List<String> arguments = new ArrayList<>();
    List<Value> given = new ArrayList<>();
    for (ScriptFunction.Parameter parameter : forward.parameters()) {
      if (parameter.byDefault().isEmpty()) {
        String name = "in_" + arguments.size();
        arguments.add(name);
        given.add(new Value.Tensor(Expr.local(name)));
      }
    }
    Value result = call(forward, Optional.of(root), given, Map.of());
    return emission.program(arguments, result);
  }

  private ScriptFunction method(Value.Module module, String name) {
    return functions
        .function(module.object().className() + "." + name)
        .orElseThrow(
            () ->
                new UnreadScript(
                    "there is no code of " + module.object().className() + "." + name));
  }

  private Value call(
      ScriptFunction function,
      Optional<Value.Module> self,
      List<Value> arguments,
      Map<String, Value> named) {
    if (++depth > DEEPEST) {
      throw new UnreadScript("its functions call each other without end");
    }
    again();
    Map<String, Value> scope = new HashMap<>();
    function.self().ifPresent(name -> self.ifPresent(m -> scope.put(name, m)));
    for (int i = 0; i < function.parameters().size(); i++) {
      ScriptFunction.Parameter parameter = function.parameters().get(i);
      Optional<Value> value =
          i < arguments.size()
              ? Optional.of(arguments.get(i))
              : Optional.ofNullable(named.get(parameter.name()))
                  .or(() -> parameter.byDefault().map(term -> value(term, Map.of())));
      scope.put(
          parameter.name(),
          value.orElseThrow(() -> new UnreadScript("no " + parameter.name() + " is given")));
    }
    String before = emission.enter(self.map(Value.Module::path));
    Value result = run(function.body(), scope).orElseGet(Value.Nothing::new);
    emission.leave(before);
    depth--;
    return result;
  }

  /** What is returned; empty where the lines end before. */
  private Optional<Value> run(List<Line> lines, Map<String, Value> scope) {
    for (Line line : lines) {
      Optional<Value> returned = run(line, scope);
      if (returned.isPresent()) {
        return returned;
      }
    }
    return Optional.empty();
  }

  private Optional<Value> run(Line line, Map<String, Value> scope) {
    if (line instanceof Line.Assign a) {
      Value made =
          a.value() instanceof Term.Call call
              ? called(call, scope, a.targets().size())
              : value(a.value(), scope);
      assign(a.targets(), made, scope);
    } else if (line instanceof Line.Return r) {
      return Optional.of(value(r.value(), scope));
    } else if (line instanceof Line.If i) {
      return run(branch(i, scope), scope);
    } else if (line instanceof Line.For f) {
      long count = Numbers.whole(value(f.count(), scope));
      for (long i = 0; i < count; i++) {
        again();
        scope.put(f.index(), new Value.Whole(i));
        Optional<Value> returned = run(f.body(), scope);
        if (returned.isPresent()) {
          return returned;
        }
      }
    } else if (line instanceof Line.While w) {
      while (Numbers.truth(value(w.condition(), scope))) {
        again();
        Optional<Value> returned = run(w.body(), scope);
        if (returned.isPresent()) {
          return returned;
        }
      }
    } else if (line instanceof Line.Raise) {
      throw new UnreadScript("its code raises an exception as it is followed");
    } else if (line instanceof Line.Store) {
      throw new UnreadScript("its forward changes an attribute of a module");
    }
    return Optional.empty();
  }

  private void again() {
    if (++rounds > MOST_ROUNDS) {
      throw new UnreadScript("its loops and calls are more than " + MOST_ROUNDS);
    }
  }

  private List<Line> branch(Line.If line, Map<String, Value> scope) {
    boolean thenRaises = raises(line.then());
    if (thenRaises != raises(line.otherwise())) {
      return thenRaises ? line.otherwise() : line.then();
    }
    return Numbers.truth(value(line.condition(), scope)) ? line.then() : line.otherwise();
  }

  private static boolean raises(List<Line> lines) {
    return lines.stream().anyMatch(Line.Raise.class::isInstance);
  }

  private void assign(List<String> targets, Value value, Map<String, Value> scope) {
    if (targets.size() == 1) {
      scope.put(targets.get(0), value);
      return;
    }
    Value known = value instanceof Value.Later later ? later.known() : value;
    if (!(known instanceof Value.Items items) || items.values.size() < targets.size()) {
      throw new UnreadScript("what is unpacked into " + targets + " is no tuple");
    }
    for (int i = 0; i < targets.size(); i++) {
      scope.put(targets.get(i), items.values.get(i));
    }
  }

  private Value value(Term term, Map<String, Value> scope) {
    if (term instanceof Term.Name t) {
      return named(t.name(), scope);
    }
    if (term instanceof Term.Whole t) {
      return new Value.Whole(t.value());
    }
    if (term instanceof Term.Real t) {
      return new Value.Real(t.value());
    }
    if (term instanceof Term.Text t) {
      return new Value.Text(t.value());
    }
    if (term instanceof Term.Truth t) {
      return new Value.Truth(t.value());
    }
    if (term instanceof Term.Nothing) {
      return new Value.Nothing();
    }
    if (term instanceof Term.Items t) {
      return new Value.Items(t.values().stream().map(v -> value(v, scope)).toList(), t.isTuple());
    }
    if (term instanceof Term.Entries t) {
      Map<String, Value> entries = new LinkedHashMap<>();
      for (int i = 0; i < t.keys().size(); i++) {
        if (!(value(t.keys().get(i), scope) instanceof Value.Text key)) {
          throw new UnreadScript("a dict has a key that is no text");
        }
        entries.put(key.value(), value(t.values().get(i), scope));
      }
      return new Value.Entries(entries);
    }
    if (term instanceof Term.Member t) {
      return attributes.member(value(t.object(), scope), t.name());
    }
    if (term instanceof Term.Item t) {
      return Lists.item(value(t.object(), scope), value(t.index(), scope));
    }
    if (term instanceof Term.Call t) {
      return called(t, scope, 1);
    }
    throw new AssertionError("no case for " + term.getClass().getSimpleName());
  }

  private static Value named(String name, Map<String, Value> scope) {
    Value value = scope.get(name);
    return value != null ? value : new Value.Global(name);
  }

  private Value called(Term.Call call, Map<String, Value> scope, int wanted) {
    List<Value> arguments = call.arguments().stream().map(a -> value(a, scope)).toList();
    Map<String, Value> named = new LinkedHashMap<>();
    call.named().forEach((name, term) -> named.put(name, value(term, scope)));
    if (call.function() instanceof Term.Member member) {
      Value object = value(member.object(), scope);
      if (object instanceof Value.Module module) {
        return call(method(module, member.name()), Optional.of(module), arguments, named);
      }
    }
    if (!(value(call.function(), scope) instanceof Value.Global global)) {
      throw new UnreadScript("what is called is no function");
    }
    if (global.name().equals(FUSED)) {
      return new Value.Truth(false);
    }
    if (global.name().startsWith("__torch__.")) {
      return defined(global.name(), arguments, named);
    }
    return builtins.call(global.name(), arguments, named, wanted);
  }

  private Value defined(String name, List<Value> arguments, Map<String, Value> named) {
    Optional<List<String>> fields = functions.namedTuple(name);
    if (fields.isPresent()) {
      return new Value.Items(arguments, true, fields.get());
    }
    ScriptFunction function =
        functions.function(name).orElseThrow(() -> new UnreadScript("there is no code of " + name));
    return call(function, Optional.empty(), arguments, named);
  }
}
