package io.github.tf2torch.verify.script;

import java.util.List;
import java.util.Map;

/** An expression of TorchScript's serialized code. */
sealed interface Term {
  record Name(String name) implements Term {}

  record Whole(long value) implements Term {}

  record Real(double value) implements Term {}

  record Text(String value) implements Term {}

  record Truth(boolean value) implements Term {}

  record Nothing() implements Term {}

  /** A list or a tuple. */
  record Items(List<Term> values, boolean isTuple) implements Term {
    public Items {
      values = List.copyOf(values);
    }
  }

  /** A dict. */
  record Entries(List<Term> keys, List<Term> values) implements Term {
    public Entries {
      keys = List.copyOf(keys);
      values = List.copyOf(values);
    }
  }

  /** {@code object.name}, or {@code getattr(object, "name")}. */
  record Member(Term object, String name) implements Term {}

  /** {@code object[index]}. */
  record Item(Term object, Term index) implements Term {}

  /** {@code function(arguments, name=value)}. */
  record Call(Term function, List<Term> arguments, Map<String, Term> named) implements Term {
    public Call {
      arguments = List.copyOf(arguments);
    }
  }
}
