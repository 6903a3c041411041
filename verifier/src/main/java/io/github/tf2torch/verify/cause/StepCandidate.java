package io.github.tf2torch.verify.cause;

import java.util.List;

/**
 * A fault of an optimizer and the steps without it.
 *
 * @param kind of fault, in a word or two
 * @param cause for people, with what to change
 */
public record StepCandidate(String kind, String cause, List<GroupStep> groups) {
  public StepCandidate {
    groups = List.copyOf(groups);
  }
}
