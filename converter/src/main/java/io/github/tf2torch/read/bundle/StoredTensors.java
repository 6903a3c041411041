package io.github.tf2torch.read.bundle;

import io.github.tf2torch.tensor.TensorSource;
import java.io.Closeable;
import java.util.List;
import java.util.SortedMap;

/** The tensors of a checkpoint by key, of either format. */
interface StoredTensors extends TensorSource, Closeable {
  /** Sorted by key; parts of partitioned variables are joined. */
  SortedMap<String, BundleEntry> entries();

  /** What could not be read and was left out. */
  List<String> problems();
}
