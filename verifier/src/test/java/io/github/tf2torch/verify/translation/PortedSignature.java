package io.github.tf2torch.verify.translation;

import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.verify.report.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One signature of a SavedModel, converted and run by both engines.
 *
 * @param modules what {@code __init__} of model.py makes, without {@code self.}
 * @param forward the lines of its forward
 */
record PortedSignature(List<String> modules, List<String> forward, Report report) {
  private static final Pattern MODULE =
      Pattern.compile(
          "(self\\.)?(?<name>\\w+) ?= ?(?<made>(nn\\.(?!Module|Parameter)|Biased).*?\\))(,\\)*)?(  #.*)?");

  static PortedSignature of(Path source, String signature, Path folder) throws IOException {
    ReadOptions read = ReadOptions.defaults().withSignature(Optional.of(signature));
    Report report = BothEngines.port(source, read, folder);
    String text =
        Files.readString(folder.resolve("model.py"))
            .replaceAll("\\(\\n\\s+", "(")
            .replaceAll("\\n\\s+\\)", ")");
    List<String> lines = text.lines().map(String::strip).toList();
    int model = lines.lastIndexOf("def __init__(self) -> None:");
    int forward = lines.size();
    for (int i = model; i < lines.size() && forward == lines.size(); i++) {
      forward = lines.get(i).matches("def forward\\(self, x.*\\).*:") ? i : forward;
    }
    return new PortedSignature(
        lines.subList(model, forward).stream()
            .map(PortedSignature::module)
            .flatMap(Optional::stream)
            .toList(),
        lines.subList(Math.min(forward + 1, lines.size()), lines.size()),
        report);
  }

  /** {@code name = class(...)}, as an attribute or as one of a Sequential's. */
  private static Optional<String> module(String line) {
    Matcher matcher = MODULE.matcher(line);
    return matcher.matches()
        ? Optional.of(matcher.group("name") + " = " + matcher.group("made"))
        : Optional.empty();
  }
}
