package io.github.tf2torch.model.source;

import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.TensorValue;
import java.util.List;
import java.util.Optional;

/** The value of a node's attribute. */
public sealed interface Attr {
  record Int(long value) implements Attr {}

  record Float(float value) implements Attr {}

  record Bool(boolean value) implements Attr {}

  record Text(String value) implements Attr {}

  record Type(DType value) implements Attr {}

  /** Empty where even the rank is unknown. */
  record ShapeOf(Optional<Dims> value) implements Attr {}

  record Tensor(TensorValue value) implements Attr {}

  /** The elements of a constant of strings, undecoded. */
  record Strings(List<String> values) implements Attr {
    public Strings {
      values = List.copyOf(values);
    }
  }

  /** The name of a function in the graph's library. */
  record Function(String name) implements Attr {}

  record ListOf(List<Attr> values) implements Attr {
    public ListOf {
      values = List.copyOf(values);
    }
  }
}
