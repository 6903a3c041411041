package io.github.tf2torch.verify.opening;

import io.github.tf2torch.problem.UnsupportedFile;
import io.github.tf2torch.read.torch.ScriptArchive;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * A TorchScript archive cast to float64, as {@code module.double()} does it: every float32 storage
 * is widened. Decimals in its code become what float32 makes of them, since TensorFlow holds such
 * numbers in float32. What its code makes of nothing in float32, as a trace makes the first state
 * of an LSTM, is made in float64.
 */
public final class WidenedScript {
  /** Opcode, module and name of a pickled global. */
  private static final byte[] FLOAT = "ctorch\nFloatStorage\n".getBytes(StandardCharsets.US_ASCII);

  private static final byte[] DOUBLE =
      "ctorch\nDoubleStorage\n".getBytes(StandardCharsets.US_ASCII);

  private static final Pattern DECIMAL =
      Pattern.compile("(?<![\\w.])(?:\\d+\\.\\d*(?:e[-+]?\\d+)?|\\d+e[-+]?\\d+)(?![\\w.])");

  /** {@code torch.float32} among the arguments of a factory. */
  private static final Pattern FLOAT32 = Pattern.compile("\\bdtype=6(?=[,)])");

  private WidenedScript() {}

  static void write(Path archive, ScriptArchive layout, Path widened) throws IOException {
    Set<String> storages = Set.copyOf(layout.float32Storages());
    try (ZipFile zip = new ZipFile(archive.toFile());
        ZipOutputStream out =
            new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(widened)))) {
      for (ZipEntry entry : zip.stream().toList()) {
        String name = entry.getName();
        // says where lines of the code come from, which are others now
        if (!name.endsWith(".debug_pkl")) {
          put(out, name, changed(name, bytes(zip, entry), storages.contains(name)));
        }
      }
    }
  }

  private static byte[] bytes(ZipFile zip, ZipEntry entry) throws IOException {
    if (entry.getSize() > Integer.MAX_VALUE / 2 - 64) {
      throw new UnsupportedFile(
          entry.getName() + " has " + entry.getSize() + " bytes, too many to be cast to float64");
    }
    try (InputStream in = zip.getInputStream(entry)) {
      return in.readAllBytes();
    }
  }

  private static byte[] changed(String name, byte[] bytes, boolean isFloat32) {
    if (isFloat32) {
      return widened(bytes);
    }
    if (name.endsWith(".pkl")) {
      return replaced(bytes);
    }
    return name.contains("/code/") && name.endsWith(".py")
        ? rounded(new String(bytes, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8)
        : bytes;
  }

  private static byte[] widened(byte[] float32) {
    ByteBuffer from = ByteBuffer.wrap(float32).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer to = ByteBuffer.allocate(2 * float32.length).order(ByteOrder.LITTLE_ENDIAN);
    while (from.remaining() >= Float.BYTES) {
      to.putDouble(from.getFloat());
    }
    return to.array();
  }

  private static byte[] replaced(byte[] pickle) {
    String text = new String(pickle, StandardCharsets.ISO_8859_1);
    return text.replace(
            new String(FLOAT, StandardCharsets.ISO_8859_1),
            new String(DOUBLE, StandardCharsets.ISO_8859_1))
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  public static String rounded(String code) {
    Matcher matcher = DECIMAL.matcher(code);
    String widened =
        matcher.replaceAll(
            m -> {
              double rounded = (float) Double.parseDouble(m.group());
              return Double.isInfinite(rounded)
                  ? m.group()
                  : Double.toString(rounded).toLowerCase(Locale.ROOT);
            });
    return FLOAT32.matcher(widened).replaceAll("dtype=7");
  }

  private static void put(ZipOutputStream out, String name, byte[] bytes) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(bytes.length);
    entry.setCrc(crc.getValue());
    entry.setTime(0);
    out.putNextEntry(entry);
    out.write(bytes);
    out.closeEntry();
  }
}
