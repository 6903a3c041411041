package io.github.tf2torch.verify.report;

/**
 * One tensor held against its counterpart.
 *
 * @param name the tensor of the {@code state_dict}, the output, or the layer
 * @param source TensorFlow's name for it
 * @param error the largest float32 difference, relative to TensorFlow's largest value; NaN where
 *     there is none
 * @param error64 the same in float64
 * @param noise how far PyTorch's float32 is from float64, in units of TensorFlow's own distance
 * @param unit that distance; NaN where it was not measured
 * @param reason why it differs, or was not compared; empty for a plain match
 */
public record TensorResult(
    String name,
    String source,
    Verdict verdict,
    double error,
    double error64,
    double noise,
    double unit,
    String reason) {
  public TensorResult(
      String name,
      String source,
      Verdict verdict,
      double error,
      double error64,
      double noise,
      String reason) {
    this(name, source, verdict, error, error64, noise, Double.NaN, reason);
  }

  /** A tensor that was compared bit for bit. */
  public static TensorResult exact(String name, String source, boolean equal, String reason) {
    return new TensorResult(
        name,
        source,
        equal ? Verdict.MATCH : Verdict.DIFFER,
        equal ? 0 : Double.NaN,
        Double.NaN,
        Double.NaN,
        reason);
  }

  /** The same under another name of TensorFlow's. */
  public TensorResult withSource(String other) {
    return new TensorResult(name, other, verdict, error, error64, noise, unit, reason);
  }

  /** The same with another verdict, and why. */
  public TensorResult with(Verdict other, String why) {
    return new TensorResult(name, source, other, error, error64, noise, unit, why);
  }
}
