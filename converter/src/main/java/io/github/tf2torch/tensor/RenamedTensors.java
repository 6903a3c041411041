package io.github.tf2torch.tensor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/**
 * The same bytes under other names.
 *
 * @param keys name here → name there
 */
public record RenamedTensors(Map<String, String> keys, TensorSource stored)
    implements TensorSource {
  public RenamedTensors {
    keys = Map.copyOf(keys);
  }

  @Override
  public void read(String variable, long offset, ByteBuffer target) throws IOException {
    stored.read(key(variable), offset, target);
  }

  @Override
  public boolean verify(String variable) throws IOException {
    return stored.verify(key(variable));
  }

  @Override
  public TensorPass pass() {
    TensorPass pass = stored.pass();
    return new TensorPass() {
      @Override
      public void read(String variable, long offset, ByteBuffer target) throws IOException {
        pass.read(key(variable), offset, target);
      }

      @Override
      public void readRuns(String variable, Runs runs, ByteBuffer target) throws IOException {
        pass.readRuns(key(variable), runs, target);
      }

      @Override
      public boolean isShared() {
        return pass.isShared();
      }

      @Override
      public void finish(String variable) throws IOException {
        pass.finish(key(variable));
      }
    };
  }

  @Override
  public List<byte[]> strings(String variable) throws IOException {
    return stored.strings(key(variable));
  }

  private String key(String variable) {
    String key = keys.get(variable);
    if (key == null) {
      throw new IllegalArgumentException("no variable is named \"" + variable + "\"");
    }
    return key;
  }
}
