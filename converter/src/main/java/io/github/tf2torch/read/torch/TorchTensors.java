package io.github.tf2torch.read.torch;

import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.StridedReader;
import io.github.tf2torch.tensor.TensorSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Tensors read out of their storages: turned into row-major order and little-endian bytes. */
final class TorchTensors implements TensorSource {
  /** Each keeps a panel of 16 MiB, so that reading on costs no second look at the storage. */
  private static final int MOST_READERS = 4;

  private final Path path;
  private final Map<String, TorchTensor> tensors;
  private final Storages storages;
  private final boolean isBigEndian;
  private final Map<String, StridedReader> readers = new LinkedHashMap<>();

  /** The bytes of storages, by key. */
  interface Storages {
    void read(String key, long offset, ByteBuffer target) throws IOException;

    /** Whether there is a checksum, which then was found right. */
    default boolean verify(String key) throws IOException {
      return false;
    }
  }

  TorchTensors(
      Path path, Map<String, TorchTensor> tensors, Storages storages, boolean isBigEndian) {
    this.path = path;
    this.tensors = tensors;
    this.storages = storages;
    this.isBigEndian = isBigEndian;
  }

  @Override
  public void read(String name, long offset, ByteBuffer target) throws IOException {
    TorchTensor tensor = tensor(name);
    if (offset < 0 || target.remaining() > tensor.bytes() - offset) {
      throw new IllegalArgumentException(
          target.remaining() + " bytes at " + offset + " of \"" + name + "\" of " + tensor.bytes());
    }
    if (!target.hasRemaining()) {
      return;
    }
    int elementBytes = tensor.dtype().bytes();
    boolean isInPlace = !isBigEndian || swapped(tensor.dtype()) == 1;
    if (tensor.isRowMajor() && isInPlace) {
      storages.read(tensor.storage().key(), tensor.offset() * elementBytes + offset, target);
      return;
    }
    StridedReader reader = reader(name, tensor);
    synchronized (reader) {
      reader.read(offset, target);
    }
  }

  @Override
  public boolean verify(String name) throws IOException {
    return storages.verify(tensor(name).storage().key());
  }

  private TorchTensor tensor(String name) {
    TorchTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new BadRequest(path + ": has no tensor \"" + name + "\"");
    }
    return tensor;
  }

  private StridedReader reader(String name, TorchTensor tensor) {
    synchronized (readers) {
      StridedReader reader = readers.remove(name);
      if (reader == null) {
        reader =
            new StridedReader(
                (at, to) -> readLittleEndian(tensor, at, to),
                tensor.dtype().bytes(),
                tensor.shape(),
                tensor.strides(),
                tensor.offset());
      }
      readers.put(name, reader);
      if (readers.size() > MOST_READERS) {
        readers.remove(readers.keySet().iterator().next());
      }
      return reader;
    }
  }

  private void readLittleEndian(TorchTensor tensor, long offset, ByteBuffer target)
      throws IOException {
    ByteBuffer filled = target.duplicate();
    storages.read(tensor.storage().key(), offset, target);
    int width = isBigEndian ? swapped(tensor.dtype()) : 1;
    for (int at = filled.position(); width > 1 && at < filled.limit(); at += width) {
      for (int low = at, high = at + width - 1; low < high; low++, high--) {
        byte kept = filled.get(low);
        filled.put(low, filled.get(high));
        filled.put(high, kept);
      }
    }
  }

  /** How many bytes are one number: a complex one is two. */
  private static int swapped(DType dtype) {
    return switch (dtype) {
      case COMPLEX32, COMPLEX64, COMPLEX128 -> dtype.bytes() / 2;
      default -> dtype.bytes();
    };
  }
}
