package io.github.tf2torch.read.torch;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.tf2torch.model.source.TensorFile;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.read.BoundedReading;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that no PyTorch wrote. */
class TorchFuzzTest {
  private static final int READ_BYTES = 1 << 16;

  @TempDir Path folder;

  @FuzzTest(maxDuration = "5m")
  void aPickleIsReadOrRefused(byte[] pickle) {
    boolean isTorchScript = pickle.length % 2 == 0;
    BoundedReading.of(
        pickle.length,
        () -> {
          PickleInput in = PickleInput.of("fuzz", pickle);
          PickleValue value = new Unpickler(in, new TorchGlobals(isTorchScript)).load();
          StateDict.of(value, "fuzz", pickle.length);
        });
  }

  @FuzzTest(maxDuration = "5m")
  void aFileIsReadOrRefused(byte[] content) {
    read(content);
  }

  /** The seeds of a fuzzer, each given to the reader of another format, too. */
  @ParameterizedTest
  @MethodSource("fixtures")
  void aFixtureIsReadOrRefusedByEveryReader(Path fixture) throws IOException {
    byte[] content = Files.readAllBytes(fixture);
    read(content);
    aPickleIsReadOrRefused(content);
  }

  static Stream<Path> fixtures() throws IOException, URISyntaxException {
    try (Stream<Path> files = Files.list(TorchFilesTest.resource("."))) {
      return files.filter(Files::isRegularFile).sorted().toList().stream();
    }
  }

  private void read(byte[] content) {
    Path path = folder.resolve("x.safetensors");
    BoundedReading.of(
        content.length,
        () -> {
          Files.write(path, content);
          try (TensorFile file = TorchFiles.openFile(path)) {
            for (Variable variable : file.variables()) {
              ByteBuffer end = ByteBuffer.allocate((int) Math.min(variable.bytes(), READ_BYTES));
              file.tensors().read(variable.name(), variable.bytes() - end.capacity(), end);
            }
          }
        });
  }
}
