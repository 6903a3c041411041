package io.github.tf2torch.read.keras.hdf5;

import io.github.tf2torch.problem.DamagedFile;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * What describes one object: its messages, in the order of the file, of either version of the
 * format. Section IV.A.1 of the specification.
 */
final class ObjectHeader {
  private final Metadata metadata;
  private final long address;
  private final List<Message> messages = new ArrayList<>();
  private final Deque<Block> continuations = new ArrayDeque<>();

  /** Bytes of all blocks: overlapping ones would make a small file look large. */
  private long blockBytes;

  private record Block(long address, long length) {}

  private ObjectHeader(Metadata metadata, long address) {
    this.metadata = metadata;
    this.address = address;
  }

  static ObjectHeader read(Metadata metadata, long address) throws IOException {
    ObjectHeader header = new ObjectHeader(metadata, address);
    if (metadata.at(address, 4).text(4).equals("OHDR")) {
      header.readSecondVersion();
    } else {
      header.readFirstVersion();
    }
    return header;
  }

  private void readFirstVersion() throws IOException {
    Cursor head = metadata.at(address, 16);
    head.version("an object header", 1, 1);
    head.skip(1);
    int count = head.u16();
    head.skip(4); // references
    continuations.add(new Block(address + 16, head.u32()));
    while (!continuations.isEmpty() && messages.size() < count) {
      Block block = next();
      Cursor cursor = metadata.at(block.address, block.length);
      while (cursor.remaining() >= 8 && messages.size() < count) {
        int type = cursor.u16();
        int size = cursor.u16();
        int flags = cursor.u8();
        cursor.skip(3);
        add(type, flags, cursor.slice(size));
      }
    }
  }

  private void readSecondVersion() throws IOException {
    Cursor head = metadata.at(address, Math.min(64, metadata.region().size() - address));
    head.signature("OHDR");
    head.version("an object header", 2, 2);
    int flags = head.u8();
    head.skip((flags & 0x20) != 0 ? 16 : 0); // times
    head.skip((flags & 0x10) != 0 ? 4 : 0); // when attributes move to a heap
    long first = head.unsigned(1 << (flags & 3));
    int prefix = head.position();
    metadata.region().check(address + prefix, first);
    boolean hasOrder = (flags & 0x04) != 0;
    blockBytes += first;
    Cursor content = metadata.checked(address, prefix + first + 4);
    content.skip(prefix);
    readBlock(content, hasOrder);
    while (!continuations.isEmpty()) {
      Block block = next();
      Cursor cursor = metadata.checked(block.address, block.length);
      cursor.signature("OCHK");
      readBlock(cursor, hasOrder);
    }
  }

  private void readBlock(Cursor cursor, boolean hasOrder) {
    int head = hasOrder ? 6 : 4;
    while (cursor.remaining() >= head) {
      int type = cursor.u8();
      int size = cursor.u16();
      int flags = cursor.u8();
      cursor.skip(hasOrder ? 2 : 0);
      add(type, flags, cursor.slice(size));
    }
  }

  private Block next() {
    Block block = continuations.remove();
    if (block.length > metadata.region().size() - blockBytes) {
      throw metadata
          .region()
          .damaged(block.address, "the blocks of an object header overlap; the file is damaged");
    }
    blockBytes += block.length;
    return block;
  }

  private void add(int type, int flags, Cursor body) {
    Message message = new Message(type, (flags & 0x02) != 0, body);
    messages.add(message);
    if (type == Message.CONTINUATION) {
      Cursor cursor = message.cursor();
      continuations.add(new Block(cursor.address(), cursor.length()));
    }
  }

  long address() {
    return address;
  }

  Metadata metadata() {
    return metadata;
  }

  boolean has(int type) {
    return messages.stream().anyMatch(m -> m.type() == type);
  }

  List<Message> all(int type) {
    return messages.stream().filter(m -> m.type() == type).toList();
  }

  Optional<Message> find(int type) {
    return messages.stream().filter(m -> m.type() == type).findFirst();
  }

  Message require(int type, String what) {
    return find(type).orElseThrow(() -> damaged("has no " + what + " message"));
  }

  DamagedFile damaged(String what) {
    return metadata.region().damaged(address, "the object here " + what + "; the file is damaged");
  }
}
