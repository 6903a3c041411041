package io.github.tf2torch.read.keras.hdf5;

/**
 * Where a piece of a data set lies.
 *
 * @param bytes as stored, after all filters
 * @param skippedFilters a bit for each filter that was not applied to it
 */
record Chunk(long address, long bytes, long skippedFilters) {}
