package io.github.tf2torch.read.keras.hdf5;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A named value that hangs on a group or data set. Section IV.A.2.m of the specification. */
public final class Attribute {
  private final String name;
  private final Datatype datatype;
  private final Dataspace dataspace;
  private final Cursor content;
  private final Metadata metadata;

  private Attribute(
      String name, Datatype datatype, Dataspace dataspace, Cursor content, Metadata metadata) {
    this.name = name;
    this.datatype = datatype;
    this.dataspace = dataspace;
    this.content = content;
    this.metadata = metadata;
  }

  static Attribute read(Metadata metadata, Cursor cursor) throws IOException {
    int version = cursor.u8();
    if (version < 1 || version > 3) {
      throw cursor.unknownVersion("an attribute", version);
    }
    int flags = cursor.u8();
    int nameBytes = cursor.u16();
    int typeBytes = cursor.u16();
    int spaceBytes = cursor.u16();
    cursor.skip(version == 3 ? 1 : 0); // its character set: ASCII is UTF-8 too
    String name = cursor.text(padded(version, nameBytes));
    Cursor type = cursor.slice(padded(version, typeBytes));
    Cursor space = cursor.slice(padded(version, spaceBytes));
    boolean isShared = version > 1 && (flags & 1) != 0;
    Datatype datatype = DatatypeMessage.read(metadata, type, isShared);
    return new Attribute(name, datatype, Dataspace.read(space), cursor, metadata);
  }

  /** The first version pads each part to a multiple of eight. */
  private static int padded(int version, int bytes) {
    return version == 1 ? (bytes + 7) / 8 * 8 : bytes;
  }

  public String name() {
    return name;
  }

  /** The text, where this is one piece of text. */
  public Optional<String> text() throws IOException {
    List<String> texts = texts();
    return texts.size() == 1 ? Optional.of(texts.get(0)) : Optional.empty();
  }

  /** All pieces of text, in order; none where this holds something else. */
  public List<String> texts() throws IOException {
    if (datatype instanceof Datatype.FixedText t) {
      return fixed(t);
    }
    return datatype instanceof Datatype.VariableText t ? variable(t) : List.of();
  }

  private ByteBuffer elements() {
    ByteBuffer stored = content.rest();
    long needed = dataspace.count() * datatype.size();
    if (needed > stored.remaining()) {
      throw content.damaged(
          "attribute \"%s\" has %d bytes here, expected %d; the file is damaged"
              .formatted(name, stored.remaining(), needed));
    }
    return stored.limit((int) needed);
  }

  private List<String> fixed(Datatype.FixedText type) {
    List<String> texts = new ArrayList<>();
    for (ByteBuffer from = elements(); from.hasRemaining(); ) {
      byte[] encoded = new byte[type.size()];
      from.get(encoded);
      String text = Cursor.untilNull(encoded);
      texts.add(type.isSpacePadded() ? text.stripTrailing() : text);
    }
    return texts;
  }

  private List<String> variable(Datatype.VariableText type) throws IOException {
    if (type.size() != 8 + metadata.offsetBytes()) {
      throw content.damaged("text in pieces of " + type.size() + " bytes; the file is damaged");
    }
    List<String> texts = new ArrayList<>();
    Cursor from = metadata.cursor(0, elements());
    while (from.remaining() > 0) {
      long length = from.u32();
      long address = from.address();
      texts.add(metadata.heap().text(metadata, address, (int) from.u32(), length));
    }
    return texts;
  }

  /** The whole number, where this is one. */
  public Optional<Long> whole() {
    if (!(datatype instanceof Datatype.Numeric n)
        || n.dtype().isFloating()
        || n.size() > 8
        || dataspace.count() != 1) {
      return Optional.empty();
    }
    ByteBuffer from = elements();
    long value = 0;
    for (int i = 0; i < n.size(); i++) {
      int at = n.swapBytes() > 1 ? n.size() - 1 - i : i;
      value |= (from.get(at) & 0xFFL) << 8 * i;
    }
    return Optional.of(value);
  }
}
