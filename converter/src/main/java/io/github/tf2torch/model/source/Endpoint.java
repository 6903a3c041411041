package io.github.tf2torch.model.source;

/** Output {@code index} of a node: {@code conv1/Relu:0}. */
public record Endpoint(String node, int index) {
  /** Reads {@code name} or {@code name:1}. */
  public static Endpoint parse(String text) {
    int colon = text.lastIndexOf(':');
    return colon < 0
        ? new Endpoint(text, 0)
        : new Endpoint(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
  }

  @Override
  public String toString() {
    return node + ":" + index;
  }
}
