package io.github.tf2torch.verify.cause;

/** Numbers as Python's code has them. */
public final class Decimal {
  private Decimal() {}

  /** The shortest decimal of a float32, a whole number without a point. */
  public static String of(double number) {
    float value = (float) number;
    return value == Math.rint(value) && Math.abs(value) < 1e7
        ? Long.toString((long) value)
        : Float.toString(value).replace("E", "e").replace(".0e", "e");
  }
}
