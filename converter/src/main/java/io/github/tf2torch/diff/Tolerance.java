package io.github.tf2torch.diff;

import java.util.Locale;

/**
 * How far two elements may be apart and still count as the same: at most {@code absolute}, or at
 * most {@code ulps} steps of their type. None by default. NaN and infinities must match in place
 * whatever is allowed.
 */
public record Tolerance(double absolute, long ulps) {
  public Tolerance {
    if (!(absolute >= 0) || absolute == Double.POSITIVE_INFINITY || ulps < 0) {
      throw new IllegalArgumentException("tolerance " + absolute + ", " + ulps + " ULPs");
    }
  }

  public static Tolerance none() {
    return new Tolerance(0, 0);
  }

  /** {@code at most 1.0E-6 or 4 ULPs apart}. */
  public String describe() {
    if (absolute == 0 && ulps == 0) {
      return "equal";
    }
    String near = absolute == 0 ? "" : String.format(Locale.ROOT, "%s", absolute);
    String steps = ulps == 0 ? "" : ulps + " ULPs";
    return "at most " + near + (near.isEmpty() || steps.isEmpty() ? "" : " or ") + steps + " apart";
  }
}
