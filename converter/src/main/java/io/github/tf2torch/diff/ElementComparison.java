package io.github.tf2torch.diff;

import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.ElementValue;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Compares two tensors of one shape, block by block. For one thread. */
final class ElementComparison {
  private final DType typeA;
  private final DType typeB;
  private final Tolerance tolerance;

  /** Numbers an element: 2 for a complex one. */
  private final int parts;

  private final boolean isRanked;
  private final boolean isWhole;

  private long differing;
  private long beyond;
  private long misplaced;
  private long firstMisplaced = -1;
  private Extreme largest = Extreme.none();
  private Extreme relative = Extreme.none();
  private Extreme ulps = Extreme.none();
  private boolean isIdentical = true;

  ElementComparison(DType a, DType b, Tolerance tolerance) {
    this.typeA = a.component();
    this.typeB = b.component();
    this.parts = a.bytes() / typeA.bytes();
    this.tolerance = tolerance;
    boolean isFloat = isFloat(typeA) && isFloat(typeB);
    this.isRanked = typeA == typeB && isFloat;
    this.isWhole = !isFloat(typeA) && !isFloat(typeB);
  }

  /** Whether there are numbers to compare: no strings, and no complex ones with real ones. */
  static boolean isPossible(DType a, DType b) {
    return a.bytes() > 0 && b.bytes() > 0 && (a == a.component()) == (b == b.component());
  }

  private static boolean isFloat(DType dtype) {
    return dtype.isFloating() || dtype.isFloat8();
  }

  /** Takes whole elements of both sides, the first of which is {@code first}. */
  void compare(ByteBuffer blockA, ByteBuffer blockB, long first) {
    ByteBuffer a = blockA.slice().order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer b = blockB.slice().order(ByteOrder.LITTLE_ENDIAN);
    int start = 0;
    if (typeA == typeB) {
      int mismatch = a.mismatch(b);
      if (mismatch < 0) {
        return;
      }
      start = mismatch / typeA.bytes();
    }
    isIdentical = false;
    int count = a.limit() / typeA.bytes();
    for (int i = start; i < count; i++) {
      number(a, b, i, first + i / parts);
    }
  }

  private void number(ByteBuffer a, ByteBuffer b, int index, long element) {
    int atA = index * typeA.bytes();
    int atB = index * typeB.bytes();
    if (isWhole) {
      whole(a, atA, b, atB, element);
      return;
    }
    double x = ElementValue.real(a, atA, typeA);
    double y = ElementValue.real(b, atB, typeB);
    if (x == y || (Double.isNaN(x) && Double.isNaN(y))) {
      return;
    }
    differing++;
    double difference = Math.abs(x - y);
    if (!(Math.abs(x) <= Double.MAX_VALUE && Math.abs(y) <= Double.MAX_VALUE)) {
      beyond++;
      misplaced++;
      firstMisplaced = firstMisplaced < 0 ? element : firstMisplaced;
      return;
    }
    // Of two doubles beyond half the range the difference alone can overflow.
    double size = Math.max(Math.abs(x), Math.abs(y));
    boolean isFinite = difference <= Double.MAX_VALUE;
    largest = largest.or(isFinite ? difference : Double.MAX_VALUE, element);
    relative = relative.or(isFinite ? difference / size : Math.abs(x / size - y / size), element);
    boolean isNear = difference <= tolerance.absolute();
    if (isRanked) {
      long rankA = ElementValue.rank(a, atA, typeA);
      long rankB = ElementValue.rank(b, atB, typeB);
      long steps = Math.max(rankA, rankB) - Math.min(rankA, rankB);
      ulps = ulps.or(ElementValue.unsigned(steps), element);
      isNear |= Long.compareUnsigned(steps, tolerance.ulps()) <= 0;
    }
    if (!isNear) {
      beyond++;
    }
  }

  private void whole(ByteBuffer a, int atA, ByteBuffer b, int atB, long element) {
    long x = ElementValue.whole(a, atA, typeA);
    long y = ElementValue.whole(b, atB, typeB);
    boolean isUnsignedA = typeA == DType.UINT64;
    boolean isUnsignedB = typeB == DType.UINT64;
    if (x == y && (isUnsignedA == isUnsignedB || x >= 0)) {
      return;
    }
    differing++;
    double difference;
    if (isUnsignedA == isUnsignedB) {
      boolean isLess = isUnsignedA ? Long.compareUnsigned(x, y) < 0 : x < y;
      difference = ElementValue.unsigned(isLess ? y - x : x - y);
    } else {
      difference = Math.abs(ElementValue.real(a, atA, typeA) - ElementValue.real(b, atB, typeB));
    }
    double size =
        Math.max(
            Math.abs(ElementValue.real(a, atA, typeA)), Math.abs(ElementValue.real(b, atB, typeB)));
    largest = largest.or(difference, element);
    relative = relative.or(difference / size, element);
    if (!(difference <= tolerance.absolute())) {
      beyond++;
    }
  }

  ValueDifference result() {
    return new ValueDifference(
        differing,
        beyond,
        new Extreme(misplaced, firstMisplaced),
        largest,
        relative,
        ulps,
        isIdentical);
  }
}
