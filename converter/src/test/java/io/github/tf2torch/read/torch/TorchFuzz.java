package io.github.tf2torch.read.torch;

import com.sun.management.ThreadMXBean;
import io.github.tf2torch.model.source.TensorFile;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.problem.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a fuzzer runs: any bytes are read, or refused by a {@link Problem}, in memory that is in
 * proportion. Jazzer needs nothing but a class with such a method:
 *
 * <pre>java -cp jazzer.jar:... com.code_intelligence.jazzer.Jazzer
 *     --target_class=io.github.tf2torch.read.torch.TorchFuzz$Pickle</pre>
 */
final class TorchFuzz {
  private static final long MOST_BYTES = 24L << 20;
  private static final long MOST_TIMES = 300;
  private static final int READ_BYTES = 1 << 16;

  private TorchFuzz() {}

  /** A pickle, as in {@code data.pkl}. */
  public static final class Pickle {
    private Pickle() {}

    public static void fuzzerTestOneInput(byte[] data) {
      bounded(
          data,
          () -> {
            boolean isTorchScript = data.length > 0 && data[data.length - 1] == 's';
            PickleInput in = PickleInput.of("fuzz", data);
            PickleValue value = new Unpickler(in, new TorchGlobals(isTorchScript)).load();
            StateDict.of(value, "fuzz", data.length);
          });
    }
  }

  /** A file of {@code torch.save}: an archive, or of the older format. */
  public static final class Archive {
    private Archive() {}

    public static void fuzzerTestOneInput(byte[] data) {
      bounded(data, () -> read(data, "x.pt"));
    }
  }

  /** A safetensors file. */
  public static final class Safetensors {
    private Safetensors() {}

    public static void fuzzerTestOneInput(byte[] data) {
      bounded(data, () -> read(data, "x.safetensors"));
    }
  }

  private interface Reading {
    void run() throws IOException;
  }

  /** A first run loads classes, which takes memory of its own: what is too much is run again. */
  private static void bounded(byte[] data, Reading reading) {
    long most = MOST_BYTES + MOST_TIMES * data.length;
    long taken = taken(reading);
    if (taken > most && taken(reading) > most) {
      throw new AssertionError(taken + " bytes taken for " + data.length);
    }
  }

  private static long taken(Reading reading) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    long before = threads.getThreadAllocatedBytes(thread);
    try {
      reading.run();
    } catch (Problem e) {
      if (e.getMessage() == null || e.getMessage().length() > 2000) {
        throw new AssertionError("a message of no use", e);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return threads.getThreadAllocatedBytes(thread) - before;
  }

  private static void read(byte[] data, String name) throws IOException {
    Path folder = Files.createTempDirectory("fuzz");
    Path path = folder.resolve(name);
    try {
      Files.write(path, data);
      try (TensorFile file = TorchFiles.openFile(path)) {
        for (Variable variable : file.variables()) {
          ByteBuffer start = ByteBuffer.allocate((int) Math.min(variable.bytes(), READ_BYTES));
          file.tensors().read(variable.name(), variable.bytes() - start.capacity(), start);
        }
      }
    } finally {
      Files.deleteIfExists(path);
      Files.deleteIfExists(folder);
    }
  }
}
