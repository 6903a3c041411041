package io.github.tf2torch.verify.subject;

import io.github.tf2torch.problem.BadRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What to verify, and how.
 *
 * @param source what TensorFlow wrote
 * @param directory what the conversion wrote
 * @param inputs a .npy or .npz file in TensorFlow's order; drawn from the seed where empty
 * @param batch extent of a free first axis of drawn inputs
 * @param size extent of other free axes
 * @param own a PyTorch model of the user's own, instead of what a conversion wrote
 * @param python an interpreter with torch, that is to run {@code model.py} or the own module
 * @param trace what TensorFlow did elsewhere, recorded; its inputs are taken, and nothing is drawn
 * @param isScrambled whether biases, gammas and statistics are drawn anew on both sides
 * @param gradOutputs which outputs are differentiated, and what comes to them from outside
 * @param plugins jars with the rules that the conversion was made with
 * @param checks names of the checks to run
 * @param tolerance bound on the float32 difference relative to TensorFlow's largest value
 */
public record VerifyRequest(
    Path source,
    Path directory,
    long seed,
    Optional<Path> inputs,
    long batch,
    long size,
    Set<String> checks,
    double tolerance,
    int threads,
    Optional<OwnTorch> own,
    Optional<String> python,
    Optional<Path> trace,
    boolean isScrambled,
    GradOutputs gradOutputs,
    List<Path> plugins) {
  public VerifyRequest {
    checks = Set.copyOf(checks);
    plugins = List.copyOf(plugins);
    if (!(tolerance > 0)) {
      throw new BadRequest("the tolerance is " + tolerance + ", it must be above 0");
    }
    if (isScrambled && (own.isPresent() || trace.isPresent())) {
      throw new BadRequest(
          "--scramble gives both sides other values, which a model of one's own (--torch) and a"
              + " recording (--trace) do not take; verify a conversion by it");
    }
  }

  public VerifyRequest(
      Path source,
      Path directory,
      long seed,
      Optional<Path> inputs,
      long batch,
      long size,
      Set<String> checks,
      double tolerance,
      int threads) {
    this(
        source,
        directory,
        seed,
        inputs,
        batch,
        size,
        checks,
        tolerance,
        threads,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        false,
        GradOutputs.ALL_RANDOM,
        List.of());
  }

  /** The same against a model of the user's own. */
  public VerifyRequest withOwn(OwnTorch other) {
    Draft draft = new Draft(this);
    draft.own = Optional.of(other);
    return draft.request();
  }

  /** The same with what was converted elsewhere. */
  VerifyRequest withDirectory(Path other) {
    Draft draft = new Draft(this);
    draft.directory = other;
    return draft.request();
  }

  /** The same with an interpreter that has torch. */
  public VerifyRequest withPython(String interpreter) {
    Draft draft = new Draft(this);
    draft.python = Optional.of(interpreter);
    return draft.request();
  }

  /** The same against what was recorded elsewhere. */
  public VerifyRequest withTrace(Path file) {
    Draft draft = new Draft(this);
    draft.trace = Optional.of(file);
    return draft.request();
  }

  /** The same with biases, gammas and statistics drawn anew on both sides. */
  public VerifyRequest withScramble() {
    Draft draft = new Draft(this);
    draft.isScrambled = true;
    return draft.request();
  }

  /** The same with other outputs differentiated, or by other numbers. */
  public VerifyRequest withGradOutputs(GradOutputs other) {
    Draft draft = new Draft(this);
    draft.gradOutputs = other;
    return draft.request();
  }

  /** The same with the jars whose rules the conversion was made with. */
  public VerifyRequest withPlugins(List<Path> jars) {
    Draft draft = new Draft(this);
    draft.plugins = jars;
    return draft.request();
  }

  /** The bound that holds unless a wider one is given. */
  public static final double TOLERANCE = 1e-5;

  /** What has the same verification again. */
  public String command() {
    List<String> words = new ArrayList<>(List.of("tf2torch", "verify"));
    words.add(quoted(source.toString()));
    if (own.isPresent()) {
      own.get().words().forEach(w -> words.add(quoted(w)));
    } else {
      words.add(quoted(directory.toString()));
    }
    plugins.forEach(p -> words.addAll(List.of("--plugin", quoted(p.toString()))));
    python.ifPresent(p -> words.addAll(List.of("--python", quoted(p))));
    if (trace.isPresent()) {
      words.addAll(List.of("--trace", quoted(trace.get().toString())));
    } else if (inputs.isPresent()) {
      words.addAll(List.of("--inputs", quoted(inputs.get().toString())));
    } else {
      words.addAll(List.of("--seed", "" + seed, "--batch", "" + batch, "--size", "" + size));
    }
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
    gradOutputs.words().forEach(w -> words.add(quoted(w)));
    words.addAll(List.of("--threads", "" + threads));
    return String.join(" ", words);
  }

  private static String quoted(String path) {
    return path.matches("[A-Za-z0-9_./:@%+=,-]+") ? path : "'" + path.replace("'", "'\\''") + "'";
  }

  /** What is to become a request; one choice changes at a time. */
  private static final class Draft {
    private final Path source;
    private Path directory;
    private final long seed;
    private final Optional<Path> inputs;
    private final long batch;
    private final long size;
    private final Set<String> checks;
    private final double tolerance;
    private final int threads;
    private Optional<OwnTorch> own;
    private Optional<String> python;
    private Optional<Path> trace;
    private boolean isScrambled;
    private GradOutputs gradOutputs;
    private List<Path> plugins;

    Draft(VerifyRequest from) {
      source = from.source;
      directory = from.directory;
      seed = from.seed;
      inputs = from.inputs;
      batch = from.batch;
      size = from.size;
      checks = from.checks;
      tolerance = from.tolerance;
      threads = from.threads;
      own = from.own;
      python = from.python;
      trace = from.trace;
      isScrambled = from.isScrambled;
      gradOutputs = from.gradOutputs;
      plugins = from.plugins;
    }

    VerifyRequest request() {
      return new VerifyRequest(
          source,
          directory,
          seed,
          inputs,
          batch,
          size,
          checks,
          tolerance,
          threads,
          own,
          python,
          trace,
          isScrambled,
          gradOutputs,
          plugins);
    }
  }
}
