package io.github.tf2torch.write.python;

import io.github.tf2torch.model.source.Config;
import java.util.stream.Collectors;

/** Values of a configuration as Python writes them, numbers as the shortest float32. */
public final class PythonValue {
  private PythonValue() {}

  public static String print(Config value) {
    if (value instanceof Config.Bool bool) {
      return bool.value() ? "True" : "False";
    }
    if (value instanceof Config.Whole whole) {
      return Long.toString(whole.value());
    }
    if (value instanceof Config.Real real) {
      return PythonNumber.shortest((float) real.value());
    }
    if (value instanceof Config.Text text) {
      return PythonText.quote(text.value());
    }
    if (value instanceof Config.Items items) {
      return items.values().stream()
          .map(PythonValue::print)
          .collect(Collectors.joining(", ", "(", ")"));
    }
    return "None";
  }
}
