package io.github.tf2torch.translate;

import io.github.tf2torch.model.source.Endpoint;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a layer is: the names of the models around it, without the root's, and its own.
 *
 * @param names a name of Keras's may hold slashes, which nest as scopes do
 * @param segments what a module of the layer is named after
 */
record LayerPath(List<String> names, List<String> segments) {
  static final LayerPath ROOT = new LayerPath(List.of(), List.of());

  LayerPath {
    names = List.copyOf(names);
    segments = List.copyOf(segments);
  }

  LayerPath below(String name) {
    return below(name, Identifiers.segments(name));
  }

  /** With other names for its module. */
  LayerPath below(String name, List<String> module) {
    List<String> longer = new ArrayList<>(names);
    longer.add(name);
    List<String> deeper = new ArrayList<>(segments);
    deeper.addAll(module);
    return new LayerPath(longer, deeper);
  }

  /** Slashes between the names. */
  @Override
  public String toString() {
    return String.join("/", names);
  }

  /** A result of the layer: {@code block/conv:0}, and {@code block/conv#1:0} of its second call. */
  Endpoint endpoint(int call, int output) {
    return new Endpoint(call == 0 ? toString() : this + "#" + call, output);
  }
}
