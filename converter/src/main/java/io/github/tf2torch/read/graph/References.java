package io.github.tf2torch.read.graph;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.problem.DamagedFile;

/** How a file's words for tensors are read: {@code name}, {@code name:1}, {@code ^name}. */
final class References {
  private References() {}

  static Endpoint endpoint(String text) {
    int colon = text.lastIndexOf(':');
    return colon < 0
        ? new Endpoint(text, 0)
        : new Endpoint(text.substring(0, colon), index(text.substring(colon + 1), text));
  }

  /** The node that an input, of data or of control, names. */
  static String node(String input) {
    return input.startsWith("^") ? input.substring(1) : endpoint(input).node();
  }

  static int index(String number, String whole) {
    try {
      return Integer.parseUnsignedInt(number);
    } catch (NumberFormatException e) {
      throw new DamagedFile("the graph names \"" + whole + "\", which is no output of a node", e);
    }
  }
}
