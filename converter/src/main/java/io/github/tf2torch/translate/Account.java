package io.github.tf2torch.translate;

import java.util.List;

/**
 * Where every variable of the source went. Each is in exactly one place: a tensor's recipe, {@code
 * dropped} or {@code unknown}.
 */
public record Account(
    List<Dropped> dropped, List<String> unknown, List<String> assumed, List<String> lossy) {
  public Account {
    dropped = List.copyOf(dropped);
    unknown = List.copyOf(unknown);
    assumed = List.copyOf(assumed);
    lossy = List.copyOf(lossy);
  }

  /** The same with other choices. */
  public Account withAssumed(List<String> all) {
    return new Account(dropped, unknown, all, lossy);
  }

  /** A variable that the port does not need, and why. */
  public record Dropped(String name, String reason) {}
}
