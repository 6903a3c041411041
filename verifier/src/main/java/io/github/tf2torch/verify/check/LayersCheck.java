package io.github.tf2torch.verify.check;

import io.github.tf2torch.verify.cause.Candidate;
import io.github.tf2torch.verify.judge.Findings;
import io.github.tf2torch.verify.judge.Own;
import io.github.tf2torch.verify.opening.PythonLine;
import io.github.tf2torch.verify.own.OwnLayers;
import io.github.tf2torch.verify.report.CheckResult;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import io.github.tf2torch.verify.run.Cause;
import io.github.tf2torch.verify.run.Examination;
import io.github.tf2torch.verify.run.ForwardRun;
import io.github.tf2torch.verify.run.Likeness;
import io.github.tf2torch.verify.subject.CheckName;
import io.github.tf2torch.verify.subject.Needs;
import io.github.tf2torch.verify.subject.SourceKind;
import io.github.tf2torch.verify.subject.Subject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Where do they first part? Every tensor that both compute, in the order of computation, and each
 * layer alone on TensorFlow's own input to it.
 */
public final class LayersCheck implements Check {

  /** Of how many layers that are wrong by themselves a cause is looked for. */
  private static final int MOST_CAUSES = 5;

  @Override
  public String name() {
    return CheckName.LAYERS;
  }

  @Override
  public String question() {
    return "Where do they first part? Every tensor in between, in the order of computation, and"
        + " each layer alone on TensorFlow's own input to it.";
  }

  @Override
  public Optional<String> unaskedOf(SourceKind kind) {
    return Needs.graph(kind);
  }

  @Override
  public CheckResult run(Examination examination) throws IOException {
    if (examination.subject().own().isPresent()) {
      return own(examination);
    }
    ForwardRun run = examination.forward();
    if (run.layers().isEmpty()) {
      return CheckResult.notChecked(
          CheckName.LAYERS, "the program has no floating point tensor in between");
    }
    return result(examination.subject(), run);
  }

  private static CheckResult result(Subject subject, ForwardRun run) throws IOException {
    Own own = Own.of(run.layers(), run.alone(), subject.bound64());
    CheckResult result =
        Findings.result(
            CheckName.LAYERS, "layer boundaries agree", withUnseen(subject, own.layers()));
    return result.firstDifference().isEmpty()
        ? result
        : result.withReason(result.reason() + String.join("", origins(subject, own, run.alone())));
  }

  /** What agrees on these inputs alone is not taken for the same. */
  private static List<TensorResult> withUnseen(Subject subject, List<TensorResult> layers) {
    List<TensorResult> all = new ArrayList<>(layers);
    for (int i = 0; subject.own().isPresent() && i < all.size(); i++) {
      TensorResult layer = all.get(i);
      if (layer.verdict() == Verdict.MATCH) {
        all.set(
            i,
            Likeness.unseen(subject, i)
                .map(unseen -> layer.with(Verdict.NOT_CHECKED, layer.name() + ": " + unseen))
                .orElse(layer));
      }
    }
    return all;
  }

  /** Of a model of one's own, whose layers have to be found first. */
  private static CheckResult own(Examination examination) throws IOException {
    OwnLayers found = OwnLayers.of(examination);
    if (found.subject().isEmpty()) {
      return CheckResult.notChecked(CheckName.LAYERS, found.reason());
    }
    Subject subject = found.subject().get();
    CheckResult result = result(subject, ForwardRun.ofLayers(subject, examination.progress()));
    String within =
        found.within().isEmpty()
            ? ""
            : "; compared as one with what follows them: " + String.join(", ", found.within());
    String missing =
        found.missing().isEmpty()
            ? ""
            : "; not found in it by values, nor by weights with the same extents, and not compared:"
                + " "
                + String.join(", ", found.missing());
    String said = result.reason() + within + missing;
    // with the one that differs not found, those before it that agree say nothing of the whole
    return found.missing().isEmpty() || result.verdict() != Verdict.MATCH
        ? result.withReason(said)
        : CheckResult.notChecked(CheckName.LAYERS, said);
  }

  /** Whether one that differs could not be run alone in float64. */
  private static boolean isOpen(List<TensorResult> layers, List<Double> alone) {
    return IntStream.range(0, layers.size())
        .anyMatch(i -> layers.get(i).verdict() == Verdict.DIFFER && Double.isNaN(alone.get(i)));
  }

  /** What is wrong by itself, and what would make it right; not of layers behind each other's. */
  private static List<String> origins(Subject subject, Own own, List<Double> alone)
      throws IOException {
    List<String> said = new ArrayList<>();
    if (own.open().isPresent()) {
      said.add(behindIsland(subject, own, own.open().get()));
    } else if (own.wrong().isEmpty() && isOpen(own.layers(), alone)) {
      return List.of("; behind a float32 island, no layer's own error in float64 is known");
    } else if (own.wrong().isEmpty()) {
      return List.of("; no layer is wrong by itself: what differs gathers from layer to layer");
    }
    int count = own.wrong().size();
    if (count > 1) {
      said.add("; wrong by themselves: " + count + " layers");
    }
    for (int place : own.wrong().subList(0, Math.min(count, MOST_CAUSES))) {
      String layer =
          count > 1 || own.open().isPresent() ? "; " + own.layers().get(place).name() + ": " : "; ";
      said.add(layer + said(subject, Cause.at(subject, place, true)));
    }
    return said;
  }

  /** TensorFlow has no float64 there, so that the layer is held alone in float32. */
  private static String behindIsland(Subject subject, Own own, int place) throws IOException {
    Cause.Finding finding = Cause.at(subject, place, false);
    return "; "
        + own.layers().get(place).name()
        + ", behind a float32 island and held alone in float32: "
        + (finding.isOwn()
            ? said(subject, finding)
            : "it agrees on TensorFlow's own input: what differs came from before");
  }

  private static String said(Subject subject, Cause.Finding finding) throws IOException {
    if (finding.candidate().isEmpty()) {
      return finding
          .fit()
          .map(fit -> "cause: " + fit.told())
          .orElseGet(
              () ->
                  "no known cause makes the difference vanish"
                      + finding.operators().map(o -> "; " + o).orElse(""));
    }
    Candidate cause = finding.candidate().get();
    return "cause: "
        + cause.cause()
        + "; with that the difference vanishes"
        + PythonLine.behind(PythonLine.code(subject), cause.marks());
  }
}
