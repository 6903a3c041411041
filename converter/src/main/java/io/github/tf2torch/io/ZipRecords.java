package io.github.tf2torch.io;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * The records of a zip file whose entries are stored, their bytes at multiples of 64. Sizes and
 * offsets over 4 GiB take zip64 fields.
 *
 * <p>Format: PKWARE's APPNOTE 6.3; the padding is an extra field of id {@code FB}, as in {@code
 * caffe2/serialize/inline_container.cc}.
 */
final class ZipRecords {
  private static final int ALIGNMENT = 64;
  private static final long LIMIT_32 = 0xFFFF_FFFFL;
  private static final int LOCAL_HEADER = 30;

  /** The first of January 1980, the earliest that a zip file can say. */
  private static final short DATE = 0x0021;

  private static final short NAMES_ARE_UTF_8 = 0x0800;

  private ZipRecords() {}

  /**
   * An entry.
   *
   * @param offset of its local header
   */
  record Entry(byte[] name, long offset, long size, int crc) {
    private boolean isLarge() {
      return size >= LIMIT_32;
    }

    /** Where its bytes begin. */
    long data() {
      return offset + localHeaderLength();
    }

    private long localHeaderLength() {
      long unpadded = unpaddedLength();
      return unpadded + (ALIGNMENT - (offset + unpadded) % ALIGNMENT) % ALIGNMENT;
    }

    private int unpaddedLength() {
      return LOCAL_HEADER + name.length + (isLarge() ? 20 : 0) + 4;
    }

    Entry withCrc(int found) {
      return new Entry(name, offset, size, found);
    }
  }

  static ByteBuffer localHeader(Entry entry) {
    boolean large = entry.isLarge();
    int zip64 = large ? 20 : 0;
    int length = Math.toIntExact(entry.localHeaderLength());
    int padding = length - entry.unpaddedLength();
    ByteBuffer header = buffer(length);
    header.putInt(0x04034b50).putShort((short) (large ? 45 : 20)).putShort(NAMES_ARE_UTF_8);
    header.putShort((short) 0).putShort((short) 0).putShort(DATE).putInt(entry.crc);
    int shown = large ? -1 : (int) entry.size;
    header.putInt(shown).putInt(shown);
    header.putShort((short) entry.name.length).putShort((short) (zip64 + 4 + padding));
    header.put(entry.name);
    if (large) {
      header.putShort((short) 1).putShort((short) 16).putLong(entry.size).putLong(entry.size);
    }
    header.put((byte) 'F').put((byte) 'B').putShort((short) padding);
    while (header.hasRemaining()) {
      header.put((byte) 'Z');
    }
    return header.flip();
  }

  /** All that stands behind the entries, the directory and its end, from {@code offset} on. */
  static ByteBuffer directory(List<Entry> entries, long offset) {
    List<ByteBuffer> headers = entries.stream().map(ZipRecords::centralHeader).toList();
    long size = headers.stream().mapToLong(ByteBuffer::remaining).sum();
    ByteBuffer end = endOfDirectory(entries.size(), offset, size);
    ByteBuffer all = buffer(Math.toIntExact(size + end.remaining()));
    headers.forEach(all::put);
    return all.put(end).flip();
  }

  private static ByteBuffer centralHeader(Entry entry) {
    boolean large = entry.isLarge();
    boolean far = entry.offset >= LIMIT_32;
    int extra = (large ? 16 : 0) + (far ? 8 : 0);
    ByteBuffer header = buffer(46 + entry.name.length + (extra > 0 ? 4 + extra : 0));
    short version = (short) (extra > 0 ? 45 : 20);
    header.putInt(0x02014b50).putShort(version).putShort(version).putShort(NAMES_ARE_UTF_8);
    header.putShort((short) 0).putShort((short) 0).putShort(DATE).putInt(entry.crc);
    int shown = large ? -1 : (int) entry.size;
    header.putInt(shown).putInt(shown).putShort((short) entry.name.length);
    header.putShort((short) (extra > 0 ? 4 + extra : 0)).putShort((short) 0).putShort((short) 0);
    header.putShort((short) 0).putInt(0).putInt(far ? -1 : (int) entry.offset).put(entry.name);
    if (extra > 0) {
      header.putShort((short) 1).putShort((short) extra);
      if (large) {
        header.putLong(entry.size).putLong(entry.size);
      }
      if (far) {
        header.putLong(entry.offset);
      }
    }
    return header.flip();
  }

  private static ByteBuffer endOfDirectory(int count, long offset, long size) {
    boolean zip64 = offset >= LIMIT_32 || size >= LIMIT_32 || count >= 0xFFFF;
    ByteBuffer end = buffer(zip64 ? 56 + 20 + 22 : 22);
    if (zip64) {
      end.putInt(0x06064b50).putLong(44).putShort((short) 45).putShort((short) 45);
      end.putInt(0).putInt(0).putLong(count).putLong(count).putLong(size).putLong(offset);
      end.putInt(0x07064b50).putInt(0).putLong(offset + size).putInt(1);
    }
    short shown = (short) (zip64 ? -1 : count);
    end.putInt(0x06054b50).putShort((short) 0).putShort((short) 0).putShort(shown).putShort(shown);
    end.putInt(zip64 ? -1 : (int) size).putInt(zip64 ? -1 : (int) offset).putShort((short) 0);
    return end.flip();
  }

  private static ByteBuffer buffer(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
