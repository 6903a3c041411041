package io.github.tf2torch.read.torch;

import io.github.tf2torch.io.CrcText;
import io.github.tf2torch.io.SourceFile;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.tensor.TensorSource;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * A safetensors file, read by position. Its header is believed only as far as it fits the file: no
 * gap, no overlap, nothing left over.
 */
public final class SafetensorsFile implements TensorSource, Closeable {
  private static final int BLOCK_BYTES = 1 << 20;

  private final SourceFile file;
  private final Map<String, SafetensorsEntry> entries;
  private final Map<String, String> metadata;

  private SafetensorsFile(SourceFile file, SafetensorsHeader header) {
    this.file = file;
    this.entries = Collections.unmodifiableMap(new LinkedHashMap<>(header.entries()));
    this.metadata = Collections.unmodifiableMap(new LinkedHashMap<>(header.metadata()));
  }

  public static SafetensorsFile open(Path path) throws IOException {
    SourceFile file = SourceFile.open(path, "a safetensors file is expected here");
    try {
      return new SafetensorsFile(file, SafetensorsHeader.read(file));
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** By name, in the order of the header. */
  public Map<String, SafetensorsEntry> entries() {
    return entries;
  }

  public Map<String, String> metadata() {
    return metadata;
  }

  @Override
  public void read(String name, long offset, ByteBuffer target) throws IOException {
    SafetensorsEntry entry = entry(name);
    if (offset < 0 || target.remaining() > entry.size() - offset) {
      throw new IllegalArgumentException(
          target.remaining() + " bytes at " + offset + " of \"" + name + "\" of " + entry.size());
    }
    file.read(entry.offset() + offset, target);
  }

  /** Of a tensor's bytes, written as the writer returns it. */
  public String checksum(String name) throws IOException {
    SafetensorsEntry entry = entry(name);
    CRC32C crc = new CRC32C();
    ByteBuffer block = ByteBuffer.allocate((int) Math.min(BLOCK_BYTES, entry.size()));
    for (long at = 0; at < entry.size(); at += BLOCK_BYTES) {
      block.clear().limit((int) Math.min(BLOCK_BYTES, entry.size() - at));
      read(name, at, block);
      crc.update(block.flip());
    }
    return CrcText.of((int) crc.getValue());
  }

  private SafetensorsEntry entry(String name) {
    SafetensorsEntry entry = entries.get(name);
    if (entry == null) {
      throw new BadRequest(file.path() + ": has no tensor \"" + name + "\"");
    }
    return entry;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
