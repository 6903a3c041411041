package io.github.tf2torch.read.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tf2torch.io.SourceFile;
import io.github.tf2torch.io.ZipArchive;
import io.github.tf2torch.io.ZipReader;
import io.github.tf2torch.model.source.TensorFile;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.problem.Problem;
import io.github.tf2torch.problem.UnsupportedFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Archives whose directory, sizes or names lie. */
class HostileArchiveTest {
  private static final int END = 22;

  @TempDir Path folder;

  private Path archive(UnaryOperator<String> names) throws IOException {
    Path path = folder.resolve("x.pt");
    Files.deleteIfExists(path);
    try (ZipArchive zip = ZipArchive.create(path)) {
      zip.entry(names.apply("archive/data.pkl"), bytes("\u0080\2}."));
      zip.entry(names.apply("archive/data/0"), new byte[16]);
      zip.entry(names.apply("archive/version"), bytes("3\n"));
    }
    return path;
  }

  private static byte[] bytes(String latin) {
    return latin.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Sets a number of {@code width} bytes, counted from the end of the directory. */
  private Path patched(int fromEnd, int width, long value) throws IOException {
    Path path = archive(n -> n);
    byte[] all = Files.readAllBytes(path);
    ByteBuffer in = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN);
    int at = all.length - END + fromEnd;
    for (int i = 0; i < width; i++) {
      in.put(at + i, (byte) (value >>> (8 * i)));
    }
    return Files.write(path, all);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "10|2|2|left over after the last entry",
        "10|2|4|is said to have 4 entries",
        "10|2|60000|is said to have 60000 entries",
        "10|2|65535|expected the zip64 locator",
        "12|4|4000000000|the file has",
        "12|4|4294967295|expected the zip64 locator",
        "16|4|4000000000|the file has",
        "16|4|0|expected an entry of the zip directory",
        "4|2|1|several volumes",
        "20|2|7|the file is truncated",
      })
  void aDirectoryThatLiesIsRefused(int at, int width, long value, String message)
      throws IOException {
    Path path = patched(at, width, value);
    assertThatThrownBy(() -> StateDictFile.open(path))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("x.pt")
        .hasMessageContaining(message);
  }

  @Test
  void twoEntriesOfANameAreRefused() throws IOException {
    Path path = archive(n -> "archive/data.pkl");
    assertThatThrownBy(() -> StateDictFile.open(path))
        .isInstanceOf(DamagedFile.class)
        .hasMessageContaining("two entries \"archive/data.pkl\"");
  }

  @Test
  void anEntryWhoseOwnHeaderNamesAnotherIsRefused() throws IOException {
    Path path = archive(n -> n);
    byte[] all = Files.readAllBytes(path);
    all[30] ^= 1;
    Files.write(path, all);
    assertThatThrownBy(() -> StateDictFile.open(path))
        .isInstanceOf(DamagedFile.class)
        .hasMessageContaining("expected the header of \"archive/data.pkl\" here");
  }

  @Test
  void everyChangedByteIsFoundOrChangesNothing() throws IOException {
    String pickle =
        "\u0080\2}X\1\0\0\0wctorch._utils\n_rebuild_tensor_v2\n((X\7\0\0\0storagectorch\n"
            + "FloatStorage\nX\1\0\0\0"
            + "0X\3\0\0\0cpuK\4tQK\0K\4\u0085K\1\u0085\u0089"
            + "ccollections\nOrderedDict\n)RtRs.";
    Path path = folder.resolve("x.pt");
    try (ZipArchive zip = ZipArchive.create(path)) {
      zip.entry("archive/data.pkl", bytes(pickle));
      zip.entry("archive/byteorder", bytes("little"));
      zip.entry("archive/data/0", bytes("0123456789abcdef"));
    }
    byte[] all = Files.readAllBytes(path);
    String good = contents(path);
    int found = 0;
    for (int at = 0; at < all.length; at++) {
      for (int bit = 1; bit < 256; bit <<= 1) {
        byte[] changed = all.clone();
        changed[at] ^= (byte) bit;
        Files.write(path, changed);
        try {
          assertThat(contents(path)).as("bit %d of byte 0x%x", bit, at).isEqualTo(good);
        } catch (Problem e) {
          found++;
        }
      }
    }
    assertThat(found).isGreaterThan(all.length * 2);
  }

  private static String contents(Path path) throws IOException {
    StringBuilder text = new StringBuilder();
    try (TensorFile file = StateDictFile.open(path)) {
      for (Variable variable : file.variables()) {
        ByteBuffer bytes = ByteBuffer.allocate((int) variable.bytes());
        file.tensors().read(variable.name(), 0, bytes);
        text.append(variable).append(new String(bytes.array(), StandardCharsets.ISO_8859_1));
      }
    }
    return text.toString();
  }

  @Test
  void aCompressedEntryIsUnpackedNoFurtherThanItSays() throws IOException {
    Path path = folder.resolve("bomb.pt");
    try (OutputStream out = Files.newOutputStream(path);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("archive/data.pkl"));
      zip.write(new byte[10_000_000]);
      zip.closeEntry();
    }
    try (ZipReader zip = ZipReader.open(SourceFile.open(path, ""))) {
      assertThatThrownBy(() -> zip.bytes("archive/data.pkl", 1_000_000))
          .isInstanceOf(UnsupportedFile.class)
          .hasMessageContaining("has 10000000 bytes; more than 1000000 are not read");
      assertThat(zip.bytes("archive/data.pkl", 10_000_000)).hasSize(10_000_000);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "models/model.json|torch.export (.pt2)",
        "a.npy|archive of NumPy",
        "x/saved_model.pb|zipped SavedModel",
        "m.ckpt.index|zipped checkpoint",
        "readme.txt|without the data.pkl",
      })
  void anotherArchiveIsNamed(String entry, String message) throws IOException {
    Path path = folder.resolve("x.pt");
    try (ZipArchive zip = ZipArchive.create(path)) {
      zip.entry(entry, bytes("x"));
    }
    assertThatThrownBy(() -> StateDictFile.open(path))
        .isInstanceOf(UnsupportedFile.class)
        .hasMessageContaining("x.pt")
        .hasMessageContaining(message);
  }
}
