package io.github.tf2torch.read.keras.hdf5;

import io.github.tf2torch.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** The extent of a data set or attribute. Section IV.A.2.b of the specification. */
record Dataspace(Shape shape) {
  /** {@code H5S_MAX_RANK}. */
  private static final int MAX_RANK = 32;

  static Dataspace read(Cursor cursor) {
    int version = cursor.u8();
    int rank = cursor.u8();
    cursor.u8(); // whether maximum extents follow
    if (version < 1 || version > 2) {
      throw cursor.unknownVersion("a dataspace", version);
    }
    boolean isNull = version == 2 && cursor.u8() == 2;
    cursor.skip(version == 1 ? 5 : 0);
    if (rank > MAX_RANK) {
      throw cursor.damaged("a dataspace of " + rank + " axes; the file is damaged");
    }
    if (isNull) {
      return new Dataspace(Shape.of(0));
    }
    List<Long> dims = new ArrayList<>();
    for (int axis = 0; axis < rank; axis++) {
      dims.add(cursor.length());
    }
    Shape shape = new Shape(dims);
    try {
      Math.multiplyExact(shape.count(), 16L);
    } catch (ArithmeticException e) {
      throw cursor.damaged("a dataspace of extent " + shape + " is too large; the file is damaged");
    }
    return new Dataspace(shape);
  }

  long count() {
    return shape.count();
  }
}
