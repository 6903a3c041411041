package io.github.tf2torch.verify.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.convert.ConvertOptions;
import io.github.tf2torch.convert.Converter;
import io.github.tf2torch.convert.Progress;
import io.github.tf2torch.convert.Source;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.model.target.TorchModule;
import io.github.tf2torch.model.target.nn.Dropout;
import io.github.tf2torch.model.target.nn.Noise;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.Precision;
import io.github.tf2torch.verify.opening.Opening;
import io.github.tf2torch.verify.report.CheckResult;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import io.github.tf2torch.verify.run.Engines;
import io.github.tf2torch.verify.run.Examination;
import io.github.tf2torch.verify.subject.InputChoice;
import io.github.tf2torch.verify.subject.Subject;
import io.github.tf2torch.verify.subject.VerifyRequest;
import io.github.tf2torch.verify.training.SourceTraining;
import io.github.tf2torch.verify.training.StepInputs;
import io.github.tf2torch.verify.training.SyntheticTraining;
import io.github.tf2torch.verify.training.Trained;
import io.github.tf2torch.verify.training.TrainingDraws;
import io.github.tf2torch.verify.training.TrainingPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Training of Keras files whose layers draw, under TensorFlow's draws on both sides. */
class KerasTrainingTest {
  private static final Path FOLDER = Path.of("src/test/resources/drawing");
  @TempDir static Path folder;

  private static Subject open(String name) throws IOException {
    Path source = FOLDER.resolve(name + ".keras");
    Path out = folder.resolve(name);
    if (!out.toFile().exists()) {
      try (Source opened = Source.open(source)) {
        Converter.convert(opened, out, ConvertOptions.defaults(), Progress.silent());
      }
    }
    return Opening.of(
        VerifyRequest.of(source, out, InputChoice.drawn(1, 3, 5), Set.of("training")));
  }

  private static CheckResult check(String name, UnaryOperator<TorchModel> fault)
      throws IOException {
    try (Subject subject = open(name)) {
      return new TrainingCheck()
          .run(new Examination(subject.withAltered(fault), Progress.silent()));
    }
  }

  private static UnaryOperator<TorchModel> at(String path, UnaryOperator<TorchModule> fault) {
    return program ->
        program.withModules(
            program.modules().stream()
                .map(
                    m ->
                        m.path().equals(path)
                            ? new TorchModel.Instance(path, fault.apply(m.module()))
                            : m)
                .toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"maps", "noise", "attention", "shared", "recurrent", "counted"})
  void lossesParametersAndSlotsAreTheSameUnderTensorflowsDraws(String name) throws IOException {
    CheckResult check = check(name, UnaryOperator.identity());
    assertThat(check.verdict()).as(check.reason()).isEqualTo(Verdict.MATCH);
    assertThat(check.reason()).contains("what layers draw is TensorFlow's in both");
    assertThat(check.tensors().stream().map(TensorResult::name)).contains("loss 1", "loss 2");
    assertThat(check.tensors().stream().filter(t -> t.verdict() == Verdict.MATCH))
        .hasSizeGreaterThan(4)
        .allMatch(t -> t.error64() < 1e-12);
  }

  @Test
  void everyStepHasMasksOfItsOwn() throws IOException {
    try (Subject subject = open("maps")) {
      Examination examination = new Examination(subject, Progress.silent());
      TrainingPlan plan = TrainingPlan.of(subject, UnaryOperator.identity());
      TrainingDraws draws = TrainingDraws.of(examination, 2);
      Map<String, TensorValue> first = draws.inputs().others().get(0);
      StepInputs repeated = new StepInputs(List.of(first, first));
      assertThat(draws.inputs().others().get(1)).isNotEqualTo(first);
      Subject both = draws.examination().subject();
      try (Engines engines = new Engines(both)) {
        SourceTraining source =
            new SourceTraining(both, engines, plan, draws.inputs(), Optional.empty());
        Trained tensorflow = source.run(Precision.FLOAT64, 2);
        Trained torch =
            new SyntheticTraining(engines, both, source.weights(), repeated, 2)
                .run(DType.FLOAT64, tensorflow);
        assertThat(off(tensorflow, torch, "loss 1")).isLessThan(1e-13);
        assertThat(off(tensorflow, torch, "loss 2")).isGreaterThan(1e-3);
      }
    }
  }

  private static double off(Trained expected, Trained found, String loss) {
    return Math.abs(expected.byName().get(loss).doubleAt(0) - found.byName().get(loss).doubleAt(0));
  }

  @Test
  void aSumForAProductIsFound() throws IOException {
    CheckResult check = check("noise", at("multiplied", m -> new Noise(0.65465367f, false)));
    assertThat(check.verdict()).as(check.reason()).isEqualTo(Verdict.DIFFER);
    assertThat(check.firstDifference().orElseThrow().name()).isEqualTo("loss 1");
  }

  @Test
  void whereTheDrawsDoNotFitDropoutIsSwitchedOffAndThatIsSaid() throws IOException {
    CheckResult check = check("shared", at("end", m -> new Dropout(0)));
    assertThat(check.reason())
        .contains("what layers draw is switched off", "as the check of dropout says");
  }
}
