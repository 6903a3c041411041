package io.github.tf2torch.read.keras;

import io.github.tf2torch.model.source.Role;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.problem.Problem;
import io.github.tf2torch.read.keras.hdf5.Attribute;
import io.github.tf2torch.read.keras.hdf5.Dataset;
import io.github.tf2torch.read.keras.hdf5.Datatype;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The variables of a file as they are found, and what could not be read of it. */
final class Inventory {
  private final Map<String, Variable> variables = new LinkedHashMap<>();
  private final Map<String, Dataset> datasets = new LinkedHashMap<>();
  private final List<String> problems = new ArrayList<>();

  /** Gets a data set that may turn out to be damaged. */
  interface Opening {
    Dataset open() throws IOException;
  }

  /**
   * Adds a variable; a data set that can't be read becomes a problem, and those beside it stay.
   *
   * @param name taken if it is free, else the key
   * @return the name under which it is known
   */
  Optional<String> add(String name, String key, Role role, Opening opening) throws IOException {
    try {
      Dataset dataset = opening.open();
      Optional<DType> dtype = dtype(dataset);
      if (dtype.isEmpty()) {
        problem("\"" + key + "\" holds " + holds(dataset) + ", which is no tensor; it is left out");
        return Optional.empty();
      }
      String free = variables.containsKey(name) ? key : name;
      if (variables.containsKey(free)) {
        return Optional.of(free);
      }
      variables.put(free, new Variable(free, key, dtype.get(), dataset.shape(), role, List.of()));
      datasets.put(free, dataset);
      return Optional.of(free);
    } catch (Problem e) {
      problem("\"" + key + "\" is left out: " + e.getMessage());
      return Optional.empty();
    }
  }

  /** HDF5 has no bfloat16 that h5py writes: it stores two opaque bytes, and Keras 3 says so. */
  private Optional<DType> dtype(Dataset dataset) throws IOException {
    if (dataset.datatype() instanceof Datatype.Numeric numeric) {
      return Optional.of(numeric.dtype());
    }
    if (dataset.datatype() instanceof Datatype.Opaque opaque && opaque.size() == 2) {
      Attribute said = dataset.attributes().get("dtype");
      if (said == null) {
        problem("\"" + dataset.path() + "\" has opaque elements of 2 bytes; taken as bfloat16");
        return Optional.of(DType.BFLOAT16);
      }
      return said.text().filter("bfloat16"::equals).map(t -> DType.BFLOAT16);
    }
    return Optional.empty();
  }

  private static String holds(Dataset dataset) {
    Datatype type = dataset.datatype();
    if (type instanceof Datatype.Other other) {
      return other.what();
    }
    return type instanceof Datatype.Opaque o ? "opaque bytes, " + o.size() + " each" : "text";
  }

  /** Opens a data set now; one that can't be becomes a problem. */
  Optional<Dataset> open(String key, Opening opening) throws IOException {
    try {
      return Optional.of(opening.open());
    } catch (Problem e) {
      problem("\"" + key + "\" is left out: " + e.getMessage());
      return Optional.empty();
    }
  }

  void problem(String what) {
    problems.add(what);
  }

  boolean contains(String name) {
    return variables.containsKey(name);
  }

  Variable variable(String name) {
    return require(variables, name);
  }

  Shape shape(String name) {
    return variable(name).shape();
  }

  List<Variable> variables() {
    return List.copyOf(variables.values());
  }

  List<String> problems() {
    return List.copyOf(problems);
  }

  /** The value of a scalar of floating point, widened. */
  Optional<Double> scalar(String name) throws IOException {
    Variable variable = variable(name);
    if (variable.shape().rank() != 0 || variable.dtype() != DType.FLOAT32) {
      return Optional.empty();
    }
    ByteBuffer bytes = ByteBuffer.allocate(4).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    read(name, 0, bytes);
    return Optional.of((double) bytes.getFloat(0));
  }

  void read(String name, long offset, ByteBuffer target) throws IOException {
    require(datasets, name).read(offset, target);
  }

  private static <T> T require(Map<String, T> map, String name) {
    T found = map.get(name);
    if (found == null) {
      throw new BadRequest("the file has no variable \"" + name + "\"");
    }
    return found;
  }
}
