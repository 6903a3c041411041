package io.github.tf2torch.verify.check;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.tf2torch.convert.ConvertOptions;
import io.github.tf2torch.convert.Converter;
import io.github.tf2torch.convert.Progress;
import io.github.tf2torch.convert.Source;
import io.github.tf2torch.problem.Problem;
import io.github.tf2torch.verify.report.CheckResult;
import io.github.tf2torch.verify.report.Report;
import io.github.tf2torch.verify.subject.InputChoice;
import io.github.tf2torch.verify.subject.VerifyRequest;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Verifies correct conversions under many seeds in one JVM: whatever differs or fails there is a
 * false alarm. {@code interop/check_alarms.py} starts it and reads the lines of JSON that it
 * prints.
 *
 * <p>{@code FalseAlarms FIRST-LAST CHECKS BATCH SIZE PATH...}: seeds, checks with commas between,
 * and sources or folders that hold such.
 */
final class FalseAlarms {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Set<String> checks;
  private final long batch;
  private final long size;
  private final Consumer<String> print;

  private FalseAlarms(Set<String> checks, long batch, long size, Consumer<String> print) {
    this.checks = Set.copyOf(checks);
    this.batch = batch;
    this.size = size;
    this.print = print;
  }

  /** Verifies one source under every seed; a line for each, or one that says why there is none. */
  private void of(Path source, Path folder, int first, int last) throws IOException {
    Path out = folder.resolve("out");
    try (Source opened = Source.open(source)) {
      Converter.convert(opened, out, ConvertOptions.defaults(), Progress.silent());
    } catch (Problem e) {
      print.accept(line(source).put("refused", firstLine(e)).toString());
      return;
    } catch (RuntimeException e) {
      print.accept(line(source).put("crashed", e.toString()).toString());
      return;
    }
    for (int seed = first; seed <= last; seed++) {
      print.accept(one(source, out, seed).toString());
    }
  }

  private ObjectNode one(Path source, Path out, int seed) throws IOException {
    ObjectNode line = line(source).put("seed", seed);
    long begun = System.nanoTime();
    try {
      Report report =
          Verification.run(
              VerifyRequest.of(source, out, InputChoice.drawn(seed, batch, size), checks),
              Progress.silent());
      line.put("verdict", report.verdict().text());
      ArrayNode found = line.putArray("checks");
      for (CheckResult check : report.checks()) {
        found
            .addObject()
            .put("name", check.name())
            .put("verdict", check.verdict().text())
            .put("reason", check.reason());
      }
    } catch (Problem e) {
      line.put("verdict", "not checked").put("refused", firstLine(e));
    } catch (RuntimeException e) {
      line.put("verdict", "failed").put("crashed", e.toString());
    }
    return line.put("seconds", (System.nanoTime() - begun) / 1e9);
  }

  private static ObjectNode line(Path source) {
    return JSON.createObjectNode().put("source", source.toString());
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
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

  static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  public static void main(String[] words) throws IOException {
    PrintStream out = System.out;
    List<Integer> seeds = Stream.of(words[0].split("-", 2)).map(Integer::parseInt).toList();
    FalseAlarms alarms =
        new FalseAlarms(
            Set.of(words[1].split(",", -1)),
            Long.parseLong(words[2]),
            Long.parseLong(words[3]),
            out::println);
    for (String root : Arrays.asList(words).subList(4, words.length)) {
      for (Path source : sources(Path.of(root))) {
        Path folder = Files.createTempDirectory("false-alarms");
        alarms.of(source, folder, seeds.get(0), seeds.get(seeds.size() - 1));
        delete(folder);
      }
    }
  }
}
