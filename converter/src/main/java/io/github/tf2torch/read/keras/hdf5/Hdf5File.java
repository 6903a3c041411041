package io.github.tf2torch.read.keras.hdf5;

import java.io.IOException;

/** An HDF5 file, or a stretch of another file that is one. */
public final class Hdf5File {
  private final Superblock superblock;

  private Hdf5File(Superblock superblock) {
    this.superblock = superblock;
  }

  /** Reads the superblock; the region's file stays the caller's to close. */
  public static Hdf5File open(Region region) throws IOException {
    return new Hdf5File(Superblock.read(region));
  }

  /** Whether the region has HDF5's signature where it may be. */
  public static boolean recognises(Region region) throws IOException {
    return Superblock.find(region).isPresent();
  }

  public Group root() throws IOException {
    return Group.of("", ObjectHeader.read(superblock.metadata(), superblock.rootAddress()));
  }
}
