package io.github.tf2torch.write.bundle;

import io.github.tf2torch.io.MaskedCrc;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * A tensor of strings as a bundle stores it: a varint length for each, the masked CRC32C of the
 * lengths, the strings one after another (WriteStringTensor in tensor_bundle.cc). The checksums run
 * over lengths of four bytes each.
 *
 * @param maskedCrc of the whole
 */
record StringTensorBytes(byte[] bytes, int maskedCrc) {
  StringTensorBytes {
    bytes = bytes.clone();
  }

  @Override
  public byte[] bytes() {
    return bytes.clone();
  }

  static StringTensorBytes of(List<byte[]> elements) {
    Varints out = new Varints();
    CRC32C crc = new CRC32C();
    for (byte[] element : elements) {
      out.varint(element.length);
      crc.update(new Varints().fixed32(element.length).bytes());
    }
    byte[] lengths = new Varints().fixed32(MaskedCrc.of(crc)).bytes();
    out.raw(lengths);
    crc.update(lengths);
    for (byte[] element : elements) {
      out.raw(element);
      crc.update(element);
    }
    return new StringTensorBytes(out.bytes(), MaskedCrc.of(crc));
  }
}
