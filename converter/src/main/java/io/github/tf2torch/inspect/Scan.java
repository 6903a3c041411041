package io.github.tf2torch.inspect;

import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.problem.UnsupportedFile;
import io.github.tf2torch.tensor.TensorSource;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;

/** Reads every variable once, several at a time, large ones first; holds a block of each. */
final class Scan {
  private static final int BLOCK_BYTES = 1 << 20;
  private static final int MOST_THREADS = 4;

  private final TensorSource tensors;
  private final boolean wantsStatistics;
  private final LongConsumer hearsBytes;
  private final ThreadLocal<ByteBuffer> blocks =
      ThreadLocal.withInitial(
          () -> ByteBuffer.allocateDirect(BLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN));

  Scan(TensorSource tensors, boolean wantsStatistics, LongConsumer hearsBytes) {
    this.tensors = tensors;
    this.wantsStatistics = wantsStatistics;
    this.hearsBytes = hearsBytes;
  }

  /** One finding a variable, in their order. */
  List<Finding> of(List<Variable> variables) throws IOException {
    int threads = Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors());
    ExecutorService workers = Executors.newFixedThreadPool(threads, Scan::worker);
    try {
      List<FutureTask<Finding>> tasks =
          variables.stream().map(v -> new FutureTask<>(() -> find(v))).toList();
      IntStream.range(0, variables.size())
          .boxed()
          .sorted(Comparator.comparingLong(i -> -variables.get(i).bytes()))
          .forEach(i -> workers.execute(tasks.get(i)));
      List<Finding> findings = new ArrayList<>();
      for (FutureTask<Finding> task : tasks) {
        findings.add(task.get());
      }
      return findings;
    } catch (InterruptedException e) {
      throw new InterruptedIOException("interrupted while reading variables");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      if (e.getCause() instanceof RuntimeException unforeseen) {
        throw unforeseen;
      }
      throw new IllegalStateException(e.getCause());
    } finally {
      workers.shutdownNow();
    }
  }

  private static Thread worker(Runnable work) {
    Thread thread = new Thread(work, "scan");
    thread.setDaemon(true);
    return thread;
  }

  private Finding find(Variable variable) throws IOException {
    try {
      boolean isCompared = tensors.verify(variable.name());
      hearsBytes.accept(variable.bytes());
      return new Finding(
          variable,
          isCompared ? Checksum.MATCHES : Checksum.NONE,
          Optional.empty(),
          statistics(variable));
    } catch (DamagedFile e) {
      return trouble(variable, Checksum.DAMAGED, e);
    } catch (UnsupportedFile e) {
      return trouble(variable, Checksum.NOT_READ, e);
    }
  }

  private static Finding trouble(Variable variable, Checksum checksum, RuntimeException cause) {
    return new Finding(
        variable, checksum, Optional.of(String.valueOf(cause.getMessage())), Optional.empty());
  }

  private Optional<Statistics> statistics(Variable variable) throws IOException {
    if (!wantsStatistics || !Statistics.isDefinedFor(variable.dtype())) {
      return Optional.empty();
    }
    Statistics all = Statistics.none();
    ByteBuffer block = blocks.get();
    for (long at = 0; at < variable.bytes(); at += BLOCK_BYTES) {
      block.clear().limit((int) Math.min(BLOCK_BYTES, variable.bytes() - at));
      tensors.read(variable.name(), at, block);
      all = all.and(Statistics.of(variable.dtype(), block.flip()));
    }
    return Optional.of(all);
  }
}
