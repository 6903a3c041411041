package io.github.tf2torch.verify.cli;

import io.github.tf2torch.cli.Command;
import io.github.tf2torch.cli.ExitStatus;
import io.github.tf2torch.verify.trace.TraceScript;
import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tf2torch trace-script}: the Python file that records a model where it runs. */
@picocli.CommandLine.Command(
    name = "trace-script",
    mixinStandardHelpOptions = true,
    header = "Print a Python file that records what a model does where it runs.",
    description = {
      "",
      "For models with code or machines of their own: the file needs numpy and the model's"
          + " framework, and writes inputs, every layer's outputs, gradients and a few training steps"
          + " as safetensors. verify --trace holds a port against them.",
      "",
      "Example: tf2torch trace-script --framework keras > tf2torch_trace.py",
      ""
    })
public final class TraceScriptCommand implements Command {
  @Spec private CommandSpec spec;

  @Option(
      names = "--framework",
      defaultValue = "keras",
      description = "what the model is written in: ${COMPLETION-CANDIDATES} (default: keras)")
  private TraceScript framework = TraceScript.KERAS;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    out.print(framework.print());
    out.flush();
    return ExitStatus.MATCH;
  }
}
