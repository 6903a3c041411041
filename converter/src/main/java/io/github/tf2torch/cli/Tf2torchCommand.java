package io.github.tf2torch.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command without a sub-command: says how to use it. */
@picocli.CommandLine.Command(
    name = "tf2torch",
    mixinStandardHelpOptions = true,
    version = "tf2torch 0.1.0",
    header = "Takes a TensorFlow model to PyTorch and proves that both agree.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Exit status:",
      "  0  done, and verified as matching where it verifies",
      "  1  verified, not matching",
      "  2  wrong use: options, an unknown --signature, an output folder that is not empty",
      "  3  the source is missing, unreadable, damaged or uses a file feature that is not supported",
      "  4  something has no translation; all of it is listed, nothing is written",
      "  5  the tool or the machine failed",
      "",
      "Example:",
      "  tf2torch port samples/mnist-cnn/saved_model -o out"
    })
final class Tf2torchCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Name a command.");
  }
}
