package io.github.tf2torch.verify.translation;

import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.verify.report.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One signature of a SavedModel, converted and run by both engines.
 *
 * @param modules what the classes of model.py make, parts before the whole, without {@code self.}
 * @param forward the lines of their forward, without comments
 */
record PortedSignature(List<String> modules, List<String> forward, Report report) {
  private static final Pattern MODULE =
      Pattern.compile(
          "((super\\(\\)\\.__init__\\(OrderedDict\\()|self\\.)?(?<name>\\w+) ?= ?(?<made>(nn\\.(?!Module|Parameter)|Biased).*?\\))(,\\)*)?(  #.*)?");

  private static final String CLASS = "class \\w+\\(nn\\.(Module|Sequential)\\):";

  static PortedSignature of(Path source, String signature, Path folder) throws IOException {
    ReadOptions read = ReadOptions.defaults().withSignature(Optional.of(signature));
    Report report = BothEngines.port(source, read, folder);
    String text =
        Files.readString(folder.resolve("model.py"))
            .replaceAll("\\(\\n\\s+", "(")
            .replaceAll("\\n\\s+\\)", ")");
    List<String> modules = new ArrayList<>();
    List<String> forward = new ArrayList<>();
    boolean isOwn = false;
    boolean isForward = false;
    for (String line : text.lines().map(String::strip).toList()) {
      boolean isHead = line.startsWith("class ") || line.startsWith("def ");
      isOwn = line.startsWith("class ") ? line.matches(CLASS) : isOwn;
      isForward = isHead ? isOwn && line.startsWith("def forward(") : isForward;
      if (isForward && !isHead && !line.isEmpty()) {
        forward.add(line.replaceFirst("  # .*", ""));
      } else if (isOwn) {
        module(line).ifPresent(modules::add);
      }
    }
    return new PortedSignature(modules, forward, report);
  }

  /** {@code name = class(...)}, as an attribute or as one of a Sequential's. */
  private static Optional<String> module(String line) {
    Matcher matcher = MODULE.matcher(line);
    return matcher.matches()
        ? Optional.of(matcher.group("name") + " = " + matcher.group("made"))
        : Optional.empty();
  }
}
