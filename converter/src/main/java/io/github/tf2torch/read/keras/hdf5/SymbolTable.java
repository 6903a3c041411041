package io.github.tf2torch.read.keras.hdf5;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The children of a group of the older kind: a B-tree of nodes of entries, whose names lie in a
 * local heap. Sections III.A.1, III.B to III.D of the specification.
 */
final class SymbolTable {
  private static final int SOFT_LINK = 2;

  private final Metadata metadata;
  private final Map<String, Long> addresses = new LinkedHashMap<>();
  private final Cursor names;
  private long budget;

  private SymbolTable(Metadata metadata, Cursor names) {
    this.metadata = metadata;
    this.names = names;
    this.budget = metadata.region().size();
  }

  static Map<String, Long> read(Metadata metadata, long tree, long heap) throws IOException {
    SymbolTable table = new SymbolTable(metadata, heapSegment(metadata, heap));
    table.readTree(tree, -1);
    return table.addresses;
  }

  private static Cursor heapSegment(Metadata metadata, long heap) throws IOException {
    int l = metadata.lengthBytes();
    Cursor header = metadata.at(heap, 8L + 2L * l + metadata.offsetBytes());
    header.signature("HEAP");
    header.version("a local heap", 0, 0);
    header.skip(3);
    long size = header.length();
    header.length(); // the first free block
    return metadata.at(header.address(), size);
  }

  /** Levels fall by one a node, so a tree ends; the first may have any. */
  private void readTree(long address, int expectedLevel) throws IOException {
    int o = metadata.offsetBytes();
    int l = metadata.lengthBytes();
    Cursor head = metadata.at(address, 8L + 2L * o);
    head.signature("TREE");
    int type = head.u8();
    int level = head.u8();
    int count = head.u16();
    if (type != 0 || expectedLevel >= 0 && level != expectedLevel) {
      throw head.damaged("found a node of type %d and level %d".formatted(type, level));
    }
    long bytes = (long) count * (o + l) + l;
    spend(address, bytes);
    Cursor node = metadata.at(address + 8 + 2L * o, bytes);
    for (int child = 0; child < count; child++) {
      node.skip(l); // a key: the last name before this child
      long childAddress = node.address();
      if (level == 0) {
        readEntries(childAddress);
      } else {
        readTree(childAddress, level - 1);
      }
    }
  }

  private void readEntries(long address) throws IOException {
    Cursor head = metadata.at(address, 8);
    head.signature("SNOD");
    head.version("a symbol table node", 1, 1);
    head.skip(1);
    int count = head.u16();
    int entryBytes = 2 * metadata.offsetBytes() + 24;
    spend(address, (long) count * entryBytes);
    Cursor node = metadata.at(address + 8, (long) count * entryBytes);
    for (int i = 0; i < count; i++) {
      Cursor entry = node.slice(entryBytes);
      long name = entry.address();
      long object = entry.address();
      if (entry.u32() != SOFT_LINK) {
        addresses.putIfAbsent(nameAt(name), object);
      }
    }
  }

  private String nameAt(long offset) {
    Cursor from = names.again();
    from.skip(offset);
    String text = from.terminatedText(1);
    spend(offset, text.length());
    return text;
  }

  private void spend(long address, long bytes) {
    budget -= bytes;
    if (budget < 0) {
      throw metadata.region().damaged(address, "nodes of a group overlap; the file is damaged");
    }
  }
}
