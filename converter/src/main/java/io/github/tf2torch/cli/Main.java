package io.github.tf2torch.cli;

import java.util.ServiceLoader;
import picocli.CommandLine;

/** The command line: {@code tf2torch COMMAND}. */
public final class Main {
  private Main() {}

  /** The whole command tree; further modules add theirs as {@link Command} services. */
  public static CommandLine commandLine() {
    CommandLine root = new CommandLine(new Tf2torchCommand());
    root.addSubcommand(new InspectCommand());
    root.addSubcommand(new ConvertCommand());
    root.addSubcommand(new DiffCommand());
    root.addSubcommand(new RulesCommand());
    ServiceLoader.load(Command.class).forEach(root::addSubcommand);
    root.addSubcommand(new CommandLine.HelpCommand());
    root.setExecutionExceptionHandler(new ExitStatus());
    root.setParameterExceptionHandler(new UsageErrors());
    root.setCaseInsensitiveEnumValuesAllowed(true);
    return root;
  }

  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }
}
