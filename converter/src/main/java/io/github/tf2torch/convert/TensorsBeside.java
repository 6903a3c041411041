package io.github.tf2torch.convert;

import io.github.tf2torch.model.source.TensorFile;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.tensor.TensorSource;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The tensors of several files, each under a name that no other has. */
final class TensorsBeside implements TensorSource, Closeable {
  private final List<TensorFile> files = new ArrayList<>();
  private final Map<String, Place> places = new LinkedHashMap<>();

  /** Where a tensor is found. */
  private record Place(TensorFile file, Variable variable) {}

  /**
   * Takes over {@code file}, whose tensors are found by their paths within it, each behind {@code
   * prefix}.
   */
  void add(TensorFile file, String prefix) {
    files.add(file);
    for (Variable variable : file.variables()) {
      Place place = new Place(file, variable);
      places.put(prefix + variable.key(), place);
      places.putIfAbsent(prefix + variable.name(), place);
      variable.aliases().forEach(a -> places.putIfAbsent(prefix + a, place));
    }
  }

  Optional<Variable> find(String name) {
    return Optional.ofNullable(places.get(name)).map(Place::variable);
  }

  private Place place(String name) {
    Place place = places.get(name);
    if (place == null) {
      throw new IllegalArgumentException("no tensor is named \"" + name + "\"");
    }
    return place;
  }

  @Override
  public void read(String name, long offset, ByteBuffer target) throws IOException {
    Place place = place(name);
    place.file().tensors().read(place.variable().name(), offset, target);
  }

  @Override
  public List<byte[]> strings(String name) throws IOException {
    Place place = place(name);
    return place.file().tensors().strings(place.variable().name());
  }

  @Override
  public void close() throws IOException {
    for (TensorFile file : files) {
      file.close();
    }
  }
}
