package io.github.tf2torch.verify.dropout;

import io.github.tf2torch.rules.op.AtInference;
import io.github.tf2torch.verify.subject.Subject;
import java.util.Optional;

/**
 * A choice by the training flag that the conversion makes as at inference, since no layer of
 * PyTorch makes it: what is computed in training is another model there, as the account says.
 */
public final class FrozenChoice {
  private FrozenChoice() {}

  /** Why the two sides can't be compared in training mode; empty where they can. */
  public static Optional<String> of(Subject subject) {
    return subject.translation().account().assumed().stream()
        .filter(a -> a.contains(AtInference.IN_TRAINING_TOO))
        .findFirst()
        .map(a -> "another model trains there: " + a);
  }
}
