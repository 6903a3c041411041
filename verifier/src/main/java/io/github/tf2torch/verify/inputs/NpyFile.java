package io.github.tf2torch.verify.inputs;

import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.problem.UnsupportedFile;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * Arrays as NumPy saves them, {@code .npy} versions 1 to 3 and {@code .npz}. See <a
 * href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">the format</a>.
 */
public final class NpyFile {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int MAX_HEADER_BYTES = 1 << 16;
  private static final Pattern DESCR = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([0-9,\\s]*)\\)");
  private static final Map<String, DType> TYPES =
      Map.ofEntries(
          Map.entry("<f4", DType.FLOAT32),
          Map.entry("<f8", DType.FLOAT64),
          Map.entry("<f2", DType.FLOAT16),
          Map.entry("<i8", DType.INT64),
          Map.entry("<i4", DType.INT32),
          Map.entry("<i2", DType.INT16),
          Map.entry("|i1", DType.INT8),
          Map.entry("|u1", DType.UINT8),
          Map.entry("<u2", DType.UINT16),
          Map.entry("<u4", DType.UINT32),
          Map.entry("<u8", DType.UINT64),
          Map.entry("|b1", DType.BOOL));

  private NpyFile() {}

  /** The one array of a {@code .npy} file. */
  public static TensorValue read(Path file) {
    try (InputStream in = Files.newInputStream(requireFile(file))) {
      return read(new DataInputStream(in), file.toString(), Files.size(file));
    } catch (IOException e) {
      throw new DamagedFile(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** The arrays of a {@code .npz} file by name, in the file's order. */
  public static Map<String, TensorValue> readAll(Path file) {
    Map<String, TensorValue> arrays = new LinkedHashMap<>();
    try (ZipFile zip = new ZipFile(requireFile(file).toFile())) {
      for (Enumeration<? extends ZipEntry> e = zip.entries(); e.hasMoreElements(); ) {
        ZipEntry entry = e.nextElement();
        String name = entry.getName();
        if (!name.endsWith(".npy")) {
          throw new UnsupportedFile(file + " holds " + name + ", expected .npy files only");
        }
        try (InputStream in = zip.getInputStream(entry)) {
          arrays.put(
              name.substring(0, name.length() - 4),
              read(new DataInputStream(in), file + "!" + name, entry.getSize()));
        }
      }
      return arrays;
    } catch (ZipException e) {
      throw new DamagedFile(file + " is no .npz file: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new DamagedFile(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static Path requireFile(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new BadRequest("there is no file " + file);
    }
    return file;
  }

  private static TensorValue read(DataInputStream in, String place, long fileBytes)
      throws IOException {
    try {
      if (!Arrays.equals(in.readNBytes(MAGIC.length), MAGIC)) {
        throw new DamagedFile(place + " does not begin as a .npy file; save it with numpy.save");
      }
      int version = in.readUnsignedByte();
      in.readUnsignedByte();
      if (version < 1 || version > 3) {
        throw new UnsupportedFile(place + " has .npy version " + version + ", expected 1 to 3");
      }
      int first = in.readUnsignedByte() | in.readUnsignedByte() << 8;
      int headerBytes =
          version == 1 ? first : first | in.readUnsignedByte() << 16 | in.readUnsignedByte() << 24;
      if (headerBytes < 0 || headerBytes > MAX_HEADER_BYTES) {
        throw new DamagedFile(place + " states a header of " + headerBytes + " bytes");
      }
      String header =
          new String(
              in.readNBytes(headerBytes),
              version == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
      long before = MAGIC.length + 2 + (version == 1 ? 2 : 4) + (long) headerBytes;
      return elements(in, place, header, fileBytes - before);
    } catch (EOFException e) {
      throw new DamagedFile(place + " ends within its header", e);
    }
  }

  private static TensorValue elements(DataInputStream in, String place, String header, long bytes)
      throws IOException {
    String descr = field(DESCR, "descr", header, place);
    boolean isFortran = field(ORDER, "fortran_order", header, place).equals("True");
    Shape shape = shape(field(SHAPE, "shape", header, place), place);
    DType dtype = TYPES.get(descr);
    if (dtype == null) {
      throw new UnsupportedFile(
          place + " holds elements of type " + descr + ", expected one of " + TYPES.keySet());
    }
    long expected = Math.multiplyExact(shape.count(), (long) dtype.bytes());
    if (bytes != expected) {
      throw new DamagedFile(
          place + " has " + bytes + " bytes of elements, expected " + expected + " for " + shape);
    }
    if (isFortran && shape.rank() > 1) {
      throw new UnsupportedFile(
          place + " is in Fortran order; save it with numpy.ascontiguousarray(array)");
    }
    byte[] elements = in.readNBytes(Math.toIntExact(expected));
    if (elements.length != expected) {
      throw new DamagedFile(place + " ends after " + elements.length + " of " + expected);
    }
    return new TensorValue(dtype, shape, elements);
  }

  private static String field(Pattern pattern, String name, String header, String place) {
    Matcher matcher = pattern.matcher(header);
    if (!matcher.find()) {
      throw new DamagedFile(place + " has no " + name + " in its header: " + header.strip());
    }
    return matcher.group(1);
  }

  private static Shape shape(String text, String place) {
    try {
      Shape shape =
          new Shape(
              Arrays.stream(text.split(","))
                  .map(String::strip)
                  .filter(extent -> !extent.isEmpty())
                  .map(Long::valueOf)
                  .toList());
      shape.count();
      return shape;
    } catch (NumberFormatException | ArithmeticException e) {
      throw new DamagedFile(place + " states the shape (" + text + ")", e);
    }
  }
}
