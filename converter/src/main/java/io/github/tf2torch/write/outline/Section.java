package io.github.tf2torch.write.outline;

import io.github.tf2torch.model.target.ModuleTree;
import io.github.tf2torch.model.target.Statement;
import java.util.List;
import java.util.Map;

/**
 * A module that is printed as a class: the model, or a container whose calls stand together.
 *
 * @param node its modules and tensors
 * @param inputs the local values that it takes
 * @param body paths in it begin at the section; a part is called as a module is
 * @param outputs the local values that it answers
 * @param parts sections below, by their path from this one
 */
public record Section(
    ModuleTree node,
    List<String> inputs,
    List<Statement> body,
    List<String> outputs,
    Map<String, Section> parts) {
  public Section {
    inputs = List.copyOf(inputs);
    body = List.copyOf(body);
    outputs = List.copyOf(outputs);
    parts = Map.copyOf(parts);
  }

  /** Dotted, from the root; empty for the root. */
  public String path() {
    return node.path();
  }
}
