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

    /** Of a named tuple. */
    final List<String> fields;

    Items(List<Value> values, boolean isTuple) {
      this(values, isTuple, List.of());
    }

    Items(List<Value> values, boolean isTuple, List<String> fields) {
      this.values = new ArrayList<>(values);
      this.isTuple = isTuple;
      this.fields = List.copyOf(fields);
    }
  }

  /** A dict, in the order in which it was filled; code adds to it. */
  record Entries(Map<String, Value> values) implements Value {}

  /** A module, by its path. */
  record Module(String path, ScriptValue.Module object) implements Value {}

  /** A function of the archive by its qualified name, or the beginning of such a name. */
  record Global(String name) implements Value {}

  /**
   * A tensor that the program computes or holds. An operator in place makes it another; what shares
   * its memory would be another too, and can't be read any more.
   */
  final class Tensor implements Value {
    private final boolean isHeld;
    private final Optional<Value> number;
    private Expr expr;
    private List<Tensor> sharing;
    private boolean isStale;

    private Tensor(Expr expr, boolean isHeld, Optional<Value> number) {
      this.expr = expr;
      this.isHeld = isHeld;
      this.number = number;
      this.sharing = new ArrayList<>(List.of(this));
    }

    Tensor(Expr expr) {
      this(expr, false, Optional.empty());
    }

    /** One of a module. */
    static Tensor held(Expr expr) {
      return new Tensor(expr, true, Optional.empty());
    }

    /** A constant of the code, and the number that it is. */
    static Tensor constant(Expr expr, Optional<Value> number) {
      return new Tensor(expr, true, number);
    }

    /** What may share this one's memory. */
    Tensor view(Expr of) {
      Tensor view = new Tensor(of);
      view.sharing = sharing;
      sharing.add(view);
      return view;
    }

    Optional<Value> number() {
      return number;
    }

    Expr expr() {
      if (isStale) {
        throw new UnreadScript("it changes a part of a tensor in place");
      }
      return expr;
    }

    /** An operator in place has made it this. */
    void change(Expr made) {
      if (sharing.stream().anyMatch(t -> t.isHeld)) {
        throw new UnreadScript("its forward changes a tensor of a module");
      }
      sharing.forEach(t -> t.isStale = t != this);
      expr = made;
    }
  }

  /** A device, a layout: the argument that says it. */
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
