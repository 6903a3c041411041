package io.github.tf2torch.inspect;

import java.util.Locale;

/** What came of comparing a variable with the checksum that was stored with it. */
public enum Checksum {
  MATCHES,
  /** The format stores none, as HDF5 does unless asked to. */
  NONE,
  DAMAGED,
  /** The bytes are there, but of a kind that is not read. */
  NOT_READ;

  public String jsonName() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
