package io.github.tf2torch.verify.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** An optimizer.pt to plant faults in; the zip's own checksums are right again. */
public final class OptimizerArchive {
  private static final String PICKLE = "optimizer/data.pkl";

  private final Path file;
  private final Map<String, byte[]> entries = new LinkedHashMap<>();

  public OptimizerArchive(Path file) throws IOException {
    this.file = file;
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (ZipEntry entry : zip.stream().toList()) {
        entries.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
      }
    }
  }

  private FloatBuffer floats(int storage) {
    return ByteBuffer.wrap(entries.get("optimizer/data/" + storage))
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer();
  }

  /** Every number of a storage by a function of it. */
  public void map(int storage, DoubleUnaryOperator function) {
    FloatBuffer floats = floats(storage);
    for (int i = 0; i < floats.limit(); i++) {
      floats.put(i, (float) function.applyAsDouble(floats.get(i)));
    }
  }

  /** Every number of every storage from the first on, in steps. */
  void mapEach(int first, int step, DoubleUnaryOperator function) {
    for (int i = first; entries.containsKey("optimizer/data/" + i); i += step) {
      map(i, function);
    }
  }

  void swap(int one, int other) {
    byte[] held = entries.get("optimizer/data/" + one);
    assertThat(held).hasSameSizeAs(entries.get("optimizer/data/" + other));
    entries.put("optimizer/data/" + one, entries.get("optimizer/data/" + other));
    entries.put("optimizer/data/" + other, held);
  }

  /** A float of the group, which the pickle has behind its key as BINFLOAT, big-endian. */
  public void number(String key, DoubleUnaryOperator function) {
    number(0, key, function);
  }

  /** The same of a group further on. */
  public void number(int group, String key, DoubleUnaryOperator function) {
    int at = behind(group, key);
    ByteBuffer pickle = ByteBuffer.wrap(entries.get(PICKLE));
    assertThat((char) pickle.get(at)).isEqualTo('G');
    pickle.putDouble(at + 1, function.applyAsDouble(pickle.getDouble(at + 1)));
  }

  /** A bool of the group: NEWTRUE or NEWFALSE. */
  void flag(String key, boolean value) {
    int at = behind(0, key);
    byte[] pickle = entries.get(PICKLE);
    assertThat(pickle[at]).isIn((byte) 0x88, (byte) 0x89);
    pickle[at] = (byte) (value ? 0x88 : 0x89);
  }

  /** Has the first parameter's state a tensor of another name in the place of this one. */
  void lose(String key) {
    String pickle = new String(entries.get(PICKLE), StandardCharsets.ISO_8859_1);
    int at = pickle.indexOf(unicode(key));
    assertThat(at).as(key).isBetween(0, pickle.indexOf("param_groups"));
    entries.get(PICKLE)[at + unicode(key).length() - 1] = 'Q';
  }

  private static String unicode(String key) {
    return "X" + (char) key.length() + "\0\0\0" + key;
  }

  private int behind(int group, String key) {
    String pickle = new String(entries.get(PICKLE), StandardCharsets.ISO_8859_1);
    int at = pickle.indexOf("param_groups");
    for (int i = 0; i <= group; i++) {
      at = pickle.indexOf(unicode(key), at);
      assertThat(at).as(key).isPositive();
      at += unicode(key).length();
    }
    return at;
  }

  public void write() throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        CRC32 crc = new CRC32();
        crc.update(entry.getValue());
        ZipEntry stored = new ZipEntry(entry.getKey());
        stored.setMethod(ZipEntry.STORED);
        stored.setSize(entry.getValue().length);
        stored.setCrc(crc.getValue());
        zip.putNextEntry(stored);
        zip.write(entry.getValue());
      }
    }
  }
}
