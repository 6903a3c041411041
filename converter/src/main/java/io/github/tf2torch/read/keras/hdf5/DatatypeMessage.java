package io.github.tf2torch.read.keras.hdf5;

import java.io.IOException;

/** A datatype as it stands in a header: itself, or the address of one that several share. */
final class DatatypeMessage {
  private DatatypeMessage() {}

  static Datatype read(Metadata metadata, Cursor cursor, boolean isShared) throws IOException {
    if (!isShared) {
      return DatatypeReader.read(cursor);
    }
    ObjectHeader committed = ObjectHeader.read(metadata, sharedAddress(cursor));
    Message message = committed.require(Message.DATATYPE, "datatype");
    if (message.isShared()) {
      throw committed.damaged("shares its datatype with another");
    }
    return DatatypeReader.read(message.cursor());
  }

  /** Section IV.A.2, "shared message". */
  private static long sharedAddress(Cursor cursor) {
    int version = cursor.u8();
    int type = cursor.u8();
    cursor.skip(version == 1 ? 6 : 0);
    if (version == 3 && type == 1) {
      throw cursor.damaged("a datatype lies in the heap of shared messages, which is not known");
    }
    return cursor.address();
  }
}
