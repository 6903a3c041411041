package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorValue;
import java.util.List;

/** Attributes and constants of TensorFlow ops, written short. */
final class Attrs {
  private Attrs() {}

  static Attr of(long value) {
    return new Attr.Int(value);
  }

  static Attr of(boolean value) {
    return new Attr.Bool(value);
  }

  static Attr of(float value) {
    return new Attr.Float(value);
  }

  static Attr of(String value) {
    return new Attr.Text(value);
  }

  static Attr of(List<Long> values) {
    return new Attr.ListOf(values.stream().map(v -> (Attr) new Attr.Int(v)).toList());
  }

  /** A constant vector of whole numbers: axes, extents. */
  static Value vector(List<Long> values) {
    return constant(Shape.of(values.size()), values.stream().mapToLong(v -> v).toArray());
  }

  /** A constant matrix of whole numbers with so many columns: pads. */
  static Value matrix(List<Long> values, int columns) {
    Shape shape = Shape.of(values.size() / columns, columns);
    return constant(shape, values.stream().mapToLong(v -> v).toArray());
  }

  /** A constant whole number. */
  static Value scalar(long value) {
    return constant(Shape.of(), value);
  }

  private static Value constant(Shape shape, long... values) {
    return new Value.Weight(
        new TensorExpr.Constant("constant", TensorValue.ofLongs(DType.INT64, shape, values)));
  }

  /** A number as a tensor of rank 0. */
  static Value number(float value) {
    TensorValue tensor =
        TensorValue.filled(DType.FLOAT32, Shape.of(), buffer -> buffer.putFloat(value));
    return new Value.Weight(new TensorExpr.Constant("constant", tensor));
  }

  static Value weight(TensorExpr recipe) {
    return new Value.Weight(recipe);
  }
}
