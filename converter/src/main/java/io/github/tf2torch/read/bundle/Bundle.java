package io.github.tf2torch.read.bundle;

import io.github.tf2torch.io.MaskedCrc;
import io.github.tf2torch.io.SourceFile;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.problem.UnsupportedFile;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.TensorSource;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32C;

/**
 * A V2 checkpoint: {@code PREFIX.index} and its data files (tensor_bundle.h). No byte of a tensor
 * is given out before its checksum was found right, whoever asks and for whatever part. May be read
 * by several threads.
 */
public final class Bundle implements TensorSource, Closeable {
  private static final int BLOCK_BYTES = 1 << 20;

  private final SortedMap<String, BundleEntry> entries;
  private final Map<Integer, SourceFile> shards;
  private final Set<String> verified = ConcurrentHashMap.newKeySet();

  private Bundle(SortedMap<String, BundleEntry> entries, Map<Integer, SourceFile> shards) {
    this.entries = Collections.unmodifiableSortedMap(entries);
    this.shards = shards;
  }

  /**
   * Reads the index, and finds every data file that it needs, of the length that it needs.
   *
   * @param prefix the path without {@code .index}
   */
  public static Bundle open(Path prefix) throws IOException {
    BundleIndex index;
    try (SourceFile file =
        SourceFile.open(
            withSuffix(prefix, ".index"), "a checkpoint PREFIX has a file PREFIX.index")) {
      index = BundleIndex.read(file);
    }
    Bundle bundle = new Bundle(index.entries(), new TreeMap<>());
    try {
      for (BundleEntry entry : index.entries().values()) {
        if (!entry.isPartitioned()) {
          bundle.openShard(prefix, entry, index.shards());
        }
      }
      return bundle;
    } catch (IOException | RuntimeException e) {
      bundle.close();
      throw e;
    }
  }

  private void openShard(Path prefix, BundleEntry entry, int count) throws IOException {
    SourceFile shard = shards.get(entry.shard());
    if (shard == null) {
      Path path = withSuffix(prefix, ".data-%05d-of-%05d".formatted(entry.shard(), count));
      shard =
          SourceFile.open(
              path, "the index of this checkpoint names " + count + " data file(s); copy it here");
      shards.put(entry.shard(), shard);
    }
    if (entry.offset() < 0 || entry.size() < 0 || entry.size() > shard.size() - entry.offset()) {
      throw new DamagedFile(
          "%s: has %d bytes, but \"%s\" is %d bytes at offset %d; the file is truncated or of another checkpoint"
              .formatted(shard.path(), shard.size(), entry.key(), entry.size(), entry.offset()));
    }
  }

  private static Path withSuffix(Path prefix, String suffix) {
    Path name = prefix.getFileName();
    return prefix.resolveSibling((name == null ? "" : name) + suffix);
  }

  /** What the index lists, by key; parts of partitioned variables are left out. */
  public SortedMap<String, BundleEntry> entries() {
    return entries;
  }

  public boolean contains(String key) {
    return entries.containsKey(key);
  }

  /** A tensor's bytes as stored. */
  public byte[] bytes(String key) throws IOException {
    BundleEntry entry = entry(key);
    if (entry.dtype() == DType.STRING) {
      return StringTensor.read(shard(entry), entry).bytes();
    }
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(entry.size()));
    read(key, 0, bytes);
    return bytes.array();
  }

  @Override
  public List<byte[]> strings(String key) throws IOException {
    BundleEntry entry = entry(key);
    if (entry.dtype() != DType.STRING) {
      throw new BadRequest(
          "\"" + key + "\" holds " + entry.dtype().torchName() + ", it is no tensor of strings");
    }
    return StringTensor.read(shard(entry), entry).elements();
  }

  @Override
  public void read(String key, long offset, ByteBuffer target) throws IOException {
    BundleEntry entry = entry(key);
    if (offset < 0 || target.remaining() > entry.size() - offset) {
      throw new IllegalArgumentException(
          target.remaining() + " bytes at " + offset + " of \"" + key + "\" of " + entry.size());
    }
    boolean isWhole = target.remaining() == entry.size();
    if (!isWhole) {
      verify(key);
    }
    ByteBuffer filled = target.duplicate();
    shard(entry).read(entry.offset() + offset, target);
    if (isWhole && !verified.contains(key)) {
      CRC32C crc = new CRC32C();
      crc.update(filled);
      check(entry, crc);
    }
  }

  /** Reads the tensor, if nobody has yet, and compares its checksum with the index's. */
  @Override
  public boolean verify(String key) throws IOException {
    BundleEntry entry = entry(key);
    if (verified.contains(key)) {
      return true;
    }
    if (entry.dtype() == DType.STRING) {
      StringTensor.read(shard(entry), entry);
      verified.add(key);
      return true;
    }
    CRC32C crc = new CRC32C();
    int block = (int) Math.min(BLOCK_BYTES, entry.size());
    ByteBuffer buffer = ByteBuffer.allocateDirect(block).order(ByteOrder.LITTLE_ENDIAN);
    for (long at = 0; at < entry.size(); at += BLOCK_BYTES) {
      buffer.clear().limit((int) Math.min(BLOCK_BYTES, entry.size() - at));
      shard(entry).read(entry.offset() + at, buffer);
      crc.update(buffer.flip());
    }
    check(entry, crc);
    return true;
  }

  private void check(BundleEntry entry, CRC32C crc) {
    if (MaskedCrc.of(crc) != entry.maskedCrc()) {
      throw shard(entry)
          .damaged(
              entry.offset(),
              "\""
                  + entry.key()
                  + "\": "
                  + MaskedCrc.mismatch("tensor", MaskedCrc.of(crc), entry.maskedCrc()));
    }
    verified.add(entry.key());
  }

  private BundleEntry entry(String key) {
    BundleEntry entry = entries.get(key);
    if (entry == null) {
      throw new BadRequest("the checkpoint has no variable \"" + key + "\"");
    }
    if (entry.isPartitioned()) {
      throw new UnsupportedFile(
          "variable \""
              + key
              + "\" is stored in parts (a partitioner was used), which is not"
              + " supported; load and save it again without a partitioner");
    }
    if (entry.dtype().bytes() == 0 && entry.dtype() != DType.STRING) {
      throw new UnsupportedFile(
          "\"" + key + "\" holds " + entry.dtype().torchName() + ", which is not supported");
    }
    return entry;
  }

  private SourceFile shard(BundleEntry entry) {
    return java.util.Objects.requireNonNull(shards.get(entry.shard()), "opened with the bundle");
  }

  @Override
  public void close() throws IOException {
    for (SourceFile shard : shards.values()) {
      shard.close();
    }
  }
}
