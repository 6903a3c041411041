package io.github.tf2torch.verify.script;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/** What an archive's code defines, by qualified name. A file is parsed when it is asked for. */
final class Functions {
  private final Map<String, String> code;
  private final Map<String, ScriptFile> files = new HashMap<>();

  Functions(Map<String, String> code) {
    this.code = code;
  }

  Optional<ScriptFunction> function(String qualified) {
    return find(qualified, (file, name) -> Optional.ofNullable(file.functions().get(name)));
  }

  /** The fields of a class that is a named tuple. */
  Optional<List<String>> namedTuple(String qualified) {
    return find(qualified, (file, name) -> Optional.ofNullable(file.namedTuples().get(name)));
  }

  /** {@code __torch__.a.b.f} is f of {@code __torch__/a/b.py}; a method has its class before. */
  private <T> Optional<T> find(
      String qualified, BiFunction<ScriptFile, String, Optional<T>> inFile) {
    List<String> parts = List.of(qualified.split("\\.", -1));
    for (int inside = 1; inside <= 2 && inside < parts.size(); inside++) {
      String path = String.join("/", parts.subList(0, parts.size() - inside)) + ".py";
      String name = String.join(".", parts.subList(parts.size() - inside, parts.size()));
      String text = code.get(path);
      if (text != null) {
        ScriptFile file = files.get(path);
        if (file == null) {
          file = ScriptFile.parse(text);
          files.put(path, file);
        }
        Optional<T> found = inFile.apply(file, name);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }
}
