package io.github.tf2torch.read.bundle;

import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;

/**
 * One tensor of a bundle, as its index describes it (tensor_bundle.proto, BundleEntryProto).
 *
 * @param offset of its bytes in the shard
 * @param size in bytes as stored, for strings with their lengths
 * @param maskedCrc of its bytes as {@code MaskedCrc} makes it
 * @param isPartitioned its parts are stored under keys of their own, none of its bytes here
 */
public record BundleEntry(
    String key,
    DType dtype,
    Shape shape,
    int shard,
    long offset,
    long size,
    int maskedCrc,
    boolean isPartitioned) {}
