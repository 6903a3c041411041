package io.github.tf2torch.cli;

import io.github.tf2torch.convert.Progress;
import java.io.PrintWriter;
import java.util.Optional;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Progress on stderr for what takes longer than two seconds: a bar on a terminal, otherwise a line
 * for each new piece of work.
 */
public final class TerminalProgress implements Progress, AutoCloseable {
  private static final long PATIENCE_NANOS = 2_000_000_000L;

  private final long started = System.nanoTime();
  private final boolean terminal = Boolean.getBoolean("tf2torch.terminal");
  private final PrintWriter err;
  private Optional<ProgressBar> bar = Optional.empty();
  private String said = "";

  public TerminalProgress(PrintWriter err) {
    this.err = err;
  }

  @Override
  public synchronized void step(String what, long done, long total) {
    if (System.nanoTime() - started < PATIENCE_NANOS) {
      return;
    }
    if (terminal) {
      if (bar.isEmpty()) {
        bar =
            Optional.of(
                new ProgressBarBuilder()
                    .setStyle(ProgressBarStyle.ASCII)
                    .setInitialMax(total)
                    .setTaskName(what)
                    .clearDisplayOnFinish()
                    .build());
      }
      bar.get().maxHint(total).stepTo(done).setExtraMessage(what);
    } else if (!what.equals(said)) {
      said = what;
      err.println(what + " ...");
      err.flush();
    }
  }

  @Override
  public synchronized void close() {
    bar.ifPresent(ProgressBar::close);
    bar = Optional.empty();
  }
}
