package io.github.tf2torch.read.keras.hdf5;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a group holds, by name. Symbolic and external links are left out: no writer of models makes
 * them, and following them would read what the user has not given.
 */
final class Links {
  private final Metadata metadata;
  private final Map<String, Long> addresses = new TreeMap<>();

  private Links(Metadata metadata) {
    this.metadata = metadata;
  }

  /** Names and the addresses of their object headers, sorted by name. */
  static Map<String, Long> read(ObjectHeader header) throws IOException {
    Links links = new Links(header.metadata());
    for (Message message : header.all(Message.SYMBOL_TABLE)) {
      Cursor table = message.cursor();
      long tree = table.address();
      links.addAll(SymbolTable.read(header.metadata(), tree, table.address()));
    }
    for (Message message : header.all(Message.LINK)) {
      links.addLink(message.cursor());
    }
    for (Message message : header.all(Message.LINK_INFO)) {
      links.addDense(message.cursor());
    }
    return links.addresses;
  }

  private void addAll(Map<String, Long> found) {
    found.forEach(addresses::putIfAbsent);
  }

  private void addDense(Cursor info) throws IOException {
    info.version("a link info message", 0, 0);
    int flags = info.u8();
    info.skip((flags & 1) != 0 ? 8 : 0); // the highest creation index
    long heapAddress = info.address();
    long names = info.address();
    if (heapAddress == Cursor.UNDEFINED || names == Cursor.UNDEFINED) {
      return;
    }
    FractalHeap heap = FractalHeap.read(metadata, heapAddress);
    for (Cursor record : TreeOfRecords.read(metadata, names, TreeOfRecords.LINK_NAMES)) {
      record.skip(4); // hash of the name
      addLink(heap.object(record.slice(record.remaining())));
    }
  }

  /** Section IV.A.2.g of the specification. */
  private void addLink(Cursor cursor) {
    cursor.version("a link message", 1, 1);
    int flags = cursor.u8();
    int type = (flags & 0x08) != 0 ? cursor.u8() : 0;
    cursor.skip((flags & 0x04) != 0 ? 8 : 0); // creation order
    cursor.skip((flags & 0x10) != 0 ? 1 : 0); // character set
    long nameBytes = cursor.unsigned(1 << (flags & 3));
    if (nameBytes > cursor.remaining()) {
      throw cursor.damaged("a link's name of " + nameBytes + " bytes; the file is damaged");
    }
    byte[] name = new byte[(int) nameBytes];
    cursor.slice(nameBytes).rest().get(name);
    if (type == 0) {
      addresses.putIfAbsent(new String(name, StandardCharsets.UTF_8), cursor.address());
    }
  }
}
