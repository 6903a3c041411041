package io.github.tf2torch.read.bundle;

import java.nio.ByteBuffer;
import java.util.OptionalLong;

/** Seven bits a byte, lowest first; the top bit says that more follow. */
final class Varint {
  private Varint() {}

  /** Empty where the number does not end within ten bytes or the buffer. */
  static OptionalLong read(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; shift < 70 && in.hasRemaining(); shift += 7) {
      byte b = in.get();
      value |= (b & 0x7fL) << shift;
      if (b >= 0) {
        return OptionalLong.of(value);
      }
    }
    return OptionalLong.empty();
  }
}
