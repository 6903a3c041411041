package io.github.tf2torch.write.pass;

import io.github.tf2torch.tensor.PieceEvaluation;
import io.github.tf2torch.tensor.PieceEvaluation.Piece;
import io.github.tf2torch.tensor.TensorPass;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** Threads that take pieces from one list until there are none, or one of them fails. */
final class Workers {
  private final TensorPass pass;
  private final WritePass.Listener listener;
  private final long total;
  private final Iterator<Work> work;
  private final AtomicReference<Optional<Throwable>> failure =
      new AtomicReference<>(Optional.empty());
  private long done;

  private record Work(TensorJob job, Piece piece) {}

  Workers(List<TensorJob> jobs, TensorPass pass, WritePass.Listener listener) {
    this.pass = pass;
    this.listener = listener;
    this.total = jobs.stream().mapToLong(TensorJob::bytes).sum();
    this.work = jobs.stream().flatMap(j -> j.pieces().stream().map(p -> new Work(j, p))).iterator();
  }

  /** The caller is one of them. */
  void run(int threads) throws IOException {
    List<Thread> others = new ArrayList<>();
    for (int i = 1; i < threads; i++) {
      Thread thread = new Thread(this::work, "tensors-" + i);
      thread.setDaemon(true);
      thread.start();
      others.add(thread);
    }
    work();
    for (Thread thread : others) {
      join(thread);
    }
    Throwable failed = failure.get().orElse(null);
    if (failed instanceof IOException e) {
      throw e;
    }
    if (failed instanceof RuntimeException e) {
      throw e;
    }
    if (failed instanceof Error e) {
      throw e;
    }
  }

  /** They stop at the end of a piece: nothing may be written to a file that is being closed. */
  private static void join(Thread thread) {
    boolean isInterrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        isInterrupted = true;
      }
    }
    if (isInterrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void work() {
    try {
      PieceEvaluation evaluation = new PieceEvaluation(pass);
      for (Optional<Work> next = next(); next.isPresent(); next = next()) {
        Work taken = next.get();
        taken.job().write(taken.piece(), evaluation);
        long elements = taken.piece().end() - taken.piece().first();
        finished(taken.job().bytesOf(elements));
      }
    } catch (IOException | RuntimeException | Error e) {
      failure.compareAndSet(Optional.empty(), Optional.of(e));
    }
  }

  private synchronized Optional<Work> next() {
    return failure.get().isEmpty() && work.hasNext() ? Optional.of(work.next()) : Optional.empty();
  }

  private synchronized void finished(long bytes) {
    done += bytes;
    listener.done(done, total);
  }
}
