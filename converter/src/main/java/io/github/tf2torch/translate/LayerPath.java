package io.github.tf2torch.translate;

import io.github.tf2torch.model.source.Endpoint;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a layer is: the names of the models around it, without the root's, and its own.
 *
 * @param names a name of Keras's may hold slashes, which nest as scopes do
 */
record LayerPath(List<String> names) {
  static final LayerPath ROOT = new LayerPath(List.of());

  LayerPath {
    names = List.copyOf(names);
  }

  LayerPath below(String name) {
    List<String> longer = new ArrayList<>(names);
    longer.add(name);
    return new LayerPath(longer);
  }

  /** Slashes between the names. */
  @Override
  public String toString() {
    return String.join("/", names);
  }

  /** What a module of the layer is named after. */
  List<String> segments() {
    return Identifiers.segments(toString());
  }

  /** A result of the layer: {@code block/conv:0}, and {@code block/conv#1:0} of its second call. */
  Endpoint endpoint(int call, int output) {
    return new Endpoint(call == 0 ? toString() : this + "#" + call, output);
  }
}
