package io.github.tf2torch.read.bundle;

import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import java.util.List;

/**
 * One tensor of a bundle, as its index describes it (tensor_bundle.proto, BundleEntryProto).
 *
 * @param offset of its bytes in the shard
 * @param size in bytes as stored, for strings with their lengths
 * @param maskedCrc of its bytes as {@code MaskedCrc} makes it
 * @param parts of a partitioned variable, none of whose bytes are here; empty of any other
 */
public record BundleEntry(
    String key,
    DType dtype,
    Shape shape,
    int shard,
    long offset,
    long size,
    int maskedCrc,
    List<Part> parts) {
  public BundleEntry {
    parts = List.copyOf(parts);
  }

  /** A box of a partitioned variable and where it is stored. */
  record Part(TensorSlice slice, BundleEntry entry) {}

  @Override
  public int hashCode() {
    return key.hashCode();
  }

  public boolean isPartitioned() {
    return !parts.isEmpty();
  }
}
