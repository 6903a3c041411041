package io.github.tf2torch.model.source;

import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import java.util.List;

/**
 * A stored variable.
 *
 * @param name the name that people know it by: {@code conv1/kernel}
 * @param key the key under which its bytes are stored; equal to the name in TF1 files
 * @param aliases further keys that hold the same variable, as Keras 3 exports have
 */
public record Variable(
    String name, String key, DType dtype, Shape shape, Role role, List<String> aliases) {
  public Variable {
    aliases = List.copyOf(aliases);
  }

  public Variable withRole(Role other) {
    return new Variable(name, key, dtype, shape, other, aliases);
  }

  public long bytes() {
    return Math.multiplyExact(shape.count(), (long) dtype.bytes());
  }
}
