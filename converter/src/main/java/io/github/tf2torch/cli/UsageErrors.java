package io.github.tf2torch.cli;

import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** One line that says what is wrong with the command line, and where to read more. */
final class UsageErrors implements IParameterExceptionHandler {
  @Override
  public int handleParseException(ParameterException e, String[] arguments) {
    CommandLine command = e.getCommandLine();
    command.getErr().println("tf2torch: " + e.getMessage());
    UnmatchedArgumentException.printSuggestions(e, command.getErr());
    if (!command.getSubcommands().isEmpty()) {
      command.getErr().println("Commands: " + String.join(", ", command.getSubcommands().keySet()));
    }
    command.getErr().println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    return ExitStatus.WRONG_USE;
  }
}
