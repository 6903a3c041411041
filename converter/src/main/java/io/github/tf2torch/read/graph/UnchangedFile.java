package io.github.tf2torch.read.graph;

import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.tensor.TensorSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Tensors that are mapped from a file: a map whose file was cut off in the meantime can't be read,
 * and the machine says so in no way that a program can answer.
 */
record UnchangedFile(Path path, long bytes, TensorSource tensors) implements TensorSource {
  @Override
  public void read(String variable, long offset, ByteBuffer target) throws IOException {
    long now = Files.isRegularFile(path) ? Files.size(path) : bytes;
    if (now != bytes) {
      throw new DamagedFile(
          "%s: has %d bytes and had %d when it was opened; is it being written?"
              .formatted(path, now, bytes));
    }
    tensors.read(variable, offset, target);
  }

  @Override
  public List<byte[]> strings(String variable) throws IOException {
    return tensors.strings(variable);
  }
}
