package io.github.tf2torch.verify.check;

import io.github.tf2torch.convert.Progress;
import io.github.tf2torch.verify.report.Report;
import io.github.tf2torch.verify.subject.InputChoice;
import io.github.tf2torch.verify.subject.OwnTorch;
import io.github.tf2torch.verify.subject.VerifyRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** The lines of {@code own/fault/faults.txt}: networks written by hand, with one fault each. */
final class OwnFaults {
  private static final Path FILES = Path.of("src/test/resources/own/fault");

  private OwnFaults() {}

  /**
   * A line.
   *
   * @param layer that differs, or one of the marks that the file explains
   * @param words of the report
   */
  record Fault(String name, String source, String layer, String words) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Fault> all() throws IOException {
    List<Fault> all = new ArrayList<>();
    for (String line : Files.readAllLines(FILES.resolve("faults.txt"))) {
      if (!line.startsWith("#")) {
        List<String> parts = Arrays.stream(line.split("\\|", -1)).map(String::strip).toList();
        all.add(new Fault(parts.get(0), parts.get(1), parts.get(3), parts.get(4)));
      }
    }
    return all;
  }

  /** The archives, each by its name. */
  static void unpack(Path folder) throws IOException {
    try (ZipInputStream zip =
        new ZipInputStream(
            new GZIPInputStream(Files.newInputStream(FILES.resolve("faults.zip.gz"))))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Files.copy(zip, folder.resolve(entry.getName()));
      }
    }
  }

  static Report verified(Fault fault, Path archives, Set<String> checks) throws IOException {
    OwnTorch own =
        new OwnTorch(
            archives.resolve(fault.name() + ".pt"),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    VerifyRequest request =
        VerifyRequest.of(
                FILES.resolve(fault.source() + ".keras"),
                archives,
                InputChoice.drawn(1, 3, 5),
                checks)
            .withOwn(own);
    return Verification.run(request, Progress.silent());
  }

  /** Prints what is said of each, or of those that are named. */
  public static void main(String[] names) throws IOException {
    Path folder = Files.createTempDirectory("faults");
    unpack(folder);
    for (Fault fault : all()) {
      if (names.length == 0 || List.of(names).contains(fault.name())) {
        System.out.println("== " + fault.name() + " | " + fault.layer() + " | " + fault.words());
        try {
          System.out.print(
              verified(fault, folder, Set.of("outputs", "layers", "batchnorm")).summary());
        } catch (RuntimeException e) {
          System.out.println(e);
        }
      }
    }
  }
}
