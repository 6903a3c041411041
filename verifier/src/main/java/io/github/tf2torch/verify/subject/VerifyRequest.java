package io.github.tf2torch.verify.subject;

import io.github.tf2torch.problem.BadRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What to verify, and how.
 *
 * @param source what TensorFlow wrote
 * @param checks names of the checks to run
 * @param tolerance bound on the float32 difference relative to TensorFlow's largest value
 * @param threads of each engine
 * @param isScrambled whether biases, gammas and statistics are drawn anew on both sides
 * @param gradOutputs which outputs are differentiated, and what comes to them from outside
 */
public record VerifyRequest(
    Path source,
    TorchSide torch,
    InputChoice inputs,
    Set<String> checks,
    double tolerance,
    int threads,
    boolean isScrambled,
    GradOutputs gradOutputs) {
  /** The bound that holds unless a wider one is given. */
  public static final double TOLERANCE = 1e-5;

  public VerifyRequest {
    checks = Set.copyOf(checks);
    if (!(tolerance > 0)) {
      throw new BadRequest("the tolerance is " + tolerance + ", it must be above 0");
    }
    if (isScrambled && (torch.own().isPresent() || inputs.trace().isPresent())) {
      throw new BadRequest(
          "--scramble gives both sides other values, which a model of one's own (--torch) and a"
              + " recording (--trace) do not take; verify a conversion by it");
    }
  }

  /** Of what a conversion wrote into a folder, on one thread. */
  public static VerifyRequest of(
      Path source, Path directory, InputChoice inputs, Set<String> checks) {
    return new VerifyRequest(
        source,
        TorchSide.of(directory),
        inputs,
        checks,
        TOLERANCE,
        1,
        false,
        GradOutputs.ALL_RANDOM);
  }

  /** The same against a model of the user's own. */
  public VerifyRequest withOwn(OwnTorch other) {
    return with(torch.withOwn(other));
  }

  /** The same with what was converted elsewhere. */
  VerifyRequest withDirectory(Path other) {
    return with(torch.withDirectory(other));
  }

  /** The same with an interpreter that has torch. */
  public VerifyRequest withPython(String interpreter) {
    return with(torch.withPython(interpreter));
  }

  /** The same with the jars whose rules the conversion was made with. */
  public VerifyRequest withPlugins(List<Path> jars) {
    return with(torch.withPlugins(jars));
  }

  private VerifyRequest with(TorchSide other) {
    return new VerifyRequest(
        source, other, inputs, checks, tolerance, threads, isScrambled, gradOutputs);
  }

  /** The same against what was recorded elsewhere. */
  public VerifyRequest withTrace(Path file) {
    InputChoice recorded = inputs.withTrace(file);
    return new VerifyRequest(
        source, torch, recorded, checks, tolerance, threads, isScrambled, gradOutputs);
  }

  /** The same with biases, gammas and statistics drawn anew on both sides. */
  public VerifyRequest withScramble() {
    return new VerifyRequest(source, torch, inputs, checks, tolerance, threads, true, gradOutputs);
  }

  /** The same with other outputs differentiated, or by other numbers. */
  public VerifyRequest withGradOutputs(GradOutputs other) {
    return new VerifyRequest(source, torch, inputs, checks, tolerance, threads, isScrambled, other);
  }

  /** What has the same verification again. */
  public String command() {
    List<String> words = new ArrayList<>(List.of("tf2torch", "verify", source.toString()));
    words.addAll(torch.words());
    words.addAll(inputs.words());
    if (tolerance != TOLERANCE) {
      words.addAll(List.of("--tolerance", "" + tolerance));
    }
    if (!checks.containsAll(CheckName.ALL)) {
      words.addAll(
          List.of(
              "--checks",
              String.join(",", CheckName.ALL.stream().filter(checks::contains).toList())));
    }
    if (isScrambled) {
      words.add("--scramble");
    }
    words.addAll(gradOutputs.words());
    words.addAll(List.of("--threads", "" + threads));
    return String.join(" ", words.stream().map(VerifyRequest::quoted).toList());
  }

  private static String quoted(String word) {
    return word.matches("[A-Za-z0-9_./:@%+=,-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
