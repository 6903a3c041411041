package io.github.tf2torch.write.python;

import java.math.BigDecimal;
import java.math.MathContext;

/** Numbers as Python writes them. */
final class PythonNumber {
  private PythonNumber() {}

  /**
   * The shortest decimal that rounds to this float32: {@code 0.001}, {@code 1e-05}, {@code 6.0}.
   */
  static String shortest(float value) {
    if (Float.isNaN(value)) {
      return "float(\"nan\")";
    }
    if (Float.isInfinite(value)) {
      return value > 0 ? "float(\"inf\")" : "float(\"-inf\")";
    }
    for (int digits = 1; digits <= 9; digits++) {
      BigDecimal rounded = new BigDecimal(value).round(new MathContext(digits));
      if (rounded.floatValue() == value) {
        return repr(rounded);
      }
    }
    throw new AssertionError("nine digits tell every float32 apart: " + value);
  }

  /** The same of what is a float32, and else the shortest decimal that rounds to this float64. */
  static String shortest(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value) || value == (float) value) {
      return shortest((float) value);
    }
    for (int digits = 1; digits <= 17; digits++) {
      BigDecimal rounded = new BigDecimal(value).round(new MathContext(digits));
      if (rounded.doubleValue() == value) {
        return repr(rounded);
      }
    }
    throw new AssertionError("seventeen digits tell every float64 apart: " + value);
  }

  /** As {@code repr} of CPython: an exponent below 1e-4 and from 1e16 on. */
  private static String repr(BigDecimal number) {
    if (number.signum() == 0) {
      return "0.0";
    }
    BigDecimal stripped = number.stripTrailingZeros();
    int exponent = stripped.precision() - stripped.scale() - 1;
    if (exponent >= -4 && exponent < 16) {
      return stripped.scale() <= 0 ? stripped.toBigInteger() + ".0" : stripped.toPlainString();
    }
    String digits = stripped.unscaledValue().abs().toString();
    String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
    String power =
        (exponent < 0 ? "-" : "+") + (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
    return (stripped.signum() < 0 ? "-" : "") + mantissa + "e" + power;
  }
}
