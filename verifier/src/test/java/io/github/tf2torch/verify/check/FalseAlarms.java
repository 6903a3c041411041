package io.github.tf2torch.verify.check;

import io.github.tf2torch.convert.ConvertOptions;
import io.github.tf2torch.convert.Converter;
import io.github.tf2torch.convert.Progress;
import io.github.tf2torch.convert.Source;
import io.github.tf2torch.problem.Problem;
import io.github.tf2torch.verify.report.CheckResult;
import io.github.tf2torch.verify.report.Report;
import io.github.tf2torch.verify.report.Verdict;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Verifies correct conversions under many seeds: whatever differs or fails there is a false alarm.
 *
 * <p>{@code FalseAlarms SEEDS CHECKS BATCH SIZE PATH...}: SavedModels, frozen graphs and {@code
 * .meta} files, or folders that hold such. {@code CHECKS} is a list with commas.
 */
final class FalseAlarms {
  private final int seeds;
  private final Set<String> checks;
  private final int batch;
  private final int size;
  private final Consumer<String> print;

  FalseAlarms(int seeds, Set<String> checks, int batch, int size, Consumer<String> print) {
    this.seeds = seeds;
    this.checks = Set.copyOf(checks);
    this.batch = batch;
    this.size = size;
    this.print = print;
  }

  /**
   * What came of one source or, summed, of several.
   *
   * @param unported sources that are refused or do not translate
   * @param matched verifications that said so
   * @param open verifications in which too little could be checked
   * @param failed verifications in which an engine could not run what was asked
   * @param alarms verifications in which something differed
   */
  record Count(int ported, int unported, int matched, int open, int failed, int alarms) {
    static final Count NONE = new Count(0, 0, 0, 0, 0, 0);

    Count plus(Count other) {
      return new Count(
          ported + other.ported,
          unported + other.unported,
          matched + other.matched,
          open + other.open,
          failed + other.failed,
          alarms + other.alarms);
    }
  }

  /** Verifies one source under every seed. */
  Count of(Path source, Path folder) throws IOException {
    Path out = folder.resolve("out");
    try (Source opened = Source.open(source)) {
      Converter.convert(opened, out, ConvertOptions.defaults(), Progress.silent());
    } catch (Problem e) {
      print.accept("not ported   " + source + ": " + firstLine(e.getMessage()));
      return new Count(0, 1, 0, 0, 0, 0);
    }
    Count count = new Count(1, 0, 0, 0, 0, 0);
    for (int seed = 1; seed <= seeds; seed++) {
      count = count.plus(one(source, out, seed));
    }
    print.accept(
        count.matched()
            + " matched, "
            + count.open()
            + " open, "
            + count.failed()
            + " failed, "
            + count.alarms()
            + " alarms   "
            + source);
    return count;
  }

  private Count one(Path source, Path out, int seed) throws IOException {
    VerifyRequest request =
        new VerifyRequest(
            source, out, seed, Optional.empty(), batch, size, checks, VerifyRequest.TOLERANCE, 2);
    try {
      Report report = Verification.run(request, Progress.silent());
      for (CheckResult check : report.checks()) {
        if (check.verdict() != Verdict.MATCH && seed == 1) {
          print.accept(
              "  "
                  + check.name()
                  + " "
                  + check.verdict().text()
                  + ": "
                  + firstLine(check.reason()));
        }
      }
      boolean differs = report.checks().stream().anyMatch(c -> c.verdict() == Verdict.DIFFER);
      return switch (report.verdict()) {
        case MATCH -> new Count(0, 0, 1, 0, 0, 0);
        case NOT_CHECKED -> new Count(0, 0, 0, 1, 0, 0);
        case DIFFER, FAILED -> new Count(0, 0, 0, 0, differs ? 0 : 1, differs ? 1 : 0);
      };
    } catch (Problem e) {
      print.accept("  seed " + seed + ", refused: " + firstLine(e.getMessage()));
      return new Count(0, 0, 0, 1, 0, 0);
    } catch (RuntimeException e) {
      print.accept("  seed " + seed + ", crashed: " + e);
      return new Count(0, 0, 0, 0, 1, 0);
    }
  }

  private static String firstLine(String text) {
    return String.valueOf(text).lines().findFirst().orElse("");
  }

  /** Every source in a folder; of a SavedModel the folder that holds {@code saved_model.pb}. */
  static List<Path> sources(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(Files::isRegularFile)
          .filter(f -> f.toString().matches(".*\\.(pb|meta|keras|h5)"))
          .filter(f -> !f.getFileName().toString().matches("keras_metadata\\.pb|fingerprint\\.pb"))
          .map(f -> f.endsWith("saved_model.pb") ? f.getParent() : f)
          .sorted()
          .toList();
    }
  }

  public static void main(String[] words) throws IOException {
    PrintStream out = System.out;
    FalseAlarms alarms =
        new FalseAlarms(
            Integer.parseInt(words[0]),
            Set.of(words[1].split(",", -1)),
            Integer.parseInt(words[2]),
            Integer.parseInt(words[3]),
            out::println);
    Count sum = Count.NONE;
    for (String root : Arrays.asList(words).subList(4, words.length)) {
      for (Path source : sources(Path.of(root))) {
        Path folder = Files.createTempDirectory("false-alarms");
        sum = sum.plus(alarms.of(source, folder));
        delete(folder);
      }
    }
    out.println(sum);
    System.exit(sum.alarms() == 0 ? 0 : 1);
  }

  static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
