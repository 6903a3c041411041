package io.github.tf2torch.verify.own;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tf2torch.convert.ConversionFile;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.EngineFailure;
import io.github.tf2torch.verify.engine.RunResult;
import io.github.tf2torch.verify.engine.TensorView;
import io.github.tf2torch.verify.judge.Findings;
import io.github.tf2torch.verify.judge.Judgement;
import io.github.tf2torch.verify.judge.Place;
import io.github.tf2torch.verify.opening.PythonRunner;
import io.github.tf2torch.verify.report.CheckResult;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.run.Engines;
import io.github.tf2torch.verify.run.Examination;
import io.github.tf2torch.verify.subject.Subject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Does {@code model.py} itself give TensorFlow's outputs, in the user's own Python, with {@code
 * model.pt} loaded strictly? In float32; that the program is TensorFlow's in float64 is what {@code
 * outputs} asks.
 */
public final class PythonCheck {
  public static final String NAME = "model.py";

  private PythonCheck() {}

  public static CheckResult of(Examination examination, String interpreter) throws IOException {
    Subject subject = examination.subject();
    for (String file : List.of("model.py", "model.pt")) {
      if (!subject.has(file)) {
        return CheckResult.notChecked(NAME, file + " is not there; convert with every target");
      }
    }
    if (examination.impediment().isPresent()) {
      return CheckResult.notChecked(NAME, examination.impediment().get());
    }
    JsonNode conversion = new ObjectMapper().readTree(subject.file(ConversionFile.NAME).toFile());
    try (PythonRunner runner =
            new PythonRunner(
                interpreter,
                subject.file("model.py"),
                conversion.path("model").path("class").asText(),
                subject.file("model.pt"),
                subject.request().threads());
        Engines engines = new Engines(subject)) {
      examination.progress().step("model.py in Python", 0, 1);
      return compared(subject, engines, runner);
    } catch (BadRequest | EngineFailure e) {
      return CheckResult.failed(NAME, String.valueOf(e.getMessage()));
    }
  }

  private static CheckResult compared(Subject subject, Engines engines, PythonRunner runner)
      throws IOException {
    Map<String, TensorValue> outputs = runner.outputs(DType.FLOAT32, subject.torchInputs());
    List<TorchModel.Output> wanted = subject.torch().outputs();
    List<Place> places = wanted.stream().map(Place::of).toList();
    List<TensorResult> results = new ArrayList<>();
    try (RunResult tf64 = engines.tensorflow64(places).result();
        RunResult tf32 = engines.tensorflow32(places)) {
      for (int i = 0; i < places.size(); i++) {
        TensorValue found = outputs.get(wanted.size() == 1 ? "0" : wanted.get(i).name());
        if (found == null) {
          return CheckResult.failed(NAME, "gives " + outputs.keySet() + " for its outputs");
        }
        // its decimals are Python's float64, not TensorFlow's float32: float32 alone is judged
        Judgement judgement =
            Judgement.of(places.get(i), tf64.values().get(i), TensorView.of(found), false);
        TensorResult result =
            judgement.judge(
                tf32.values().get(i), TensorView.of(found), subject.request().tolerance());
        results.add(result.with(result.verdict(), isMatch(result) ? "" : result.reason()));
      }
    }
    return CheckResult.of(
        NAME,
        "state_dict loaded strictly, outputs match TensorFlow's to "
            + Findings.number(results.stream().mapToDouble(TensorResult::error).max().orElse(0))
            + " in "
            + runner.settings().binding()
            + ", PyTorch "
            + runner.settings().version(),
        true,
        results);
  }

  private static boolean isMatch(TensorResult result) {
    return result.verdict() == io.github.tf2torch.verify.report.Verdict.MATCH;
  }
}
