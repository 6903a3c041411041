package io.github.tf2torch.read.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Gives every file of {@code torch/}, a fuzzer's seeds and findings, to every reader. */
class FuzzRegressionTest {
  private static Path resource(String name) throws URISyntaxException {
    return Path.of(FuzzRegressionTest.class.getResource("/" + name).toURI());
  }

  private static List<byte[]> files(String folder) throws IOException, URISyntaxException {
    try (Stream<Path> paths = Files.walk(resource(folder))) {
      return paths
          .filter(Files::isRegularFile)
          .sorted()
          .map(
              p -> {
                try {
                  return Files.readAllBytes(p);
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              })
          .toList();
    }
  }

  @Test
  void seedsAndFindingsAreReadOrRefused() throws Exception {
    List<byte[]> inputs = files("torch");
    inputs.forEach(TorchFuzz.Archive::fuzzerTestOneInput);
    inputs.forEach(TorchFuzz.Safetensors::fuzzerTestOneInput);
    inputs.forEach(TorchFuzz.Pickle::fuzzerTestOneInput);
    assertThat(inputs).hasSizeGreaterThan(10);
  }
}
