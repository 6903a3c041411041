package io.github.tf2torch.read.keras.hdf5;

import io.github.tf2torch.tensor.DType;

/** The type of a data set's or attribute's elements. */
public sealed interface Datatype {
  /** Bytes of one element as stored. */
  int size();

  /**
   * A type that tensors have.
   *
   * @param swapBytes how many bytes are stored in the reverse order at a time; 1 for little-endian
   */
  record Numeric(DType dtype, int swapBytes) implements Datatype {
    @Override
    public int size() {
      return dtype.bytes();
    }
  }

  /** Text of a fixed length, padded by zeros or spaces. */
  record FixedText(int size, boolean isSpacePadded) implements Datatype {}

  /** Text of any length, which lies in a global heap. */
  record VariableText(int size) implements Datatype {}

  /** Bytes that HDF5 attaches no meaning to; h5py stores bfloat16 so. */
  record Opaque(int size, String tag) implements Datatype {}

  /** A type that no tensor has. */
  record Other(int size, String what) implements Datatype {}
}
