package io.github.tf2torch.verify.translation;

import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.verify.report.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One signature of a SavedModel, converted and run by both engines.
 *
 * @param modules what {@code __init__} of model.py makes, without {@code self.}
 * @param forward the lines of its forward
 */
record PortedSignature(List<String> modules, List<String> forward, Report report) {
  static PortedSignature of(Path source, String signature, Path folder) throws IOException {
    ReadOptions read = ReadOptions.defaults().withSignature(Optional.of(signature));
    Report report = BothEngines.port(source, read, folder);
    String text =
        Files.readString(folder.resolve("model.py"))
            .replaceAll("\\(\\n\\s+", "(")
            .replaceAll("\\n\\s+\\)", ")");
    List<String> lines = text.lines().map(String::strip).toList();
    int forward = lines.lastIndexOf("def forward(self, x):");
    return new PortedSignature(
        lines.subList(0, forward).stream()
            .filter(l -> l.matches("self.*= (nn\\.(?!Module|Parameter)|Biased).*"))
            .map(l -> l.substring("self.".length()))
            .toList(),
        lines.subList(forward + 1, lines.size()),
        report);
  }
}
