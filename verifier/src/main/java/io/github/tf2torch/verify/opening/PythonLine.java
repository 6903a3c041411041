package io.github.tf2torch.verify.opening;

import io.github.tf2torch.verify.subject.OwnTorch;
import io.github.tf2torch.verify.subject.Subject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The line of {@code model.py} that a cause is about. */
public final class PythonLine {
  private PythonLine() {}

  /**
   * With its number and text; empty where there is no such file, or no mark is in one line alone.
   *
   * @param marks what the line holds, the first choice first
   */
  static Optional<String> of(Path file, List<String> marks) throws IOException {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    List<String> lines = Files.readAllLines(file);
    return marks.stream()
        .map(mark -> places(lines, mark))
        .filter(places -> places.length == 1)
        .findFirst()
        .map(places -> "line " + (places[0] + 1) + ": " + lines.get(places[0]).strip());
  }

  /** The same behind a sentence, in brackets; nothing where there is none. */
  public static String behind(Path file, List<String> marks) throws IOException {
    return of(file, marks).map(line -> " (" + file.getFileName() + ", " + line + ")").orElse("");
  }

  /** The Python that a verified program is: a user's own module, else the conversion's. */
  public static Path code(Subject subject) {
    return subject
        .request()
        .torch()
        .own()
        .flatMap(OwnTorch::module)
        .map(m -> Path.of(m.substring(0, m.lastIndexOf(':'))))
        .orElseGet(() -> subject.file("model.py"));
  }

  private static int[] places(List<String> lines, String mark) {
    return IntStream.range(0, lines.size()).filter(i -> lines.get(i).contains(mark)).toArray();
  }
}
