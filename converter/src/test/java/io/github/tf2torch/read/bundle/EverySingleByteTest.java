package io.github.tf2torch.read.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.problem.Problem;
import io.github.tf2torch.problem.UnsupportedFile;
import io.github.tf2torch.tensor.DType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every byte of a small checkpoint is changed, one at a time: the reader finds it, or the
 * checkpoint still says exactly what it said.
 */
class EverySingleByteTest {
  private static final Path FIXTURES = Path.of("src/test/resources");

  /** A LevelDB table ends in two block handles, zeros up to 40 bytes, and the magic number. */
  private static final int FOOTER = 48;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "bundle, two, two.index",
    "bundle, two, two.data-00000-of-00002",
    "bundle, two, two.data-00001-of-00002",
    "bundle, partitioned, partitioned.index",
    "bundle, partitioned, partitioned.data-00000-of-00001",
    "checkpoint/dtypes, model.ckpt, model.ckpt.index",
    "checkpoint/dtypes, model.ckpt, model.ckpt.data-00000-of-00001",
    "checkpoint/objects, ckpt-20, ckpt-20.index",
    "checkpoint/objects, ckpt-20, ckpt-20.data-00000-of-00001",
  })
  void aChangeInAV2CheckpointIsFoundOrHarmless(String source, String prefix, String file)
      throws IOException {
    TreeSet<Integer> harmless = harmless(source, prefix, file);
    if (file.endsWith(".index")) {
      int size = (int) Files.size(folder.resolve(file));
      assertThat(harmless)
          .as("only the zeros that fill the footer")
          .allMatch(i -> i >= size - FOOTER);
    } else {
      assertThat(harmless).as("every byte of a data file belongs to a tensor").isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "v1, model.ckpt-7",
    "v1_partitioned, model.ckpt",
    "v1_sharded, model.ckpt-00000-of-00001"
  })
  void aChangeInAV1CheckpointIsFoundOrHarmless(String source, String file) throws IOException {
    TreeSet<Integer> harmless = harmless("checkpoint/" + source, file, file);
    int size = (int) Files.size(folder.resolve(file));
    assertThat(harmless)
        .as("only the zeros that fill the footer")
        .allMatch(i -> i >= size - FOOTER);
  }

  /** The places where a change made no difference; fails where one made a wrong one. */
  private TreeSet<Integer> harmless(String source, String prefix, String file) throws IOException {
    try (Stream<Path> files = Files.list(FIXTURES.resolve(source))) {
      for (Path f : files.filter(Files::isRegularFile).toList()) {
        Files.copy(f, folder.resolve(f.getFileName()));
      }
    }
    SortedMap<String, String> whole = said(prefix).orElseThrow();
    Path changed = folder.resolve(file);
    byte[] bytes = Files.readAllBytes(changed);
    TreeSet<Integer> harmless = new TreeSet<>();
    for (int i = 0; i < bytes.length; i++) {
      byte original = bytes[i];
      for (int mask : masks(bytes.length)) {
        bytes[i] = (byte) (original ^ mask);
        Files.write(changed, bytes);
        Optional<SortedMap<String, String>> read = said(prefix);
        if (read.isPresent()) {
          assertThat(read.get()).as("%s with byte %d ^ 0x%02x", file, i, mask).isEqualTo(whole);
          harmless.add(i);
        }
      }
      bytes[i] = original;
    }
    Files.write(changed, bytes);
    return harmless;
  }

  /** All other values of a byte where the file is small, else each bit and all at once. */
  private static int[] masks(int size) {
    return size <= 300
        ? IntStream.rangeClosed(1, 255).toArray()
        : new int[] {1, 2, 4, 8, 16, 32, 64, 128, 255};
  }

  /** What the reader says of the checkpoint; empty where it found the damage. */
  private Optional<SortedMap<String, String>> said(String prefix) throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(folder.resolve(prefix), ReadOptions.defaults())) {
      TfModel model = checkpoint.model();
      SortedMap<String, String> said = new TreeMap<>();
      for (Variable v : model.variables()) {
        said.put(v.toString(), content(model, v));
      }
      said.put("optimizers", model.optimizers().toString());
      said.put("problems", model.problems().toString());
      return Optional.of(said);
    } catch (DamagedFile | UnsupportedFile e) {
      assertThat(e.getMessage()).isNotBlank();
      return Optional.empty();
    } catch (Problem e) {
      return fail("damage is the file's fault, and not the user's", e);
    }
  }

  private static String content(TfModel model, Variable v) throws IOException {
    if (v.dtype() == DType.STRING) {
      return model.tensors().strings(v.name()).stream()
          .map(HexFormat.of()::formatHex)
          .toList()
          .toString();
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) v.bytes());
    model.tensors().read(v.name(), 0, bytes);
    return HexFormat.of().formatHex(bytes.array());
  }
}
