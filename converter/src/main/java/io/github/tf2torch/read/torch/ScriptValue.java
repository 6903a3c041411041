package io.github.tf2torch.read.torch;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a module of a TorchScript archive holds under an attribute. */
public sealed interface ScriptValue {
  record Nothing() implements ScriptValue {}

  record Truth(boolean value) implements ScriptValue {}

  record Whole(long value) implements ScriptValue {}

  record Real(double value) implements ScriptValue {}

  record Text(String value) implements ScriptValue {}

  /** A tensor, under the name by which the archive opened as a state_dict has it. */
  record Tensor(String name) implements ScriptValue {}

  /** A list or a tuple. */
  record Items(List<ScriptValue> values, boolean isTuple) implements ScriptValue {
    public Items {
      values = List.copyOf(values);
    }
  }

  /**
   * A module.
   *
   * @param className with its package: {@code __torch__.net.Net}
   */
  record Module(String className, Map<String, ScriptValue> attributes) implements ScriptValue {
    public Module {
      attributes = Map.copyOf(new LinkedHashMap<>(attributes));
    }
  }

  /** What a forward has no use for, or is not read: a dict, a type, a number of many digits. */
  record Other(String kind) implements ScriptValue {}
}
