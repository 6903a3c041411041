package io.github.tf2torch.read.keras;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/** Gives every file of {@code keras/}, a fuzzer's seeds and findings, to every reader. */
class FuzzRegressionTest {
  private static List<Path> files() throws IOException, URISyntaxException {
    Path folder = Path.of(FuzzRegressionTest.class.getResource("/keras").toURI());
    try (Stream<Path> paths = Files.walk(folder)) {
      return paths.filter(p -> p.toString().endsWith(".gz")).sorted().toList();
    }
  }

  @Test
  void seedsAndFindingsAreReadOrRefused() throws Exception {
    List<Path> files = files();
    for (Path file : files) {
      try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
        byte[] bytes = in.readAllBytes();
        KerasFuzz.Hdf5.fuzzerTestOneInput(bytes);
        KerasFuzz.Archive.fuzzerTestOneInput(bytes);
        KerasFuzz.Configuration.fuzzerTestOneInput(bytes);
      }
    }
    assertThat(files).hasSizeGreaterThan(50);
  }

  @Test
  void configurationsThatNestTooDeepAreRefused() {
    String layer = "{\"class_name\": \"Wrapper\", \"config\": {\"layer\": ";
    for (int depth : new int[] {50, 100, 10_000, 1_000_000}) {
      String text = layer.repeat(depth) + "null" + "}}".repeat(depth);
      KerasFuzz.Configuration.fuzzerTestOneInput(text.getBytes(StandardCharsets.UTF_8));
      KerasFuzz.Configuration.fuzzerTestOneInput(
          "[".repeat(depth).getBytes(StandardCharsets.UTF_8));
    }
  }
}
