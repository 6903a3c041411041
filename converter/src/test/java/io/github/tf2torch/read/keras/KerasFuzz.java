package io.github.tf2torch.read.keras;

import com.sun.management.ThreadMXBean;
import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.problem.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a fuzzer runs: any bytes are read as a file of Keras, or refused by a {@link Problem}, in
 * memory that is in proportion. Jazzer needs nothing but a class with such a method:
 *
 * <pre>java -cp jazzer.jar:... com.code_intelligence.jazzer.Jazzer
 *     --target_class=io.github.tf2torch.read.keras.KerasFuzz$Hdf5</pre>
 */
final class KerasFuzz {
  private static final long MOST_BYTES = 24L << 20;

  /** Deflate makes at most 1032 bytes of one; each is copied a few times. */
  private static final long MOST_TIMES = 4000;

  private static final int READ_BYTES = 1 << 16;

  private KerasFuzz() {}

  /** A {@code .h5}, of whichever layout. */
  public static final class Hdf5 {
    private Hdf5() {}

    public static void fuzzerTestOneInput(byte[] data) {
      bounded(data, ".h5");
    }
  }

  /** A {@code .keras}. */
  public static final class Archive {
    private Archive() {}

    public static void fuzzerTestOneInput(byte[] data) {
      bounded(data, ".keras");
    }
  }

  /** A configuration, and what is made of it. */
  public static final class Configuration {
    private Configuration() {}

    public static void fuzzerTestOneInput(byte[] data) {
      try {
        String text = new String(data, java.nio.charset.StandardCharsets.UTF_8);
        LayerConfig.read(JsonConfig.parse(text, "fuzz"));
      } catch (Problem e) {
        requireMessage(e);
      }
    }
  }

  /** A first run loads classes, which takes memory of its own: what is too much is run again. */
  private static void bounded(byte[] data, String suffix) {
    long most = MOST_BYTES + MOST_TIMES * data.length;
    long taken = taken(data, suffix);
    if (taken > most && taken(data, suffix) > most) {
      throw new AssertionError(taken + " bytes taken for " + data.length);
    }
  }

  private static long taken(byte[] data, String suffix) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    long before = threads.getThreadAllocatedBytes(thread);
    try {
      Path file = Files.createTempFile("fuzz", suffix);
      try {
        Files.write(file, data);
        read(file);
      } finally {
        Files.delete(file);
      }
    } catch (Problem e) {
      requireMessage(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return threads.getThreadAllocatedBytes(thread) - before;
  }

  private static void requireMessage(Problem problem) {
    if (problem.getMessage() == null || problem.getMessage().isBlank()) {
      throw new AssertionError("a problem without a message", problem);
    }
  }

  private static void read(Path path) throws IOException {
    try (KerasFile file = KerasFile.open(path, ReadOptions.defaults())) {
      TfModel model = file.model();
      for (Variable variable : model.variables()) {
        long size = Math.min(READ_BYTES, variable.bytes());
        try {
          model.tensors().read(variable.name(), 0, ByteBuffer.allocate((int) size));
        } catch (Problem e) {
          requireMessage(e);
        }
      }
    }
  }
}
