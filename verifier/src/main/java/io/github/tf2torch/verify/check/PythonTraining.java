package io.github.tf2torch.verify.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tf2torch.convert.ConversionFile;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.verify.engine.EngineFailure;
import io.github.tf2torch.verify.report.CheckResult;
import io.github.tf2torch.verify.report.TensorResult;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Does {@code model.py} train as TensorFlow does, in the user's own Python: its optimizer or that
 * of torch.optim, {@code load_optimizer}, {@code apply_gradients}, {@code lr_scheduler}, {@code
 * grad_scaler}? By the synthetic loss of {@code training}, from the source's slots.
 */
final class PythonTraining {
  static final String NAME = "model.py training";

  private PythonTraining() {}

  /**
   * Empty where the source holds no optimizer that is stepped here, or a graph trains by itself.
   */
  static Optional<CheckResult> of(Examination examination, String interpreter) throws IOException {
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
      List<TensorResult> results = TrainingRun.inPython(examination, runner);
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
}
