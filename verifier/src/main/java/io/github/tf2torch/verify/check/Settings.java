package io.github.tf2torch.verify.check;

import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.judge.Comparison;
import io.github.tf2torch.verify.judge.Findings;
import io.github.tf2torch.verify.opening.Scramble;
import io.github.tf2torch.verify.subject.CheckName;
import io.github.tf2torch.verify.subject.Subject;
import io.github.tf2torch.verify.subject.VerifyRequest;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a verification was asked for, in words for the report. */
final class Settings {
  private Settings() {}

  static Map<String, String> of(Subject subject) {
    VerifyRequest request = subject.request();
    Map<String, String> settings = new LinkedHashMap<>();
    if (!subject.source().path().equals(request.source())) {
      settings.put("source", subject.source().path() + ", as it was converted");
    }
    settings.put("seed", "" + request.inputs().seed());
    request
        .inputs()
        .trace()
        .or(request.inputs()::file)
        .ifPresentOrElse(
            f -> settings.put("inputs", "from " + f),
            () ->
                settings.put(
                    "inputs",
                    "drawn from the seed as TensorFlow draws: tf.random.set_seed("
                        + request.inputs().seed()
                        + "), then tf.random.uniform for each in order"));
    subject.inputs().forEach((name, value) -> settings.put("input " + name, said(value)));
    subject.own().ifPresent(o -> settings.putAll(o.notes()));
    settings.put("threads of each engine", "" + request.threads());
    settings.put(
        "float64 bound",
        Findings.number(Comparison.FLOAT64_BOUND) + " of the tensor's largest value");
    settings.put(
        "float32 bound", Findings.number(request.tolerance()) + " of the tensor's largest value");
    settings.put(
        "rounding bound",
        "PyTorch's float32 at most " + (int) Comparison.NOISE_FACTOR + " times TensorFlow's");
    if (request.isScrambled()) {
      settings.put("scramble", Scramble.said(subject));
    }
    if (request.checks().contains(CheckName.GRADIENTS)) {
      settings.put("grad_outputs", request.gradOutputs().said());
    }
    settings.put(
        "checks",
        String.join(", ", CheckName.ALL.stream().filter(request.checks()::contains).toList()));
    return settings;
  }

  private static String said(TensorValue value) {
    return value.dtype().torchName() + " " + value.shape() + ", in TensorFlow's order of axes";
  }
}
