package io.github.tf2torch.write.pt2;

import io.github.tf2torch.tensor.DType;
import java.util.List;

/** What an expression is in the graph. */
sealed interface Datum {
  /** The value of a node or of an input of the graph. */
  record Tensor(String name, Form form) implements Datum {
    DType dtype() {
      return form.dtype();
    }

    List<Extent> sizes() {
      return form.sizes();
    }

    int rank() {
      return form.sizes().size();
    }
  }

  /**
   * A whole number.
   *
   * @param name of the node that computes it; empty where it is known
   */
  record Whole(Extent extent, String name) implements Datum {
    static Whole of(long value) {
      return new Whole(Extent.of(value), "");
    }
  }

  record Number(double value) implements Datum {}

  record Flag(boolean value) implements Datum {}

  record Text(String value) implements Datum {}

  record Type(DType value) implements Datum {}

  record None() implements Datum {}

  record Items(List<Datum> elements) implements Datum {
    public Items {
      elements = List.copyOf(elements);
    }
  }

  /** An argument that is passed by its name. */
  record Keyword(String name, Datum value) implements Datum {}

  /** What is known of a tensor without its values. */
  record Form(DType dtype, List<Extent> sizes) {
    public Form {
      sizes = List.copyOf(sizes);
    }

    Form withSizes(List<Extent> other) {
      return new Form(dtype, other);
    }

    Form withDtype(DType other) {
      return new Form(other, sizes);
    }
  }
}
