package io.github.tf2torch.cli;

import io.github.tf2torch.convert.Progress;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Progress on stderr for what takes longer than two seconds: a bar on a terminal, otherwise a line
 * for each new piece of work. What is being done as the two seconds end is said at that moment, and
 * not when the next piece begins.
 */
public final class TerminalProgress implements Progress, AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final PrintWriter err;
  private final boolean isTerminal;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(TerminalProgress::daemon);
  private boolean isPatient = true;
  private boolean isClosed;
  private Step current = new Step("", 0, 0);
  private String said = "";
  private Optional<ProgressBar> bar = Optional.empty();

  private record Step(String what, long done, long total) {}

  public TerminalProgress(PrintWriter err) {
    this(err, Boolean.getBoolean("tf2torch.terminal"), PATIENCE);
  }

  TerminalProgress(PrintWriter err, boolean isTerminal, Duration patience) {
    this.err = err;
    this.isTerminal = isTerminal;
    var unused = clock.schedule(this::patienceEnds, patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "progress");
    thread.setDaemon(true);
    return thread;
  }

  private synchronized void patienceEnds() {
    isPatient = false;
    show();
  }

  @Override
  public synchronized void step(String what, long done, long total) {
    current = new Step(what, done, total);
    if (!isPatient) {
      show();
    }
  }

  private void show() {
    if (isClosed || current.what().isEmpty()) {
      return;
    }
    if (isTerminal) {
      if (bar.isEmpty()) {
        bar = Optional.of(newBar());
      }
      bar.get().maxHint(current.total()).stepTo(current.done()).setExtraMessage(current.what());
    } else if (!current.what().equals(said)) {
      said = current.what();
      err.println(said + " ...");
      err.flush();
    }
  }

  private ProgressBar newBar() {
    return new ProgressBarBuilder()
        .setStyle(ProgressBarStyle.ASCII)
        .setInitialMax(current.total())
        .clearDisplayOnFinish()
        .build();
  }

  @Override
  public synchronized void close() {
    isClosed = true;
    clock.shutdownNow();
    bar.ifPresent(ProgressBar::close);
    bar = Optional.empty();
  }
}
