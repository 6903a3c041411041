package io.github.tf2torch.write.pass;

import io.github.tf2torch.tensor.TensorExpr;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToIntFunction;

/** A file of tensors all of whose places are known before a byte of it is written. */
public interface TensorFilePlan {
  /** Has to be a file that is not there yet. */
  Path file();

  /** The tensors and where they go, in the order of the file. */
  List<Place> tensors();

  /** Whether {@link #around} asks for checksums as zip files have them. */
  boolean needsCrc32();

  /** All that is not tensors. */
  List<Part> around(ToIntFunction<TensorExpr> crc32);

  /** A tensor's bytes from {@code offset} of the file on. */
  record Place(TensorExpr recipe, long offset) {
    public long bytes() {
      return Math.multiplyExact(recipe.shape().count(), (long) recipe.dtype().bytes());
    }
  }

  /** Bytes from {@code offset} of the file on. */
  record Part(long offset, ByteBuffer bytes) {}
}
