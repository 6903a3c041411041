package io.github.tf2torch.read.bundle;

import io.github.tf2torch.io.ForeignBytes;
import io.github.tf2torch.io.MaskedCrc;
import io.github.tf2torch.io.PieceCrc;
import io.github.tf2torch.io.SourceFile;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.problem.UnsupportedFile;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.TensorPass;
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
public final class Bundle implements StoredTensors {
  /** The key under which an object-based checkpoint keeps the graph of its objects. */
  public static final String OBJECT_GRAPH = "_CHECKPOINTABLE_OBJECT_GRAPH";

  private static final int BLOCK_BYTES = 1 << 20;

  private final SortedMap<String, BundleEntry> entries;
  private final Map<Integer, SourceFile> shards;
  private final List<String> problems;
  private final Set<BundleEntry> verified = ConcurrentHashMap.newKeySet();

  private Bundle(BundleIndex index) {
    entries = Collections.unmodifiableSortedMap(index.entries());
    problems = index.problems();
    shards = new TreeMap<>();
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
            CheckpointPlace.withSuffix(prefix, ".index"),
            "a checkpoint PREFIX has a file PREFIX.index")) {
      index = BundleIndex.read(file);
    }
    Bundle bundle = new Bundle(index);
    try {
      for (BundleEntry entry : index.entries().values()) {
        for (BundleEntry whole : stored(entry)) {
          bundle.openShard(prefix, whole, index.shards());
        }
      }
      return bundle;
    } catch (IOException | RuntimeException e) {
      bundle.close();
      throw e;
    }
  }

  /** The entries that have bytes of their own: the parts of a partitioned one. */
  private static List<BundleEntry> stored(BundleEntry entry) {
    return entry.isPartitioned()
        ? entry.parts().stream().map(BundleEntry.Part::entry).toList()
        : List.of(entry);
  }

  private void openShard(Path prefix, BundleEntry entry, int count) throws IOException {
    SourceFile shard = shards.get(entry.shard());
    if (shard == null) {
      Path path = CheckpointPlace.part(prefix, ".data-", entry.shard(), count);
      shard =
          SourceFile.open(
              path, "the index of this checkpoint names " + count + " data file(s); copy it here");
      shards.put(entry.shard(), shard);
    }
    if (entry.offset() < 0 || entry.size() < 0 || entry.size() > shard.size() - entry.offset()) {
      ForeignBytes.refuse(shard.path(), Set.of());
      throw new DamagedFile(
          "%s: has %d bytes, but \"%s\" is %d bytes at offset %d; the file is truncated or of another checkpoint"
              .formatted(shard.path(), shard.size(), entry.key(), entry.size(), entry.offset()));
    }
  }

  @Override
  public List<String> problems() {
    return problems;
  }

  /** What the index lists, by key; a partitioned variable is one entry. */
  @Override
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
    ByteBuffer bytes =
        ByteBuffer.allocate(
            Math.toIntExact(
                Math.multiplyExact(entry.shape().count(), (long) entry.dtype().bytes())));
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
  public TensorPass pass() {
    return new BundlePass(this);
  }

  /** The entry of a tensor that has these bytes. */
  BundleEntry entryOf(String key, long offset, long length) {
    BundleEntry entry = entry(key);
    long size = entry.shape().count() * entry.dtype().bytes();
    if (offset < 0 || length > size - offset) {
      throw new IllegalArgumentException(
          length + " bytes at " + offset + " of \"" + key + "\" of " + size);
    }
    return entry;
  }

  @Override
  public void read(String key, long offset, ByteBuffer target) throws IOException {
    BundleEntry entry = entryOf(key, offset, target.remaining());
    if (entry.isPartitioned()) {
      PartitionedRead.fill(entry, offset, target, this::read);
    } else {
      read(entry, offset, target);
    }
  }

  private void read(BundleEntry entry, long offset, ByteBuffer target) throws IOException {
    boolean isWhole = target.remaining() == entry.size();
    if (!isWhole) {
      verify(entry);
    }
    ByteBuffer filled = target.duplicate();
    shard(entry).read(entry.offset() + offset, target);
    if (isWhole && !verified.contains(entry)) {
      CRC32C crc = new CRC32C();
      crc.update(filled);
      check(entry, crc);
    }
  }

  /** Reads the tensor, if nobody has yet, and compares its checksum with the index's. */
  @Override
  public boolean verify(String key) throws IOException {
    for (BundleEntry entry : stored(entry(key))) {
      verify(entry);
    }
    return true;
  }

  /** What was read piece by piece; the tensor itself where the pieces don't make a whole. */
  void verify(BundleEntry entry, PieceCrc pieces) throws IOException {
    if (pieces.isComplete() && MaskedCrc.mask(pieces.value()) == entry.maskedCrc()) {
      verified.add(entry);
    } else {
      verify(entry);
    }
  }

  private void verify(BundleEntry entry) throws IOException {
    if (verified.contains(entry)) {
      return;
    }
    if (entry.dtype() == DType.STRING) {
      StringTensor.read(shard(entry), entry);
      verified.add(entry);
      return;
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
    verified.add(entry);
  }

  private BundleEntry entry(String key) {
    BundleEntry entry = entries.get(key);
    if (entry == null) {
      throw new BadRequest("the checkpoint has no variable \"" + key + "\"");
    }
    if (entry.dtype().bytes() == 0 && entry.dtype() != DType.STRING) {
      throw new UnsupportedFile(
          "\"" + key + "\" holds " + entry.dtype().torchName() + ", which is not supported");
    }
    return entry;
  }

  SourceFile shard(BundleEntry entry) {
    return java.util.Objects.requireNonNull(shards.get(entry.shard()), "opened with the bundle");
  }

  @Override
  public void close() throws IOException {
    for (SourceFile shard : shards.values()) {
      shard.close();
    }
  }
}
