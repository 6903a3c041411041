package io.github.tf2torch.read.bundle;

import io.github.tf2torch.io.CrcPolynomial;
import io.github.tf2torch.io.PieceCrc;
import io.github.tf2torch.io.SourceFile;
import io.github.tf2torch.tensor.Runs;
import io.github.tf2torch.tensor.TensorPass;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32C;

/**
 * A reading of a bundle by pieces whose checksums are put together. Where they don't make the
 * stored one, the tensor is read once more by itself, which then is the last word: somebody may
 * have read a part of it twice.
 */
final class BundlePass implements TensorPass {
  private static final CrcPolynomial CRC = CrcPolynomial.CASTAGNOLI;

  private final Bundle bundle;
  private final Map<BundleEntry, PieceCrc> partitioned = new ConcurrentHashMap<>();
  private final Map<String, PieceCrc> whole = new ConcurrentHashMap<>();

  BundlePass(Bundle bundle) {
    this.bundle = bundle;
  }

  @Override
  public boolean isShared() {
    return true;
  }

  @Override
  public void read(String key, long offset, ByteBuffer target) throws IOException {
    BundleEntry entry = bundle.entryOf(key, offset, target.remaining());
    if (entry.isPartitioned()) {
      PartitionedRead.fill(entry, offset, target, (p, o, t) -> read(p, crc(p), o, t));
    } else {
      read(entry, crc(key, entry), offset, target);
    }
  }

  private PieceCrc crc(String key, BundleEntry entry) {
    return whole.computeIfAbsent(key, k -> new PieceCrc(CRC, entry.size()));
  }

  private PieceCrc crc(BundleEntry part) {
    return partitioned.computeIfAbsent(part, p -> new PieceCrc(CRC, p.size()));
  }

  private void read(BundleEntry entry, PieceCrc pieces, long offset, ByteBuffer target)
      throws IOException {
    ByteBuffer filled = target.duplicate();
    bundle.shard(entry).read(entry.offset() + offset, target);
    CRC32C crc = new CRC32C();
    int length = filled.remaining();
    crc.update(filled);
    pieces.add(offset + length, (int) crc.getValue(), length);
  }

  @Override
  public void readRuns(String key, Runs runs, ByteBuffer target) throws IOException {
    BundleEntry entry = bundle.entryOf(key, runs.offset(), runs.length());
    if (entry.isPartitioned() || runs.count() == 1) {
      TensorPass.super.readRuns(key, runs, target);
      return;
    }
    bundle.entryOf(key, runs.lastOffset(), runs.length());
    int step = CRC.shift(runs.step());
    int sum = 0;
    CRC32C crc = new CRC32C();
    int at = target.position();
    SourceFile shard = bundle.shard(entry);
    long from = entry.offset() + runs.offset();
    for (int i = 0; i < runs.count(); i++) {
      target.limit(at + runs.length()).position(at);
      shard.read(from + i * runs.step(), target);
      target.position(at);
      crc.reset();
      crc.update(target);
      sum = CRC.multiply(step, sum) ^ (int) crc.getValue();
      at += runs.targetStep();
    }
    crc(key, entry)
        .add(runs.lastOffset() + runs.length(), sum, (long) runs.count() * runs.length());
  }

  @Override
  public void finish(String key) throws IOException {
    BundleEntry entry = bundle.entryOf(key, 0, 0);
    if (entry.isPartitioned()) {
      for (BundleEntry.Part part : entry.parts()) {
        bundle.verify(part.entry(), crc(part.entry()));
      }
    } else {
      bundle.verify(entry, crc(key, entry));
    }
  }
}
