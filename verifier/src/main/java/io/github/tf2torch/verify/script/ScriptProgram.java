package io.github.tf2torch.verify.script;

import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.tensor.TensorValue;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An archive's forward as ATen's operators alone.
 *
 * @param arguments of forward
 * @param tensors the locals that are tensors, in the order of computation
 * @param origins of such a local, the path of the module whose code computes it
 * @param outputs the local of each output by its name; {@code 0}, {@code 1}, ... without names
 * @param constants tensors of the code, by the attribute that the program has them under
 * @param read names of the archive's tensors that it reads
 */
public record ScriptProgram(
    List<String> arguments,
    List<Statement> body,
    List<String> tensors,
    Map<String, String> origins,
    Map<String, String> outputs,
    Map<String, TensorValue> constants,
    Set<String> read) {
  /** Begins the names of tensors that its code holds. */
  public static final String CONSTANT = "constant_";

  public ScriptProgram {
    arguments = List.copyOf(arguments);
    body = List.copyOf(body);
    tensors = List.copyOf(tensors);
    origins = Map.copyOf(origins);
    constants = Map.copyOf(constants);
    read = Set.copyOf(read);
  }
}
