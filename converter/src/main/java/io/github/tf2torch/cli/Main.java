package io.github.tf2torch.cli;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;

/** The command line: {@code tf2torch COMMAND}. */
public final class Main {
  private static final Map<String, Supplier<Callable<Integer>>> OWN = own();

  private Main() {}

  /** In the order in which help names them. */
  private static Map<String, Supplier<Callable<Integer>>> own() {
    Map<String, Supplier<Callable<Integer>>> commands = new LinkedHashMap<>();
    commands.put("inspect", InspectCommand::new);
    commands.put("convert", ConvertCommand::new);
    commands.put("diff", DiffCommand::new);
    commands.put("rules", RulesCommand::new);
    return Collections.unmodifiableMap(commands);
  }

  /** The whole command tree; further modules add theirs as {@link Command} services. */
  public static CommandLine commandLine() {
    CommandLine root = root();
    OWN.values().forEach(command -> root.addSubcommand(command.get()));
    ServiceLoader.load(Command.class).forEach(root::addSubcommand);
    root.addSubcommand(new CommandLine.HelpCommand());
    return configured(root);
  }

  /**
   * As much of the tree as these arguments need: to set up the commands that are not meant, and to
   * look for them in every jar, takes longer than a small file does.
   */
  private static CommandLine commandLine(String[] arguments) {
    if (arguments.length == 0 || !OWN.containsKey(arguments[0])) {
      return commandLine();
    }
    return configured(root().addSubcommand(OWN.get(arguments[0]).get()));
  }

  private static CommandLine root() {
    return new CommandLine(new Tf2torchCommand());
  }

  /** Reaches the sub-commands that are there. */
  private static CommandLine configured(CommandLine root) {
    root.setExecutionExceptionHandler(new ExitStatus());
    root.setParameterExceptionHandler(new UsageErrors());
    root.setCaseInsensitiveEnumValuesAllowed(true);
    return root;
  }

  /** A command line has neither Groovy's closures nor dates, and picocli takes a while to look. */
  private static void skipWhatIsNotUsed() {
    System.setProperty("picocli.disable.closures", "true");
    System.setProperty("picocli.converters.excludes", "java.time.*,java.sql.*");
  }

  /** Of what nobody takes Java ends with 1, which says that two models were held, and differ. */
  static int execute(CommandLine command, String... arguments) {
    try {
      return command.execute(arguments);
    } catch (Error e) {
      return ExitStatus.of(e, command.getErr());
    }
  }

  public static void main(String[] arguments) {
    skipWhatIsNotUsed();
    // What it says is English, and so are its numbers, wherever it runs.
    Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
    System.exit(execute(commandLine(arguments), arguments));
  }
}
