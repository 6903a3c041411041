package io.github.tf2torch.read.keras.hdf5;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** The attributes of an object: in its header, or in a heap where they are many or large. */
final class AttributeList {
  private AttributeList() {}

  static Map<String, Attribute> read(ObjectHeader header) throws IOException {
    Metadata metadata = header.metadata();
    Map<String, Attribute> attributes = new LinkedHashMap<>();
    for (Message message : header.all(Message.ATTRIBUTE)) {
      add(attributes, Attribute.read(metadata, message.cursor()));
    }
    for (Message message : header.all(Message.ATTRIBUTE_INFO)) {
      Cursor info = message.cursor();
      info.version("an attribute info message", 0, 0);
      int flags = info.u8();
      info.skip((flags & 1) != 0 ? 2 : 0); // the highest creation index
      long heap = info.address();
      long names = info.address();
      if (heap != Cursor.UNDEFINED && names != Cursor.UNDEFINED) {
        addDense(attributes, metadata, heap, names);
      }
    }
    return attributes;
  }

  private static void addDense(
      Map<String, Attribute> attributes, Metadata metadata, long heapAddress, long names)
      throws IOException {
    FractalHeap heap = FractalHeap.read(metadata, heapAddress);
    for (Cursor record : TreeOfRecords.read(metadata, names, TreeOfRecords.ATTRIBUTE_NAMES)) {
      add(attributes, Attribute.read(metadata, heap.object(record.slice(8))));
    }
  }

  private static void add(Map<String, Attribute> attributes, Attribute attribute) {
    attributes.putIfAbsent(attribute.name(), attribute);
  }
}
