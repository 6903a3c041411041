package io.github.tf2torch.write.python;

import io.github.tf2torch.model.target.Expressions;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.write.outline.Section;
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

  /** Longer names make lines that break. */
  private static final int LONGEST = 16;

  private final Map<String, Integer> lastUse = new HashMap<>();
  private final Map<String, String> names = new HashMap<>();
  private final Set<String> taken = new HashSet<>();

  private LocalNames() {}

  /** The name in Python of every local value of the program. */
  static Map<String, String> of(TorchModel model) {
    return of(
        model.body(),
        model.inputs().stream().map(TorchModel.Input::name).toList(),
        model.outputs().stream().map(TorchModel.Output::value).toList());
  }

  /** The same of statements whose inputs keep their names. */
  static Map<String, String> of(List<Statement> body, List<String> inputs, List<String> outputs) {
    LocalNames locals = new LocalNames();
    inputs.forEach(i -> locals.names.put(i, i));
    locals.taken.addAll(inputs);
    return locals.of(body, outputs);
  }

  /** The same of a section, whose inputs have short names as well. */
  static Map<String, String> of(Section section) {
    LocalNames locals = new LocalNames();
    section.inputs().forEach(locals::claim);
    return locals.of(section.body(), section.outputs());
  }

  private Map<String, String> of(List<Statement> body, List<String> outputs) {
    noteUses(body, outputs);
    for (int i = 0; i < body.size(); i++) {
      release(i);
      Expressions.assign(body.get(i)).targets().forEach(this::claim);
    }
    return Map.copyOf(names);
  }

  private void noteUses(List<Statement> body, List<String> outputs) {
    for (int i = 0; i < body.size(); i++) {
      for (String local : Expressions.locals(Expressions.value(body.get(i)))) {
        lastUse.put(local, i);
      }
      // a value that nothing uses is free after its own statement
      for (String target : Expressions.assign(body.get(i)).targets()) {
        lastUse.put(target, i + 1);
      }
    }
    outputs.forEach(o -> lastUse.put(o, Integer.MAX_VALUE));
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
        SHORT.stream().filter(s -> !taken.contains(s)).findFirst().orElseGet(() -> longer(local));
    taken.add(name);
    names.put(local, name);
  }

  private String longer(String local) {
    String start = local.length() > LONGEST ? "x" : local;
    String name = local.length() > LONGEST ? "x1" : local;
    for (int i = 1; taken.contains(name); i++) {
      name = start + (i + 1);
    }
    return name;
  }
}
