package io.github.tf2torch.verify.check;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A Java process on the class path of this one, for settings that a process takes once: native
 * libraries read them from the environment as they are loaded.
 */
public final class JavaProcess {
  private JavaProcess() {}

  /**
   * One that is still to be started.
   *
   * @param environment set beside what this process was started with
   */
  public static ProcessBuilder of(
      Class<?> main, List<String> arguments, Map<String, String> environment) {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    words.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.environment().putAll(environment);
    return builder;
  }
}
