package io.github.tf2torch.write.bundle;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Entries of a table that share the beginnings of their keys, and where one begins anew. */
final class TableBlock {
  static final int RESTART_INTERVAL = 16;

  private final int interval;
  private final Varints entries = new Varints();
  private final List<Integer> restarts = new ArrayList<>(List.of(0));
  private byte[] last = new byte[0];
  private int sinceRestart;
  private boolean isEmpty = true;

  TableBlock(int interval) {
    this.interval = interval;
  }

  void add(byte[] key, byte[] value) {
    if (sinceRestart == interval) {
      restarts.add(entries.size());
      last = new byte[0];
      sinceRestart = 0;
    }
    int mismatch = Arrays.mismatch(last, key);
    int shared = mismatch < 0 ? last.length : mismatch;
    entries.varint(shared).varint(key.length - shared).varint(value.length);
    entries.raw(key, shared, key.length - shared).raw(value);
    last = key.clone();
    sinceRestart++;
    isEmpty = false;
  }

  boolean isEmpty() {
    return isEmpty;
  }

  int size() {
    return entries.size();
  }

  byte[] bytes() {
    Varints block = new Varints().raw(entries.bytes());
    restarts.forEach(block::fixed32);
    return block.fixed32(restarts.size()).bytes();
  }
}
