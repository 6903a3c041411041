package io.github.tf2torch.read;

import com.sun.management.ThreadMXBean;
import io.github.tf2torch.problem.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;

/**
 * What each reader owes any bytes: it reads them, or refuses them by a {@link Problem}, in memory
 * that is in proportion to them.
 */
public final class BoundedReading {
  private static final long MOST_BYTES = 16L << 20;
  private static final long MOST_TIMES = 300;

  private BoundedReading() {}

  /** A reader, run on some bytes. */
  public interface Reading {
    void run() throws IOException;
  }

  /**
   * Fails where the reading does neither. A first run loads classes, which takes memory of its own:
   * what is too much is run again.
   *
   * @param bytes how many are read
   */
  public static void of(long bytes, Reading reading) {
    long most = MOST_BYTES + MOST_TIMES * bytes;
    long taken = taken(reading);
    if (taken > most && taken(reading) > most) {
      throw new AssertionError(taken + " bytes taken for " + bytes);
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
}
