package io.github.tf2torch.verify.training;

import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.verify.cause.GroupStep;
import io.github.tf2torch.verify.cause.StepCandidate;
import io.github.tf2torch.verify.cause.StepEvidence;
import io.github.tf2torch.verify.cause.StepPitfalls;
import io.github.tf2torch.verify.engine.EngineFailure;
import io.github.tf2torch.verify.engine.TensorView;
import io.github.tf2torch.verify.judge.Comparison;
import io.github.tf2torch.verify.judge.Judgement;
import io.github.tf2torch.verify.judge.Place;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import java.io.IOException;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Why a training parts: at the first step at which it does, what ports of optimizers get wrong is
 * undone, fault by fault, and the first with which the difference vanishes, there and in all steps,
 * is named. In float64.
 */
public final class TrainingCause {
  /** What is left in float32 of a difference that has vanished, against what there was. */
  private static final double VANISHED = 0.05;

  private final SteppedTraining torch;
  private final Set<String> compared;
  private final double bound;

  private TrainingCause(SteppedTraining torch, Set<String> compared, double bound) {
    this.torch = torch;
    this.compared = compared;
    this.bound = bound;
  }

  /** TensorFlow's first steps in float64. */
  interface FirstSteps {
    Trained run(int steps) throws IOException;
  }

  /**
   * What comes of the search.
   *
   * @param step at which the training parts, from one on
   * @param parted what parts first
   */
  public record Finding(int step, Set<String> parted, Optional<StepCandidate> candidate) {
    public Finding {
      parted = Collections.unmodifiableSet(new LinkedHashSet<>(parted));
    }

    public String words() {
      return "parts at step "
          + step
          + candidate
              .map(c -> ": cause: " + c.cause() + "; with that the difference vanishes")
              .orElse(": no known cause makes the difference vanish");
    }
  }

  /** Empty where nothing parts, or where the losses part before the first step. */
  static Optional<Finding> of(
      List<TensorResult> results, Trained tf64, SteppedTraining torch, FirstSteps tensorflow)
      throws IOException {
    Set<String> differing = names(results, r -> r.verdict() == Verdict.DIFFER);
    if (differing.isEmpty() || differing.contains(Trained.FIRST_LOSS)) {
      return Optional.empty();
    }
    Set<String> compared = names(results, r -> r.verdict() != Verdict.NOT_CHECKED);
    compared.removeAll(LossObjective.statistics(torch.subject().torch()).keySet());
    double bound = Comparison.FLOAT64_BOUND;
    if (!tf64.isFloat64()) {
      double error =
          results.stream()
              .filter(r -> r.verdict() == Verdict.DIFFER)
              .mapToDouble(TensorResult::error)
              .max()
              .orElse(0);
      bound = Math.min(torch.subject().request().tolerance(), VANISHED * error);
    }
    return new TrainingCause(torch, compared, bound).find(tf64, tensorflow);
  }

  private static Set<String> names(List<TensorResult> results, Predicate<TensorResult> wanted) {
    Set<String> names = new LinkedHashSet<>();
    results.stream().filter(wanted).forEach(r -> names.add(r.name()));
    return names;
  }

  private Optional<Finding> find(Trained tf64, FirstSteps tensorflow) throws IOException {
    List<GroupStep> groups = torch.groups(DType.FLOAT64);
    int step = 0;
    Trained first;
    Set<String> parted;
    do {
      first = tensorflow.run(++step);
      parted = parted(first, torch.run(DType.FLOAT64, step, groups));
    } while (parted.isEmpty() && step < torch.length());
    Set<String> names = parted;
    Set<String> parameters = new LinkedHashSet<>();
    groups.forEach(
        g ->
            g.state().keySet().stream()
                .filter(
                    p -> names.stream().anyMatch(n -> n.equals(p) || n.endsWith(Trained.OF + p)))
                .forEach(parameters::add));
    if (parameters.isEmpty()) {
      return Optional.empty();
    }
    Optional<SteppedTraining.Corrected> corrected = torch.corrected();
    if (corrected.isPresent()) {
      StepCandidate around = new StepCandidate("around the step", corrected.get().words(), groups);
      SteppedTraining other = corrected.get().training();
      if (vanishes(other, around, step, first) && vanishes(other, around, torch.length(), tf64)) {
        return Optional.of(new Finding(step, parted, Optional.of(around)));
      }
    }
    StepEvidence evidence =
        new StepEvidence(groups, parameters, torch.sourceSlots(), torch.sourceNumbers());
    Iterator<StepCandidate> candidates = StepPitfalls.of(evidence).iterator();
    while (candidates.hasNext()) {
      StepCandidate candidate = candidates.next();
      if (vanishes(torch, candidate, step, first)
          && vanishes(torch, candidate, torch.length(), tf64)) {
        return Optional.of(new Finding(step, parted, Optional.of(candidate)));
      }
    }
    return Optional.of(new Finding(step, parted, Optional.empty()));
  }

  private boolean vanishes(SteppedTraining by, StepCandidate candidate, int steps, Trained tf64)
      throws IOException {
    try {
      Trained remedied = by.run(DType.FLOAT64, steps, candidate.groups());
      return parted(tf64, remedied).isEmpty();
    } catch (EngineFailure | IllegalArgumentException e) {
      // what does not even run is not the cause
      return false;
    }
  }

  private Set<String> parted(Trained tensorflow, Trained other) {
    Set<String> parted = new LinkedHashSet<>();
    for (String name : tensorflow.byName().keySet()) {
      if (compared.contains(name)) {
        TensorView expected = TensorView.of(tensorflow.byName().get(name));
        Place place = Place.named(name, expected.shape());
        double error =
            other.byName().containsKey(name)
                ? Judgement.error64(place, expected, TensorView.of(other.byName().get(name)))
                : Double.POSITIVE_INFINITY;
        if (!(error <= bound)) {
          parted.add(name);
        }
      }
    }
    return parted;
  }
}
