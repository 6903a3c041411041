package io.github.tf2torch.tensor;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * One reading of stored variables, piece by piece. Bytes are given out as they are read; whether
 * they were the right ones is said in the end, so keep what is made of them apart until then.
 */
public interface TensorPass extends TensorSource {
  /** Whether several threads may read at once. */
  boolean isShared();

  /**
   * Fills {@code target}, which begins at its position, with runs of the variable's bytes; the
   * buffer's position and limit are of no meaning afterwards.
   */
  default void readRuns(String variable, Runs runs, ByteBuffer target) throws IOException {
    int at = target.position();
    for (int i = 0; i < runs.count(); i++) {
      target.limit(at + runs.length()).position(at);
      read(variable, runs.offset() + i * runs.step(), target);
      at += runs.targetStep();
    }
  }

  /**
   * Compares the checksum of all that was read of a variable with the stored one; throws a {@code
   * DamagedFile} where they differ. Call it for each variable when everything has been read.
   */
  void finish(String variable) throws IOException;
}
