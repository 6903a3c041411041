package io.github.tf2torch.write.python;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchModel;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Short names for the values of forward, each taken again as soon as its value is not needed any
 * more: {@code x = self.conv1(x)}. It reads as people write it, and Python frees what is
 * overwritten, where a name for every value would keep all of them until the end.
 */
final class LocalNames {
  private static final List<String> SHORT = List.of("x", "y", "z", "u", "v", "w");

  private final Map<String, Integer> lastUse = new HashMap<>();
  private final Map<String, String> names = new HashMap<>();
  private final Set<String> taken = new HashSet<>();

  private LocalNames() {}

  /** The name in Python of every local value of the program. */
  static Map<String, String> of(TorchModel model) {
    LocalNames locals = new LocalNames();
    locals.noteUses(model);
    model.inputs().forEach(i -> locals.names.put(i.name(), i.name()));
    model.inputs().forEach(i -> locals.taken.add(i.name()));
    for (int i = 0; i < model.body().size(); i++) {
      locals.release(i);
      if (model.body().get(i) instanceof Statement.Assign assign) {
        assign.targets().forEach(locals::claim);
      }
    }
    return Map.copyOf(locals.names);
  }

  private void noteUses(TorchModel model) {
    for (int i = 0; i < model.body().size(); i++) {
      Statement statement = model.body().get(i);
      if (!(statement instanceof Statement.Assign assign)) {
        throw new IllegalArgumentException("forward of the root only assigns, not " + statement);
      }
      note(assign.value(), i);
      // a value that nothing uses is free after its own statement
      for (String target : assign.targets()) {
        lastUse.put(target, i + 1);
      }
    }
    model.outputs().forEach(o -> lastUse.put(o.value(), Integer.MAX_VALUE));
  }

  private void note(Expr expr, int statement) {
    if (expr instanceof Expr.Local local) {
      lastUse.put(local.name(), statement);
    } else if (expr instanceof Expr.Aten e) {
      e.arguments().forEach(a -> note(a, statement));
    } else if (expr instanceof Expr.ModuleCall e) {
      e.arguments().forEach(a -> note(a, statement));
    } else if (expr instanceof Expr.ListLiteral e) {
      e.elements().forEach(a -> note(a, statement));
    } else if (expr instanceof Expr.IntArithmetic e) {
      note(e.left(), statement);
      note(e.right(), statement);
    }
  }

  /** Frees the names of values whose last use is this statement, or was before. */
  private void release(int statement) {
    for (String local : List.copyOf(names.keySet())) {
      if (lastUse.getOrDefault(local, -1) <= statement) {
        taken.remove(names.get(local));
        lastUse.put(local, Integer.MAX_VALUE);
      }
    }
  }

  private void claim(String local) {
    String name =
        SHORT.stream()
            .filter(s -> !taken.contains(s))
            .findFirst()
            .orElseGet(() -> taken.contains(local) ? local + "_" : local);
    taken.add(name);
    names.put(local, name);
  }
}
