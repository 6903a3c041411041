package io.github.tf2torch.verify.own;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tf2torch.convert.ConversionFile;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.EngineFailure;
import io.github.tf2torch.verify.engine.Precision;
import io.github.tf2torch.verify.engine.TensorView;
import io.github.tf2torch.verify.judge.Findings;
import io.github.tf2torch.verify.judge.Judgement;
import io.github.tf2torch.verify.judge.Place;
import io.github.tf2torch.verify.opening.PythonRunner;
import io.github.tf2torch.verify.report.CheckResult;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.run.ConvertedLoop;
import io.github.tf2torch.verify.run.Engines;
import io.github.tf2torch.verify.run.Examination;
import io.github.tf2torch.verify.run.LoopRules;
import io.github.tf2torch.verify.run.Objective;
import io.github.tf2torch.verify.subject.Subject;
import io.github.tf2torch.verify.training.NearRun;
import io.github.tf2torch.verify.training.OptimizerProof;
import io.github.tf2torch.verify.training.Trained;
import io.github.tf2torch.verify.training.TrainingRun;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Does {@code model.py} train as TensorFlow does, in the user's own Python: its optimizer or that
 * of torch.optim, {@code load_optimizer}, {@code apply_gradients}, {@code lr_scheduler}, {@code
 * grad_scaler}? By the synthetic loss of {@code training}, from the source's slots.
 */
public final class PythonTraining {
  public static final String NAME = "model.py training";

  private PythonTraining() {}

  /**
   * Empty where the source holds no optimizer that is stepped here, or a graph trains by itself.
   */
  public static Optional<CheckResult> of(Examination examination, String interpreter)
      throws IOException {
    Subject subject = examination.subject();
    boolean isWhole =
        List.of("model.py", "model.pt", OptimizerProof.FILE).stream().allMatch(subject::has);
    if (!isWhole || examination.impediment().isPresent()) {
      return Optional.empty();
    }
    JsonNode conversion = new ObjectMapper().readTree(subject.file(ConversionFile.NAME).toFile());
    try (PythonRunner runner =
        new PythonRunner(
            interpreter,
            subject.file("model.py"),
            conversion.path("model").path("class").asText(),
            subject.file("model.pt"),
            subject.request().threads())) {
      examination.progress().step("model.py trains in Python", 0, 1);
      List<TensorResult> results = results(examination, runner);
      return results.isEmpty()
          ? Optional.empty()
          : Optional.of(
              Findings.result(
                  NAME,
                  "values agree after steps of "
                      + conversion.path("optimizer").path("class").asText()
                      + ConvertedLoop.around(conversion.path("optimizer"))
                      + " in "
                      + runner.settings().binding()
                      + ", PyTorch "
                      + runner.settings().version(),
                  results));
    } catch (BadRequest | EngineFailure e) {
      return Optional.of(CheckResult.failed(NAME, String.valueOf(e.getMessage())));
    }
  }

  private static List<TensorResult> results(Examination examination, PythonRunner runner)
      throws IOException {
    Subject subject = examination.subject();
    try (Engines engines = new Engines(subject)) {
      TrainingRun run = TrainingRun.open(examination, engines);
      if (run.own().isEmpty()) {
        return List.of();
      }
      boolean isNear = run.own().get().isNear();
      Trained tf64 = run.tensorflow(Precision.FLOAT64, run.batches());
      DType type = isNear ? DType.FLOAT64 : DType.FLOAT32;
      PythonRunner.Training how =
          new PythonRunner.Training(
              subject.file(ConversionFile.NAME), subject.file(OptimizerProof.FILE), run.batches());
      List<TensorValue> inputs = engines.widened(subject.torchInputs(), type);
      Trained python = new Trained(runner.trained(type, inputs, named(subject, run), how), true);
      return isNear
          ? new NearRun(subject, run.stepped()).steps(tf64, python)
          : judged(
              tf64,
              run.tensorflow(Precision.FLOAT32, run.batches()),
              python,
              subject.request().tolerance());
    }
  }

  /** The weights of the outputs in the loss, by what model.py calls the outputs. */
  private static Map<String, TensorValue> named(Subject subject, TrainingRun run) {
    Map<String, TensorValue> named = new LinkedHashMap<>();
    List<TensorValue> held = run.heldWeights();
    List<TorchModel.Output> outputs = Objective.outputs(subject.torch());
    for (int i = 0; i < outputs.size(); i++) {
      boolean isOne = subject.torch().outputs().size() == 1;
      named.put(isOne ? "0" : outputs.get(i).name(), held.get(i));
    }
    return named;
  }

  /** Python's decimals are float64, not TensorFlow's float32: float32 alone is judged. */
  private static List<TensorResult> judged(
      Trained tf64, Trained tf32, Trained python, double tolerance) {
    List<TensorResult> results = new ArrayList<>();
    for (String name : tf64.byName().keySet()) {
      if (name.startsWith("loss ") || name.startsWith(LoopRules.GATHERED)) {
        continue;
      }
      if (!python.byName().containsKey(name)) {
        results.add(TensorResult.exact(name, "", false, "model.py has it not"));
        continue;
      }
      TensorView expected = TensorView.of(tf64.byName().get(name));
      TensorView answer = TensorView.of(python.byName().get(name));
      results.add(
          Judgement.of(Place.named(name, expected.shape()), expected, answer, false)
              .judge(TensorView.of(tf32.byName().get(name)), answer, tolerance));
    }
    return results;
  }
}
