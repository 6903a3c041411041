package io.github.tf2torch.read.keras.hdf5;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.OptionalLong;

/** Where a file begins: its signature, how wide its addresses are, and its root group. */
record Superblock(Metadata metadata, long rootAddress) {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};

  /** Where the signature lies: at 0, or behind a user block at 512 and its doublings. */
  static OptionalLong find(Region region) throws IOException {
    for (long at = 0; region.holds(at, SIGNATURE.length); at = at == 0 ? 512 : at * 2) {
      byte[] found = new byte[SIGNATURE.length];
      region.read(at, ByteBuffer.wrap(found));
      if (Arrays.equals(found, SIGNATURE)) {
        return OptionalLong.of(at);
      }
    }
    return OptionalLong.empty();
  }

  static Superblock read(Region whole) throws IOException {
    long start =
        find(whole)
            .orElseThrow(
                () ->
                    whole.damaged(
                        0, "there is no HDF5 signature; this is no HDF5 file or it is damaged"));
    Region region = whole.from(start);
    int version = region.read(8, 1).get();
    return switch (version) {
      case 0, 1 -> oldest(region, version, start);
      case 2, 3 -> newer(region, start);
      default ->
          throw region.damaged(
              8, "the superblock has version " + version + ", known are 0 to 3; is it damaged?");
    };
  }

  private static Superblock oldest(Region region, int version, long start) throws IOException {
    Cursor head = new Cursor(region, 13, region.read(13, 2), 8, 8);
    int offsetBytes = width(head);
    int lengthBytes = width(head);
    Metadata metadata = new Metadata(region, offsetBytes, lengthBytes);
    int fixed = version == 0 ? 24 : 28;
    Cursor rest = metadata.at(fixed, 6L * offsetBytes);
    base(region, rest.address(), start);
    rest.address(); // free space, always undefined
    endOfFile(region, rest.address(), start);
    rest.address(); // driver information
    rest.address(); // where the root's name would be in a heap
    return new Superblock(metadata, rest.address());
  }

  private static Superblock newer(Region region, long start) throws IOException {
    Cursor head = new Cursor(region, 9, region.read(9, 2), 8, 8);
    int offsetBytes = width(head);
    int lengthBytes = width(head);
    Metadata metadata = new Metadata(region, offsetBytes, lengthBytes);
    Cursor all = metadata.checked(0, 12 + 4L * offsetBytes + 4);
    all.skip(12);
    base(region, all.address(), start);
    all.address(); // superblock extension
    endOfFile(region, all.address(), start);
    return new Superblock(metadata, all.address());
  }

  private static int width(Cursor cursor) {
    int width = cursor.u8();
    if (width != 2 && width != 4 && width != 8) {
      throw cursor.damaged("addresses or lengths of " + width + " bytes; the file is damaged");
    }
    return width;
  }

  private static void base(Region region, long address, long start) {
    if (address != 0 && address != start) {
      throw region.damaged(
          0,
          "the base address is 0x" + Long.toHexString(address) + ", expected that of this block");
    }
  }

  /** The end is counted from the start of the file, not of the superblock. */
  private static void endOfFile(Region region, long end, long start) {
    if (end < 0 || end - start > region.size()) {
      throw region.damaged(
          region.size(),
          "the file ends here and should have %s bytes; it is truncated, copy or download it again"
              .formatted(Long.toUnsignedString(end)));
    }
  }
}
