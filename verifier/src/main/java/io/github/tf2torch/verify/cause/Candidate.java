package io.github.tf2torch.verify.cause;

import io.github.tf2torch.model.target.TorchModel;

/**
 * A fault and the program without it.
 *
 * @param kind of fault, in a word or two
 * @param cause for people, with what to change
 * @param marks what the line of {@code model.py} to change holds, the first choice first; empty
 *     where it is a tensor that is wrong and no line
 */
public record Candidate(
    String kind, String cause, java.util.List<String> marks, TorchModel program) {
  public Candidate {
    marks = java.util.List.copyOf(marks);
  }
}
