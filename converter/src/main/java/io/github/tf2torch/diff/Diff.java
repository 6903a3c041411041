package io.github.tf2torch.diff;

import io.github.tf2torch.diff.TensorDifference.Verdict;
import io.github.tf2torch.model.source.TensorFile;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.problem.BadRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/** Compares two files of tensors. */
public final class Diff {
  /** More gain nothing where the disk is what takes the time. */
  private static final int THREADS = 2;

  private final TensorFile a;
  private final TensorFile b;
  private final Tolerance tolerance;
  private final Watcher watcher;
  private final AtomicLong done = new AtomicLong();

  /** Hears how far it is. */
  @FunctionalInterface
  public interface Watcher {
    void compared(long doneBytes, long allBytes);
  }

  private Diff(TensorFile a, TensorFile b, Tolerance tolerance, Watcher watcher) {
    this.a = a;
    this.b = b;
    this.tolerance = tolerance;
    this.watcher = watcher;
  }

  /**
   * Compares every tensor whose name the pattern is found in.
   *
   * @throws BadRequest where it is found in none
   */
  public static DiffReport of(
      TensorFile a, TensorFile b, Pattern select, Tolerance tolerance, Watcher watcher)
      throws IOException {
    List<Variable> fromA = selected(a, select);
    List<Variable> fromB = selected(b, select);
    if (fromA.isEmpty() && fromB.isEmpty() && !select.pattern().isEmpty()) {
      throw new BadRequest(
          "--select " + select.pattern() + ": neither file has a tensor of such a name");
    }
    Diff diff = new Diff(a, b, tolerance, watcher);
    List<TensorDifference> differences = diff.all(Matching.of(fromA, fromB));
    return new DiffReport(a.provenance(), b.provenance(), tolerance, differences);
  }

  private static List<Variable> selected(TensorFile file, Pattern select) {
    return file.variables().stream().filter(v -> isSelected(v, select)).toList();
  }

  private static boolean isSelected(Variable variable, Pattern select) {
    return select.matcher(variable.name()).find()
        || variable.aliases().stream().anyMatch(n -> select.matcher(n).find());
  }

  private List<TensorDifference> all(Matching matching) throws IOException {
    List<TensorDifference> differences = new ArrayList<>();
    long all = matching.pairs().stream().mapToLong(p -> p.a().bytes()).sum();
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<TensorDifference>> running = new ArrayList<>();
      for (Matching.Pair pair : matching.pairs()) {
        running.add(threads.submit(() -> compared(pair, all)));
      }
      for (Future<TensorDifference> future : running) {
        differences.add(future.get());
      }
    } catch (ExecutionException e) {
      throw rethrown(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      threads.shutdownNow();
    }
    matching.onlyA().forEach(v -> differences.add(TensorDifference.onlyIn(Verdict.ONLY_A, v)));
    matching.onlyB().forEach(v -> differences.add(TensorDifference.onlyIn(Verdict.ONLY_B, v)));
    return differences;
  }

  private static IOException rethrown(Throwable cause) {
    if (cause instanceof RuntimeException e) {
      throw e;
    }
    if (cause instanceof Error e) {
      throw e;
    }
    return cause instanceof IOException e ? e : new IOException(cause);
  }

  private TensorDifference compared(Matching.Pair pair, long all) {
    try {
      TensorDifference difference = new PairComparison(a, b, tolerance).compare(pair);
      watcher.compared(done.addAndGet(pair.a().bytes()), all);
      return difference;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
