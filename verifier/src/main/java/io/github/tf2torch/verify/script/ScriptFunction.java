package io.github.tf2torch.verify.script;

import java.util.List;
import java.util.Optional;

/**
 * A function or method.
 *
 * @param self what a method calls its module
 * @param parameters the others
 */
record ScriptFunction(
    String name, Optional<String> self, List<Parameter> parameters, List<Line> body) {
  ScriptFunction {
    parameters = List.copyOf(parameters);
    body = List.copyOf(body);
  }

  record Parameter(String name, Optional<Term> byDefault) {}
}
