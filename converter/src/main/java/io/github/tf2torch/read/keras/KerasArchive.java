package io.github.tf2torch.read.keras;

import io.github.tf2torch.io.SourceFile;
import io.github.tf2torch.io.ZipEntryRecord;
import io.github.tf2torch.io.ZipReader;
import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.problem.UnsupportedFile;
import io.github.tf2torch.read.keras.hdf5.Region;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * A {@code .keras} file: a zip of {@code config.json}, {@code metadata.json} and {@code
 * model.weights.h5}. The weights are read where they lie; deflated ones are unpacked beside them
 * for as long as the archive is open.
 */
final class KerasArchive implements Closeable {
  static final String CONFIG = "config.json";
  static final String METADATA = "metadata.json";
  static final String WEIGHTS = "model.weights.h5";

  /** Configurations of real models have a few megabytes. */
  private static final int MAX_CONFIG_BYTES = 1 << 28;

  private final Path path;
  private final ZipReader zip;
  private final List<Closeable> open = new ArrayList<>();

  private KerasArchive(Path path, ZipReader zip) {
    this.path = path;
    this.zip = zip;
  }

  static KerasArchive open(Path path) throws IOException {
    ZipReader zip = ZipReader.open(SourceFile.open(path, "give a file that Keras saved"));
    KerasArchive archive = new KerasArchive(path, zip);
    if (!zip.contains(CONFIG)) {
      archive.close();
      String pytorch =
          zip.entries().keySet().stream().anyMatch(n -> n.endsWith("/data.pkl"))
              ? "; this is a file of PyTorch"
              : "";
      throw new DamagedFile(
          path + ": a zip archive without " + CONFIG + ", so no .keras file" + pytorch);
    }
    return archive;
  }

  /** Whether a zip file is one of Keras's; false too where it is damaged. */
  static boolean recognises(Path path) throws IOException {
    try (ZipReader zip = ZipReader.open(SourceFile.open(path, "give a file that Keras saved"))) {
      return zip.contains(CONFIG) && (zip.contains(WEIGHTS) || zip.contains(METADATA));
    } catch (DamagedFile | UnsupportedFile e) {
      return false;
    }
  }

  /** Absent where there is no such entry. */
  Config json(String name) throws IOException {
    if (!zip.contains(name)) {
      return new Config.Absent();
    }
    String text = new String(zip.bytes(name, MAX_CONFIG_BYTES), StandardCharsets.UTF_8);
    return JsonConfig.parse(text, path + ": \"" + name + "\"");
  }

  boolean hasWeights() {
    return zip.contains(WEIGHTS);
  }

  Region weights() throws IOException {
    ZipEntryRecord entry = Objects.requireNonNull(zip.entries().get(WEIGHTS), "asked for before");
    String label = path.getFileName() + "!" + WEIGHTS;
    if (entry.isDeflated()) {
      Path unpacked = unpack(entry);
      SourceFile file = SourceFile.open(unpacked, "it was there a moment ago");
      open.add(file);
      return new Region(file, 0, file.size(), label);
    }
    SourceFile file = SourceFile.open(path, "it was there a moment ago");
    open.add(file);
    return new Region(file, entry.offset(), entry.size(), label);
  }

  /** Compares the stored weights with their checksum; deflated ones were compared before. */
  boolean verify() throws IOException {
    ZipEntryRecord entry = Objects.requireNonNull(zip.entries().get(WEIGHTS), "asked for before");
    return entry.isDeflated() || zip.verify(WEIGHTS);
  }

  private Path unpack(ZipEntryRecord entry) throws IOException {
    Path target = Files.createTempFile("tf2torch-", ".h5");
    open.add(() -> Files.deleteIfExists(target));
    target.toFile().deleteOnExit();
    Inflater inflater = new Inflater(true);
    CRC32 crc = new CRC32();
    long written = 0;
    try (SourceFile file = SourceFile.open(path, "it was there a moment ago");
        var out = Files.newOutputStream(target)) {
      byte[] block = new byte[1 << 16];
      long at = 0;
      while (!inflater.finished() && written <= entry.size()) {
        if (inflater.needsInput()) {
          long length = Math.min(block.length, entry.storedSize() - at);
          if (length == 0) {
            break;
          }
          ByteBuffer stored = file.read(entry.offset() + at, length);
          inflater.setInput(stored.array(), 0, stored.limit());
          at += length;
        }
        int count = inflater.inflate(block);
        out.write(block, 0, count);
        crc.update(block, 0, count);
        written += count;
      }
    } catch (DataFormatException e) {
      throw new DamagedFile(path + ": \"" + WEIGHTS + "\" does not unpack: " + e.getMessage(), e);
    } finally {
      inflater.end();
    }
    if (written != entry.size() || (int) crc.getValue() != entry.crc()) {
      throw new DamagedFile(
          "%s: \"%s\" unpacks to %d bytes of checksum 0x%08x, expected %d of 0x%08x; the file is damaged"
              .formatted(path, WEIGHTS, written, crc.getValue(), entry.size(), entry.crc()));
    }
    return target;
  }

  @Override
  public void close() throws IOException {
    zip.close();
    for (Closeable closeable : open) {
      closeable.close();
    }
  }
}
