package io.github.tf2torch.write.pass;

import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorPass;
import io.github.tf2torch.tensor.TensorSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Fills files from a source: each recipe is evaluated once, however many files have it. The work is
 * spread over the cores, one big tensor's too; memory does not grow with the tensors. The files are
 * the same whoever did what of them.
 */
public final class WritePass {
  /** A core more than these waits for the others at the file it writes, and takes memory. */
  private static final int MOST_THREADS = 3;

  private final Options options;

  /**
   * How a pass is made.
   *
   * @param sha256 whether to compute it of each tensor, which takes one core for one tensor
   */
  public record Options(int threads, boolean sha256, Listener listener) {
    public static Options defaults() {
      int cores = Runtime.getRuntime().availableProcessors();
      return new Options(Math.min(cores, MOST_THREADS), false, (done, total) -> {});
    }

    public Options withSha256(boolean wanted) {
      return new Options(threads, wanted, listener);
    }

    public Options withListener(Listener heard) {
      return new Options(threads, sha256, heard);
    }
  }

  /** Hears how many bytes of how many are made, from any thread, one at a time. */
  public interface Listener {
    void done(long bytes, long total);
  }

  public WritePass(Options options) {
    this.options = options;
  }

  /**
   * Writes the files.
   *
   * @throws io.github.tf2torch.problem.DamagedFile where what was read is not what was stored; the
   *     files are of no use then
   */
  public Map<TensorExpr, Checksums> run(List<? extends TensorFilePlan> plans, TensorSource source)
      throws IOException {
    TensorPass pass = source.pass();
    List<OutputFile> files = new ArrayList<>();
    try {
      Map<TensorExpr, TensorJob> jobs = new LinkedHashMap<>();
      for (TensorFilePlan plan : plans) {
        OutputFile file = OutputFile.create(plan.file());
        files.add(file);
        for (TensorFilePlan.Place place : plan.tensors()) {
          jobs.computeIfAbsent(place.recipe(), recipe -> new TensorJob(recipe, options.sha256()))
              .add(file, place.offset(), plan.needsCrc32());
        }
      }
      int threads = pass.isShared() ? options.threads() : 1;
      new Workers(List.copyOf(jobs.values()), pass, options.listener()).run(threads);
      finish(jobs.keySet(), pass);
      Map<TensorExpr, Checksums> checksums = new LinkedHashMap<>();
      jobs.forEach((recipe, job) -> checksums.put(recipe, job.checksums()));
      for (int i = 0; i < plans.size(); i++) {
        List<TensorFilePlan.Part> around =
            plans.get(i).around(r -> Objects.requireNonNull(checksums.get(r)).crc32());
        for (TensorFilePlan.Part part : around) {
          files.get(i).write(part.offset(), part.bytes());
        }
      }
      return checksums;
    } finally {
      close(files);
    }
  }

  private static void finish(Set<TensorExpr> recipes, TensorPass pass) throws IOException {
    Set<String> variables = new LinkedHashSet<>();
    recipes.forEach(r -> variables.addAll(r.variables()));
    for (String variable : variables) {
      pass.finish(variable);
    }
  }

  /** Some file systems say only then that there was no space. */
  private static void close(List<OutputFile> files) throws IOException {
    IOException failure = null;
    for (OutputFile file : files) {
      try {
        file.close();
      } catch (IOException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
