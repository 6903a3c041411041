package io.github.tf2torch.verify.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.convert.ConvertOptions;
import io.github.tf2torch.convert.Converter;
import io.github.tf2torch.convert.Progress;
import io.github.tf2torch.convert.Source;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.verify.report.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Single faults planted in correct programs, one at a layer: each must be found there, and its kind
 * named. A source joins by a line in {@link #SOURCES}.
 */
class MutationTest {
  private static final List<Path> SOURCES =
      List.of(
          Ported.SOURCE,
          Path.of("src/test/resources/trainingform/layers/model.meta"),
          Path.of("src/test/resources/trainingform/plain/model.meta"),
          Path.of("src/test/resources/trainingform/slim/model.meta"),
          Path.of("src/test/resources/operations/normalization.pb"),
          Path.of("src/test/resources/operations/convolution.pb"));

  @TempDir Path folder;

  private record Outcome(String fault, boolean isFoundThere, boolean isNamed) {}

  @Test
  void everyFaultIsFoundAtItsLayerAndNearlyAllAreNamed() throws IOException {
    List<Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < SOURCES.size(); i++) {
      plant(SOURCES.get(i), folder.resolve("out" + i), outcomes);
    }
    assertThat(outcomes).hasSizeGreaterThanOrEqualTo(60);
    assertThat(outcomes.stream().filter(o -> !o.isFoundThere())).isEmpty();
    long named = outcomes.stream().filter(Outcome::isNamed).count();
    assertThat(named)
        .as("%s", outcomes.stream().filter(o -> !o.isNamed()).toList())
        .isGreaterThanOrEqualTo((long) Math.ceil(0.9 * outcomes.size()));
  }

  private void plant(Path source, Path out, List<Outcome> outcomes) throws IOException {
    try (Source opened = Source.open(source)) {
      Converter.convert(opened, out, ConvertOptions.defaults(), Progress.silent());
    }
    VerifyRequest request =
        new VerifyRequest(source, out, 1, Optional.empty(), 3, 5, Set.of("layers"), 1e-5, 1);
    try (Subject subject = Subject.open(request)) {
      assertThat(ran(subject).layers())
          .as("%s", source)
          .noneMatch(l -> l.verdict() == Verdict.DIFFER);
      List<TorchModel.Tap> taps = subject.torch().taps();
      for (int place = 0; place < taps.size(); place++) {
        TorchModel.Tap tap = taps.get(place);
        TorchModel model = subject.asConverted(taps);
        Span span = Span.of(model, taps.subList(0, place), tap);
        Set<String> planted = new TreeSet<>();
        for (Pitfalls.Candidate fault : Pitfalls.of(model, span)) {
          // weights of no module are shared: a fault in them is one of every layer that reads them
          boolean isShared = fault.kind().equals("exchange") && span.modules().isEmpty();
          if (!isShared && planted.add(fault.kind())) {
            plant(subject, tap, fault, outcomes);
          }
        }
      }
    }
  }

  private static void plant(
      Subject subject, TorchModel.Tap tap, Pitfalls.Candidate fault, List<Outcome> outcomes)
      throws IOException {
    List<TorchModel.Tap> taps = subject.torch().taps();
    int place = taps.indexOf(tap);
    Subject faulty =
        subject.withAltered(
            m ->
                Pitfalls.of(m, Span.of(m, taps.subList(0, place), tap)).stream()
                    .filter(c -> c.kind().equals(fault.kind()))
                    .findFirst()
                    .orElseThrow()
                    .program());
    Own own = ran(faulty);
    if (own.layers().stream().noneMatch(l -> l.verdict() == Verdict.DIFFER)) {
      // a fault that changes nothing: equal vectors exchanged
      return;
    }
    boolean isFoundThere =
        !own.wrong().isEmpty()
            && own.wrong().stream().allMatch(i -> taps.get(i).value().equals(tap.value()));
    Optional<Pitfalls.Candidate> cause =
        isFoundThere ? Cause.at(faulty, own.wrong().get(0)) : Optional.empty();
    outcomes.add(
        new Outcome(
            tap.layer() + ": " + fault.kind() + ": " + fault.cause(),
            isFoundThere,
            cause.map(c -> c.kind().equals(fault.kind())).orElse(false)));
  }

  private static Own ran(Subject subject) throws IOException {
    ForwardRun run = ForwardRun.of(subject, subject.torch().taps(), Progress.silent());
    return Own.of(run.layers(), run.alone());
  }
}
