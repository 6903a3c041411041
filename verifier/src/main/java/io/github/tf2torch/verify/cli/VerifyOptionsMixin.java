package io.github.tf2torch.verify.cli;

import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.verify.subject.GradOutputs;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What {@code verify} and {@code port} share. */
public final class VerifyOptionsMixin {
  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "draws the inputs as tf.random.set_seed does (default: ${DEFAULT-VALUE})")
  long seed = 1;

  @Option(
      names = "--inputs",
      paramLabel = "FILE",
      description = "your own input: .npy, or .npz by input name, in TensorFlow's order")
  @Nullable Path inputs;

  @Option(
      names = "--batch",
      defaultValue = "2",
      description = "batch size of drawn inputs (default: ${DEFAULT-VALUE})")
  int batch = 2;

  @Option(
      names = "--size",
      paramLabel = "N",
      defaultValue = "64",
      description = "extent of a free axis other than the batch (default: ${DEFAULT-VALUE})")
  int size = 64;

  @Option(
      names = "--checks",
      split = ",",
      paramLabel = "NAME",
      description = "which checks to run (default: all); --list-checks says what each asks")
  java.util.List<String> checks = java.util.List.of();

  @Option(
      names = "--list-checks",
      help = true,
      description = "say what each check asks and of which sources, and do nothing else")
  boolean listsChecks;

  @Option(
      names = "--tolerance",
      defaultValue = "1e-5",
      description =
          "bound on the float32 difference, relative to the largest value (default:"
              + " ${DEFAULT-VALUE}); a wider one is printed in the report")
  double tolerance = 1e-5;

  @Option(
      names = "--scramble",
      description =
          "give both sides the same random biases, gammas and running statistics for every check"
              + " that runs both: zeros and ones hide swapped gates and forgotten terms")
  boolean isScrambled;

  @Option(
      names = "--outputs",
      split = ";",
      paramLabel = "NAME",
      description =
          "differentiate these outputs alone (gradients); 'NAME[:, 0]' takes one column of axis 1")
  java.util.List<String> outputs = java.util.List.of();

  @Option(
      names = "--grad-outputs",
      paramLabel = "KIND",
      description =
          "what comes to the outputs from outside (gradients): random, or ones as in"
              + " tape.gradient (default: random; behind a softmax ones give a gradient of zero)")
  String gradOutputs = "random";

  GradOutputs gradOutputs() {
    if (!gradOutputs.equals("random") && !gradOutputs.equals("ones")) {
      throw new BadRequest("--grad-outputs " + gradOutputs + ": expected random or ones");
    }
    return new GradOutputs(outputs, gradOutputs.equals("ones"));
  }

  @Option(
      names = "--threads",
      defaultValue = "2",
      description = "threads of each engine (default: ${DEFAULT-VALUE})")
  int threads = 2;

  @Option(
      names = "--python",
      paramLabel = "INTERPRETER",
      description =
          "a Python with torch and numpy: runs DIR/model.py, or your own --python-module, too")
  @Nullable String python;

  @Option(names = "--report", paramLabel = "DIR", description = "where report.* go (default: DIR)")
  @Nullable Path report;

  @Option(names = "--json", description = "print report.json instead of a summary")
  boolean json;
}
