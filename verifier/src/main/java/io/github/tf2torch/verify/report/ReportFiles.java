package io.github.tf2torch.verify.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** {@code report.html}, {@code report.json} and {@code report.xml}, each replaced at once. */
public final class ReportFiles {
  private ReportFiles() {}

  public static void write(Report report, Path directory) throws IOException {
    Files.createDirectories(directory);
    replace(directory.resolve("report.json"), JsonReport.of(report).toPrettyString() + "\n");
    replace(directory.resolve("report.xml"), JUnitReport.of(report));
    replace(directory.resolve("report.html"), HtmlReport.of(report));
  }

  private static void replace(Path file, String text) throws IOException {
    Path fresh = file.resolveSibling("." + file.getFileName() + ".new");
    // not writeString, which refuses a name that is no valid Unicode
    Files.write(fresh, text.getBytes(StandardCharsets.UTF_8));
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
