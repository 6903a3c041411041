package io.github.tf2torch.cli;

import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.problem.Problem;
import io.github.tf2torch.problem.UnmappedVariable;
import io.github.tf2torch.problem.UnsupportedFile;
import io.github.tf2torch.problem.UnsupportedOperation;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** The exit status of each kind of failure, and its one message. */
public final class ExitStatus implements IExecutionExceptionHandler {
  public static final int MATCH = 0;
  public static final int DIFFER = 1;
  public static final int WRONG_USE = 2;
  public static final int BAD_SOURCE = 3;
  public static final int NO_TRANSLATION = 4;
  public static final int FAILED = 5;

  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult result) {
    command.getErr().println("tf2torch: " + message(e));
    if (!(e instanceof Problem) && !(e instanceof IOException)) {
      e.printStackTrace(command.getErr());
    }
    return of(e);
  }

  private static String message(Exception e) {
    if (e instanceof Problem) {
      return e.getMessage();
    }
    if (e instanceof IOException) {
      return "reading or writing failed: "
          + reason((IOException) e)
          + "; check space and permissions, then run it again";
    }
    return "internal failure; please report it with the lines below: " + e;
  }

  /** Names of Java's classes say what happened where the message is a path alone. */
  private static String reason(IOException e) {
    if (e instanceof AccessDeniedException) {
      return e.getMessage() + ": permission denied";
    }
    if (e instanceof NoSuchFileException) {
      return e.getMessage() + ": there is no such file or folder";
    }
    boolean isSaid = e instanceof FileSystemException || e.getClass() == IOException.class;
    return isSaid && e.getMessage() != null ? e.getMessage() : e.toString();
  }

  /** What {@link Error} is, which a command does not expect: memory that is short, mostly. */
  static int of(Error e, PrintWriter err) {
    if (e instanceof OutOfMemoryError) {
      err.println(
          "tf2torch: there is too little memory: "
              + e.getMessage()
              + "; give Java more, as TF2TORCH_OPTS=-Xmx4g does");
    } else {
      err.println("tf2torch: internal failure; please report it with the lines below: " + e);
      e.printStackTrace(err);
    }
    return FAILED;
  }

  static int of(Exception e) {
    if (e instanceof BadRequest) {
      return WRONG_USE;
    }
    if (e instanceof DamagedFile || e instanceof UnsupportedFile) {
      return BAD_SOURCE;
    }
    if (e instanceof UnmappedVariable || e instanceof UnsupportedOperation) {
      return NO_TRANSLATION;
    }
    return FAILED;
  }
}
