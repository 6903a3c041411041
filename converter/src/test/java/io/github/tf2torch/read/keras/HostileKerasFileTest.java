package io.github.tf2torch.read.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.problem.Problem;
import io.github.tf2torch.problem.UnsupportedFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are damaged, something else, or made to break a reader. */
class HostileKerasFileTest {
  private static final com.sun.management.ThreadMXBean THREADS =
      (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();

  @TempDir Path folder;

  private static KerasFile open(Path path) throws IOException {
    return KerasFile.open(path, ReadOptions.defaults());
  }

  private Path write(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  private Path zip(String name, String... entries) throws IOException {
    Path path = folder.resolve(name);
    try (OutputStream out = Files.newOutputStream(path);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (int i = 0; i < entries.length; i += 2) {
        zip.putNextEntry(new ZipEntry(entries[i]));
        zip.write(entries[i + 1].getBytes(StandardCharsets.UTF_8));
      }
    }
    return path;
  }

  static Stream<Arguments> foreign() {
    return Stream.of(
        Arguments.of("page.h5", "<!DOCTYPE html><html>", "is a web page"),
        Arguments.of(
            "p.keras", "version https://git-lfs.github.com/spec/v1\noid", "is a Git LFS pointer"),
        Arguments.of("nothing.h5", "", "is an empty file"),
        Arguments.of("noise.h5", "something else", "begins neither like HDF5 nor like a zip"),
        Arguments.of("net.weights.json", "{\"a\": 1}", "has no \"weight_map\""),
        Arguments.of("cut.weights.json", "{\"weight_map\": {", "is no JSON that can be read"));
  }

  @ParameterizedTest
  @MethodSource("foreign")
  void whatIsNoKerasFileIsCalledWhatItIs(String name, String content, String message)
      throws IOException {
    Path path = write(name, content.getBytes(StandardCharsets.UTF_8));
    assertThat(KerasFile.recognises(path)).isTrue();
    assertThatThrownBy(() -> open(path))
        .isInstanceOf(DamagedFile.class)
        .hasMessageContaining(message);
  }

  @Test
  void aZipOfSomethingElseIsNoKerasFile() throws IOException {
    Path other = zip("a.keras", "notes.txt", "x");
    assertThatThrownBy(() -> open(other)).hasMessageContaining("a zip archive without config.json");
    Path pytorch = zip("b.keras", "model/data.pkl", "x");
    assertThatThrownBy(() -> open(pytorch)).hasMessageContaining("this is a file of PyTorch");
    assertThat(KerasFile.recognises(Files.move(pytorch, folder.resolve("b.pt")))).isFalse();
  }

  @Test
  void weightsThatAreNotHdf5AreNamed() throws IOException {
    Path without = zip("a.keras", "config.json", "{}", "model.weights.npz", "x");
    assertThatThrownBy(() -> open(without))
        .isInstanceOf(UnsupportedFile.class)
        .hasMessageContaining("has no model.weights.h5");
    Path wrong = zip("b.keras", "config.json", "{}", "model.weights.h5", "no HDF5");
    assertThatThrownBy(() -> open(wrong)).hasMessageContaining("there is no HDF5 signature");
  }

  @Test
  void namesOfZipEntriesLeadNowhere() throws IOException {
    Path slip = zip("slip.keras", "config.json", "{}", "../../model.weights.h5", "x");
    assertThatThrownBy(() -> open(slip)).hasMessageContaining("has no model.weights.h5");
    assertThat(folder.toFile().list()).containsExactly("slip.keras");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../secret.h5", "/etc/passwd", "..", "a\\\\b.h5"})
  void aMapOfWeightsNamesOnlyFilesBesideIt(String shard) throws IOException {
    String map = "{\"weight_map\": {\"/vars\": [\"%s\"]}}".formatted(shard);
    Path path = write("net.weights.json", map.getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> open(path)).hasMessageContaining("which is not beside it");
  }

  @ParameterizedTest
  @ValueSource(strings = {"net.h5", "net.weights.h5", "net.keras"})
  void aTruncatedFileIsFoundBeforeAnythingIsRead(String name) throws IOException {
    byte[] whole = Files.readAllBytes(KerasFixtures.unpack(name, folder));
    for (int length : new int[] {9, 100, whole.length / 2, whole.length - 1}) {
      Path cut = write("cut-" + name, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> open(cut)).isInstanceOf(DamagedFile.class);
    }
  }

  @Test
  void aFlippedBitOfStoredWeightsIsFoundByTheirChecksum() throws IOException {
    Path path = KerasFixtures.unpack("optimizer_sgd.keras", folder);
    byte[] bytes = Files.readAllBytes(path);
    bytes[bytes.length / 2] ^= 4;
    Files.write(path, bytes);
    assertThatThrownBy(() -> open(path)).isInstanceOf(DamagedFile.class);
    Path stored = KerasFixtures.unpack("float64.keras", folder);
    byte[] all = Files.readAllBytes(stored);
    byte[] kernel = kernel(stored);
    int at = indexOf(all, kernel);
    all[at] ^= 1;
    Files.write(stored, all);
    try (KerasFile file = open(stored)) {
      TfModel model = file.model();
      assertThatThrownBy(() -> model.tensors().read("s/a/kernel", 0, ByteBuffer.allocate(8)))
          .isInstanceOf(DamagedFile.class)
          .hasMessageContaining("checksum");
    }
  }

  private static byte[] kernel(Path path) throws IOException {
    try (KerasFile file = open(path)) {
      ByteBuffer bytes = ByteBuffer.allocate(3 * 5 * 8);
      file.model().tensors().read("s/a/kernel", 0, bytes);
      return bytes.array();
    }
  }

  private static int indexOf(byte[] all, byte[] part) {
    for (int at = 0; at <= all.length - part.length; at++) {
      if (Arrays.equals(all, at, at + part.length, part, 0, part.length)) {
        return at;
      }
    }
    throw new AssertionError("not found");
  }

  /** Made by {@code make_bombs.py}: each a few kilobytes that claim to be much. */
  @ParameterizedTest
  @ValueSource(strings = {"unwritten.h5", "sparse.h5", "zeros.h5", "nested.h5"})
  void smallFilesTakeLittleMemory(String name) throws IOException {
    Path path = KerasFixtures.unpack(name, folder);
    long before = THREADS.getCurrentThreadAllocatedBytes();
    try (KerasFile file = open(path)) {
      TfModel model = file.model();
      for (Variable variable : model.variables()) {
        ByteBuffer some = ByteBuffer.allocate((int) Math.min(4096, variable.bytes()));
        model.tensors().read(variable.name(), 0, some);
      }
    } catch (DamagedFile e) {
      assertThat(e.getMessage()).isNotEmpty();
    }
    long taken = THREADS.getCurrentThreadAllocatedBytes() - before;
    assertThat(taken).isLessThan(20L << 20).isLessThan(Files.size(path) * 4000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"optimizer_sgd.h5", "keras_1_1_2_adam.h5", "float16.h5"})
  void aDamagedFileIsSaidToBeDamagedOrReadsWithinBounds(String name) throws IOException {
    byte[] seed = Files.readAllBytes(KerasFixtures.unpack(name, folder));
    SplittableRandom random = new SplittableRandom(8);
    for (int i = 0; i < 300; i++) {
      byte[] bytes = seed.clone();
      for (int change = random.nextInt(1, 4); change > 0; change--) {
        bytes[random.nextInt(Math.min(bytes.length, 6000))] = (byte) random.nextInt();
      }
      Path path = write("changed.h5", bytes);
      try (KerasFile file = open(path)) {
        TfModel model = file.model();
        for (Variable v : model.variables()) {
          ByteBuffer some = ByteBuffer.allocate((int) Math.min(256, v.bytes()));
          model.tensors().read(v.name(), 0, some);
        }
      } catch (Problem e) {
        assertThat(e.getMessage()).as("change %d", i).isNotEmpty();
      }
    }
  }
}
