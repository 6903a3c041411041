package io.github.tf2torch.read.bundle;

import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.problem.UnsupportedFile;
import java.util.List;

/** Whether the parts of a partitioned variable make up the whole, each element once. */
final class BundleCover {
  /** Each part is compared with each other. */
  private static final int MOST_PARTS = 10_000;

  private BundleCover() {}

  /**
   * @param place how messages begin
   */
  static void check(BundleEntry entry, String place) {
    List<BundleEntry.Part> parts = entry.parts();
    if (parts.size() > MOST_PARTS) {
      throw new UnsupportedFile(
          "%s has %d parts, of which at most %d are read"
              .formatted(place, parts.size(), MOST_PARTS));
    }
    long covered = 0;
    for (int i = 0; i < parts.size(); i++) {
      TensorSlice slice = parts.get(i).slice();
      covered = Math.addExact(covered, slice.shape().count());
      for (BundleEntry.Part other : parts.subList(0, i)) {
        if (slice.overlaps(other.slice())) {
          throw new DamagedFile(place + " has parts that overlap; the file is damaged");
        }
      }
    }
    if (covered != entry.shape().count()) {
      throw new DamagedFile(
          "%s has %d elements, its parts have %d; the file is damaged"
              .formatted(place, entry.shape().count(), covered));
    }
  }
}
