package io.github.tf2torch.tensor;

import io.github.tf2torch.problem.UnsupportedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** Where the bytes of stored variables come from: a checkpoint, or the files of a conversion. */
public interface TensorSource {
  /**
   * Fills {@code target} with the variable's bytes from {@code offset} on, little-endian and
   * row-major. Throws a {@code DamagedFile} where the file is shorter or fails its checksum.
   */
  void read(String variable, long offset, ByteBuffer target) throws IOException;

  /**
   * Compares the variable's bytes with the checksum that was stored with them; throws a {@code
   * DamagedFile} where they differ. Reads what has to be read for it, and nothing twice.
   *
   * @return false where no checksum is stored, and nothing was compared
   */
  default boolean verify(String variable) throws IOException {
    return false;
  }

  /** Begins to read much of it; as a rule by one thread, with each read checked by itself. */
  default TensorPass pass() {
    TensorSource source = this;
    return new TensorPass() {
      @Override
      public void read(String variable, long offset, ByteBuffer target) throws IOException {
        source.read(variable, offset, target);
      }

      @Override
      public boolean isShared() {
        return false;
      }

      @Override
      public void finish(String variable) {}
    };
  }

  /**
   * The elements of a variable of strings, in row-major order, which have no fixed size.
   *
   * @throws io.github.tf2torch.problem.UnsupportedFile where the source can't give them
   */
  default List<byte[]> strings(String variable) throws IOException {
    throw new UnsupportedFile("\"" + variable + "\": strings of this format are not read");
  }
}
