package io.github.tf2torch.verify.opening;

import io.github.tf2torch.tensor.TensorSource;
import io.github.tf2torch.tensor.TensorValue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/** A source some of whose variables have other values. */
public record DrawnTensors(TensorSource stored, Map<String, TensorValue> drawn)
    implements TensorSource {
  @Override
  public void read(String variable, long offset, ByteBuffer target) throws IOException {
    TensorValue value = drawn.get(variable);
    if (value == null) {
      stored.read(variable, offset, target);
    } else {
      target.put(value.bytes().slice(Math.toIntExact(offset), target.remaining()));
    }
  }

  @Override
  public List<byte[]> strings(String variable) throws IOException {
    return stored.strings(variable);
  }
}
