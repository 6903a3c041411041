package io.github.tf2torch.read.keras.hdf5;

import java.util.Optional;

/** What stands where nothing was written. Section IV.A.2.e and f of the specification. */
final class FillValue {
  private FillValue() {}

  /** The bytes of one element; zeros where none is given. */
  static byte[] read(ObjectHeader header, int elementBytes) {
    byte[] fill = new byte[Math.min(elementBytes, 1 << 16)];
    Optional<Message> message = header.find(Message.FILL_VALUE);
    if (message.isEmpty() || message.get().isShared()) {
      return fill;
    }
    Cursor cursor = message.get().cursor();
    int version = cursor.u8();
    if (version < 1 || version > 3) {
      throw cursor.unknownVersion("a fill value", version);
    }
    boolean isDefined;
    if (version == 3) {
      isDefined = (cursor.u8() & 0x20) != 0;
    } else {
      cursor.skip(2);
      isDefined = cursor.u8() != 0;
    }
    long length = isDefined ? cursor.u32() : 0;
    if (length == fill.length) {
      cursor.slice(length).rest().get(fill);
    }
    return fill;
  }
}
