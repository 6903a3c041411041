package io.github.tf2torch.tensor;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Where the bytes of an evaluated recipe go, in order, about a mebibyte at a time. */
@FunctionalInterface
public interface TensorSink {
  /** Takes all that remains of {@code block}, which is the caller's again afterwards. */
  void write(ByteBuffer block) throws IOException;
}
