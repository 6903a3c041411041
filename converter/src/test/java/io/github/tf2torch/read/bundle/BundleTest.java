package io.github.tf2torch.read.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tf2torch.io.MaskedCrc;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.problem.Problem;
import io.github.tf2torch.problem.UnsupportedFile;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The checkpoints come from {@code bundle/make_bundles.py}, expected values stand there. */
class BundleTest {
  private static final String SECOND_SHARD = "two.data-00001-of-00002";

  @TempDir Path folder;

  @BeforeEach
  void copyFixtures() throws IOException, URISyntaxException {
    Path source = Path.of(BundleTest.class.getResource("/bundle/two.index").toURI()).getParent();
    try (Stream<Path> files = Files.list(source)) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
  }

  @Test
  void tensorsOfSeveralShardsAreRead() throws IOException {
    try (Bundle bundle = Bundle.open(folder.resolve("two"))) {
      assertThat(bundle.entries().keySet())
          .containsExactly(
              "dense/bias", "dense/kernel", "empty", "mask", "names", "step", "über/gamma");
      BundleEntry kernel = bundle.entries().get("dense/kernel");
      assertThat(kernel.dtype()).isEqualTo(DType.FLOAT32);
      assertThat(kernel.shape()).isEqualTo(Shape.of(2, 3));
      assertThat(little(bundle.bytes("dense/kernel")).getFloat(20)).isEqualTo(5f);
      assertThat(little(bundle.bytes("dense/bias")).getShort(2)).isEqualTo((short) 0xbfc0);
      assertThat(little(bundle.bytes("step")).getLong()).isEqualTo(1L << 40);
      assertThat(little(bundle.bytes("über/gamma")).getDouble()).isEqualTo(1.0);
      assertThat(bundle.bytes("mask")).containsExactly(1, 0);
      assertThat(bundle.bytes("empty")).isEmpty();
      assertThat(bundle.strings("names").stream().map(s -> new String(s, StandardCharsets.UTF_8)))
          .containsExactly("a", "", "größe", "b\0c");
    }
  }

  @Test
  void aPartOfATensorIsReadAfterTheWholeWasChecked() throws IOException {
    try (Bundle bundle = Bundle.open(folder.resolve("two"))) {
      ByteBuffer middle = little(new byte[4]);
      bundle.read("dense/kernel", 12, middle);
      assertThat(middle.getFloat(0)).isEqualTo(3f);
    }
    flip(folder.resolve("two.data-00000-of-00002"), offset("dense/kernel") + 23, 7);
    try (Bundle bundle = Bundle.open(folder.resolve("two"))) {
      assertThatThrownBy(() -> bundle.read("dense/kernel", 0, ByteBuffer.allocate(4)))
          .isInstanceOf(DamagedFile.class)
          .hasMessageMatching(
              "two.data-00000-of-00002 @ 0x[0-9a-f]+: \"dense/kernel\": tensor checksum is"
                  + " 0x[0-9a-f]{8}, expected 0x[0-9a-f]{8}; the file is damaged or truncated");
    }
  }

  @Test
  void indexesThatOldTensorFlowCompressedAreRead() throws IOException {
    try (Bundle bundle = Bundle.open(folder.resolve("half_plus_two"))) {
      assertThat(bundle.entries().keySet()).containsExactly("a", "a2", "b", "c", "c2");
      assertThat(little(bundle.bytes("a")).getFloat()).isEqualTo(0.5f);
      assertThat(little(bundle.bytes("c")).getFloat()).isEqualTo(3f);
    }
  }

  @Test
  void everyFlippedBitOfAnIndexIsFoundOrHarmless() throws IOException {
    for (String name : new String[] {"two", "half_plus_two"}) {
      Path index = folder.resolve(name + ".index");
      SortedMap<String, BundleEntry> intact = entries(name);
      byte[] bytes = Files.readAllBytes(index);
      int harmless = 0;
      for (int bit = 0; bit < bytes.length * 8; bit++) {
        bytes[bit / 8] ^= (byte) (1 << bit % 8);
        Files.write(index, bytes);
        try {
          assertThat(entries(name)).as("bit %d of %s", bit, name).isEqualTo(intact);
          harmless++;
        } catch (DamagedFile | UnsupportedFile e) {
          assertThat(e.getMessage()).startsWith(name + ".index @ 0x");
        }
        bytes[bit / 8] ^= (byte) (1 << bit % 8);
      }
      // The footer is 48 bytes without a checksum: two pointers of at most 20, padding, a number.
      assertThat(harmless).isLessThan(40 * 8);
      Files.write(index, bytes);
    }
  }

