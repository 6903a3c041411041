package io.github.tf2torch.io;

/** The checksum of bytes whose pieces come in any order, and from any thread. */
public final class PieceCrc {
  private final CrcPolynomial polynomial;
  private final long size;
  private int value;
  private long covered;

  /**
   * @param size of the whole, in bytes
   */
  public PieceCrc(CrcPolynomial polynomial, long size) {
    this.polynomial = polynomial;
    this.size = size;
  }

  /**
   * Adds a piece.
   *
   * @param end where it ends in the whole
   * @param crc its checksum
   * @param length how many bytes of the whole it covers
   */
  public void add(long end, int crc, long length) {
    int share = polynomial.multiply(polynomial.shift(size - end), crc);
    synchronized (this) {
      value ^= share;
      covered += length;
    }
  }

  /** Whether as many bytes were added as the whole has. */
  public synchronized boolean isComplete() {
    return covered == size;
  }

  /** The checksum of the whole, if each byte of it was added once. */
  public synchronized int value() {
    return value;
  }
}
