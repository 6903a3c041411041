package io.github.tf2torch.verify.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.convert.ConvertOptions;
import io.github.tf2torch.convert.Converter;
import io.github.tf2torch.convert.Progress;
import io.github.tf2torch.convert.Source;
import io.github.tf2torch.model.source.Role;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.Evaluation;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.cause.Candidate;
import io.github.tf2torch.verify.cause.Pitfalls;
import io.github.tf2torch.verify.cause.Span;
import io.github.tf2torch.verify.cause.Stretch;
import io.github.tf2torch.verify.check.LayersCheck;
import io.github.tf2torch.verify.check.Verification;
import io.github.tf2torch.verify.opening.Opening;
import io.github.tf2torch.verify.report.CheckResult;
import io.github.tf2torch.verify.report.Report;
import io.github.tf2torch.verify.report.Verdict;
import io.github.tf2torch.verify.subject.CheckName;
import io.github.tf2torch.verify.subject.InputChoice;
import io.github.tf2torch.verify.subject.Subject;
import io.github.tf2torch.verify.subject.VerifyRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of a layer that is wrong by itself: the cause, and the line to change. */
class CauseTest {
  private static final Path CAUSES = Path.of("src/test/resources/causes");

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "image.keras | stem_norm | epsilon | epsilon 0.001 in TensorFlow, 1e-5 here: set eps=0.001;"
            + " with that the difference vanishes (model.py, line",
        "image.keras | leaky | slope | slope of leaky_relu 0.3 in TensorFlow, 0.01 here",
        "image.keras | hard | hard_sigmoid | hard_sigmoid of slope 1/6 in TensorFlow, 0.2 here",
        "image.keras | hidden | flatten | reads a flattened image in another order of axes",
        "attention.keras | share | axis | axis of softmax 1 in TensorFlow, -1 here",
        "recurrent.keras | update | gates | take the blocks of the weights as [0, 2, 1]",
        "recurrent.keras | update | reset gate | GRU with reset_after=True in TensorFlow, False"
            + " here: write nn.GRU",
        "../reference/recurrent.keras | gru_before | reset gate | GRU with reset_after=False in"
            + " TensorFlow, True here as nn.GRU has it",
        // no float64 behind LRN
        "island.pb | leaky | slope | behind a float32 island and held alone in float32: cause:"
            + " slope of leaky_relu 0.2 in TensorFlow, 0.01 here"
      })
  void isNamedAtItsLayer(String source, String layer, String kind, String words)
      throws IOException {
    CheckResult check = planted(CAUSES.resolve(source), layer, kind);
    assertThat(check.verdict()).isEqualTo(Verdict.DIFFER);
    assertThat(check.reason()).contains(words);
  }

  @Test
  void equalMaximaOfAWindowAreTheCauseOfOtherGradientsAndAnotherTraining() throws IOException {
    VerifyRequest request =
        converted(CAUSES.resolve("ties.keras"), Set.of(CheckName.GRADIENTS, CheckName.TRAINING));
    Report report = Verification.run(request, Progress.silent());
    assertThat(report.checks()).extracting(CheckResult::verdict).containsOnly(Verdict.DIFFER);
    assertThat(report.checks())
        .flatExtracting(CheckResult::tensors)
        .filteredOn(t -> t.verdict() == Verdict.DIFFER)
        .isNotEmpty()
        .allMatch(t -> t.reason().contains("cause: ties of MaxPool3D"));
  }

  @Test
  void movingAverageInThePlaceOfItsVariableIsSaid() throws IOException {
    Path source = Path.of("../converter/src/test/resources/trainingprogram/adam/model-250.meta");
    try (Subject subject = Opening.of(converted(source))) {
      Variable average =
          subject.tensorflow().variables().stream()
              .filter(v -> v.role() == Role.AVERAGE)
              .findFirst()
              .orElseThrow();
      TorchModel.Tensor tensor =
          subject.torch().tensors().stream()
              .filter(t -> t.recipe().variables().stream().anyMatch(average.name()::startsWith))
              .findFirst()
              .orElseThrow();
      TensorValue averaged =
          Evaluation.value(
              tensor.recipe(),
              (name, offset, target) ->
                  subject.tensorflow().tensors().read(average.name(), offset, target));
      Subject faulty =
          subject.withAltered(
              m ->
                  m.withTensors(
                      m.tensors().stream()
                          .map(
                              t ->
                                  t.name().equals(tensor.name())
                                      ? t.with(new TensorExpr.Constant("a", averaged))
                                      : t)
                          .toList()));
      assertThat(new LayersCheck().run(new Examination(faulty, Progress.silent())).reason())
          .contains("holds the moving average " + average.name());
    }
  }

  private VerifyRequest converted(Path source) throws IOException {
    return converted(source, Set.of(CheckName.LAYERS));
  }

  private VerifyRequest converted(Path source, Set<String> checks) throws IOException {
    Path out = folder.resolve("out");
    try (Source opened = Source.open(source)) {
      Converter.convert(opened, out, ConvertOptions.defaults(), Progress.silent());
    }
    return VerifyRequest.of(source, out, InputChoice.drawn(1, 3, 5), checks);
  }

  private CheckResult planted(Path source, String layer, String kind) throws IOException {
    try (Subject subject = Opening.of(converted(source))) {
      List<TorchModel.Tap> taps = subject.torch().taps();
      TorchModel model = subject.asConverted(taps);
      Candidate fault =
          taps.stream()
              .filter(t -> t.layer().contains(layer))
              .flatMap(
                  t ->
                      Pitfalls.of(
                          Stretch.of(model, Span.of(model, taps.subList(0, taps.indexOf(t)), t))))
              .filter(c -> c.kind().equals(kind) && !c.cause().contains("set eps=0.001"))
              .findFirst()
              .orElseThrow();
      Subject faulty =
          subject.withAltered(
              m ->
                  m.withModules(fault.program().modules())
                      .withTensors(fault.program().tensors())
                      .withBody(fault.program().body()));
      return new LayersCheck().run(new Examination(faulty, Progress.silent()));
    }
  }
}