  @Test
  void everyFlippedBitOfTheDataIsFound() throws IOException {
    for (int shard = 0; shard < 2; shard++) {
      Path file = folder.resolve("two.data-%05d-of-00002".formatted(shard));
      long size = Files.size(file);
      for (long bit = 0; bit < size * 8; bit++) {
        flip(file, bit / 8, (int) (bit % 8));
        assertThatThrownBy(() -> verifyAll("two"))
            .as("bit %d of shard %d", bit, shard)
            .isInstanceOf(DamagedFile.class);
        flip(file, bit / 8, (int) (bit % 8));
      }
    }
    verifyAll("two");
  }

  @Test
  void everyTruncationOfAnIndexIsFound() throws IOException {
    Path index = folder.resolve("two.index");
    byte[] bytes = Files.readAllBytes(index);
    for (int length = 1; length < bytes.length; length++) {
      Files.write(index, Arrays.copyOf(bytes, length));
      assertThatThrownBy(() -> entries("two"))
          .isInstanceOf(DamagedFile.class)
          .hasMessageStartingWith("two.index @ 0x")
          .hasMessageContaining("truncated");
    }
  }

  @Test
  void aMissingShardIsNamed() throws IOException {
    Files.delete(folder.resolve(SECOND_SHARD));
    assertThatThrownBy(() -> Bundle.open(folder.resolve("two")))
        .isInstanceOf(DamagedFile.class)
        .hasMessageContaining(SECOND_SHARD + ": no such file")
        .hasMessageContaining("2 data file(s)");
  }

  @Test
  void aShortShardIsNamedWithWhatWasExpected() throws IOException {
    Path shard = folder.resolve(SECOND_SHARD);
    byte[] bytes = Files.readAllBytes(shard);
    Files.write(shard, Arrays.copyOf(bytes, bytes.length - 1));
    assertThatThrownBy(() -> Bundle.open(folder.resolve("two")))
        .isInstanceOf(DamagedFile.class)
        .hasMessageContaining(SECOND_SHARD + ": has 28 bytes, but \"")
        .hasMessageContaining(" bytes at offset ");
  }

  @Test
  void aMissingIndexIsNamed() {
    assertThatThrownBy(() -> Bundle.open(folder.resolve("other")))
        .isInstanceOf(DamagedFile.class)
        .hasMessageContaining("other.index: no such file");
  }

  @Test
  void aPartitionedVariableIsOneEntry() throws IOException {
    try (Bundle bundle = Bundle.open(folder.resolve("partitioned"))) {
      assertThat(bundle.entries().get("part").isPartitioned()).isTrue();
      assertThat(bundle.entries().get("part").shape()).isEqualTo(Shape.of(4, 2));
      assertThat(bundle.bytes("part")).hasSize(4 * 2 * Float.BYTES);
    }
  }

  @Test
  void bigEndianCheckpointsAreRefused() throws IOException {
    Path index = folder.resolve("two.index");
    byte[] bytes = Files.readAllBytes(index);
    // The first entry's value, 08 02 1a 02 08 01: two shards, version 1. Without its version the
    // same six bytes can say endianness BIG, padded by an unknown field.
    assertThat(bytes).startsWith(0, 0, 6, 8, 2, 26, 2, 8, 1);
    int block = blockSize(bytes);
    System.arraycopy(new byte[] {8, 2, 16, 1, 120, 0}, 0, bytes, 3, 6);
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, block + 1);
    little(bytes).putInt(block + 1, MaskedCrc.mask((int) crc.getValue()));
    Files.write(index, bytes);
    assertThatThrownBy(() -> entries("two"))
        .isInstanceOf(UnsupportedFile.class)
        .hasMessageContaining("big-endian");
  }

  /** The first block ends where its checksum fits. */
  private static int blockSize(byte[] index) {
    for (int size = 9; size < index.length - 5; size++) {
      CRC32C crc = new CRC32C();
      crc.update(index, 0, size + 1);
      int masked = MaskedCrc.mask((int) crc.getValue());
      if (little(index).getInt(size + 1) == masked) {
        return size;
      }
    }
    throw new AssertionError("no block");
  }

  private SortedMap<String, BundleEntry> entries(String name) throws IOException, Problem {
    try (Bundle bundle = Bundle.open(folder.resolve(name))) {
      return bundle.entries();
    }
  }

  private void verifyAll(String name) throws IOException {
    try (Bundle bundle = Bundle.open(folder.resolve(name))) {
      for (String key : bundle.entries().keySet()) {
        bundle.verify(key);
      }
    }
  }

  private long offset(String key) throws IOException {
    return entries("two").get(key).offset();
  }

  private static void flip(Path file, long at, int bit) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[(int) at] ^= (byte) (1 << bit);
    Files.write(file, bytes);
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
