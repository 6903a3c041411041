package io.github.tf2torch.translate.mapping;

import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.rules.mapping.RuleFile;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Which of the shipped sets of rules a source and a target are for: the one that settles all that
 * the user's own rules leave, else the one that fills most of it. Their names are so long that they
 * meet no other model's by chance.
 *
 * @param begun makes a ledger in which the user's rules were followed
 */
record SetChoice(Supplier<Ledger> begun, KnownLayouts known) {

  /**
   * A set, and whether it settles everything.
   *
   * @param filled tensors of the target
   */
  record Chosen(RuleFile set, boolean isWhole, int filled) {
    void apply(KnownLayouts known, Ledger ledger) {
      if (isWhole) {
        RuleApplication.apply(set, known, ledger);
      } else {
        RuleApplication.applyInPart(set, known, ledger);
      }
    }

    /** What it is taken for, as the account says it. */
    String told(int tensors) {
      String fits =
          isWhole
              ? "which fit every variable and tensor"
              : "which fit %d of %d tensors".formatted(filled, tensors);
      return "the rules of the set \"%s\" (%s), %s".formatted(set.name(), set.about(), fits);
    }
  }

  Optional<Chosen> among(List<RuleFile> shipped) {
    Ledger own = begun.get();
    IntoModel.settleWhatNeedsNoRule(own);
    if (own.isSettled() || !own.problems().isEmpty()) {
      return Optional.empty();
    }
    Optional<Chosen> whole =
        shipped.stream().filter(this::settles).findFirst().map(SetChoice::whole);
    return whole.isPresent() ? whole : nearest(shipped);
  }

  private static Chosen whole(RuleFile set) {
    return new Chosen(set, true, 0);
  }

  private static Chosen inPart(RuleFile set, int filled) {
    return new Chosen(set, false, filled);
  }

  /** One that stops at a name that it knows no word for is not the set. */
  private boolean isFollowed(Chosen set, Ledger trial) {
    try {
      set.apply(known, trial);
    } catch (BadRequest e) {
      return false;
    }
    trial.tie();
    return true;
  }

  private boolean settles(RuleFile set) {
    Ledger trial = begun.get();
    int before = trial.filled().size();
    if (!isFollowed(whole(set), trial)) {
      return false;
    }
    IntoModel.settleWhatNeedsNoRule(trial);
    return trial.isSettled() && trial.filled().size() > before;
  }

  private Optional<Chosen> nearest(List<RuleFile> shipped) {
    Optional<Chosen> nearest = Optional.empty();
    for (RuleFile set : shipped) {
      int filled = filled(set);
      if (filled > nearest.map(Chosen::filled).orElse(0)) {
        nearest = Optional.of(inPart(set, filled));
      }
    }
    return nearest;
  }

  /** Tensors that a set fills; none where it is wrong about one, or right about fewer than half. */
  private int filled(RuleFile set) {
    Ledger trial = begun.get();
    int open = trial.openTargets().size();
    int before = trial.filled().size();
    if (!isFollowed(inPart(set, 0), trial)) {
      return 0;
    }
    int filled = trial.filled().size() - before;
    return trial.isWrong() || filled * 2 < open ? 0 : filled;
  }
}
