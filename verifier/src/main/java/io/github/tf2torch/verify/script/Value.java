package io.github.tf2torch.verify.script;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.read.torch.ScriptValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** What a name stands for while code is followed. */
sealed interface Value {
  record Nothing() implements Value {}

  record Truth(boolean value) implements Value {}

  record Whole(long value) implements Value {}

  record Real(double value) implements Value {}

  record Text(String value) implements Value {}

  /** A list or a tuple; code appends to lists, which several names may stand for. */
  final class Items implements Value {
    final List<Value> values;
    final boolean isTuple;

    Items(List<Value> values, boolean isTuple) {
      this.values = new ArrayList<>(values);
      this.isTuple = isTuple;
    }
  }

  record Entries(Map<String, Value> values) implements Value {}

  /** A module, by its path. */
  record Module(String path, ScriptValue.Module object) implements Value {}

  /** A function of the archive by its qualified name, or the beginning of such a name. */
  record Global(String name) implements Value {}

  /** A tensor that the program computes or holds. An operator in place makes it another. */
  final class Tensor implements Value {
    Expr expr;

    Tensor(Expr expr) {
      this.expr = expr;
    }
  }

  /** A {@code dtype}, a device, a layout: the argument that says it. */
  record Argument(Expr expr) implements Value {}

  /**
   * A number or truth that only a run tells. The program computes it itself where it can; it is
   * looked up where the code's way depends on it.
   */
  final class Later implements Value {
    final Optional<Expr> symbol;
    private final Supplier<Value> found;
    private Optional<Value> known = Optional.empty();

    Later(Optional<Expr> symbol, Supplier<Value> found) {
      this.symbol = symbol;
      this.found = found;
    }

    Value known() {
      if (known.isEmpty()) {
        known = Optional.of(found.get());
      }
      return known.get();
    }
  }
}
