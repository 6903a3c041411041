package io.github.tf2torch.model.source;

import java.util.Locale;

/** What a variable is for, as {@code inspect --json} names it. */
public enum Role {
  WEIGHT,
  SLOT,
  STATISTIC,
  COUNTER,
  AVERAGE,
  ALIAS,
  OTHER;

  public String jsonName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
