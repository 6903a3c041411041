package io.github.tf2torch.verify.check;

import io.github.tf2torch.model.target.Layout;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.report.CheckResult;
import io.github.tf2torch.verify.report.TensorResult;
import java.util.ArrayList;
import java.util.List;

/** {@code outputs} and {@code layers}: every tensor of one forward run held against its twin. */
final class ForwardChecks {
  static final String OUTPUTS = "outputs";
  static final String LAYERS = "layers";

  private final Subject subject;
  private final Answers answers;

  ForwardChecks(Subject subject, Answers answers) {
    this.subject = subject;
    this.answers = answers;
  }

  CheckResult outputs() {
    List<TensorResult> results = new ArrayList<>();
    List<TorchModel.Output> outputs = subject.torch().outputs();
    for (int i = 0; i < outputs.size(); i++) {
      TorchModel.Output output = outputs.get(i);
      results.add(judge(i, output.name(), output.source().toString(), output.layout()));
    }
    return result(OUTPUTS, "outputs", results);
  }

  CheckResult layers() {
    List<TensorResult> results = new ArrayList<>();
    int first = subject.torch().outputs().size();
    for (int i = 0; i < answers.taps().size(); i++) {
      TorchModel.Tap tap = answers.taps().get(i);
      results.add(judge(first + i, tap.layer(), tap.source().toString(), tap.layout()));
    }
    return result(LAYERS, "layer boundaries", results);
  }

  private TensorResult judge(int index, String name, String source, Layout layout) {
    TensorValue tf32 = answers.tf32().get(index);
    if (!tf32.dtype().isFloating()) {
      double[] torch = Arrangement.toTensorflow(answers.torch32().get(index), layout);
      boolean equal = java.util.Arrays.equals(tf32.doubles(), torch);
      return TensorResult.exact(name, source, equal, equal ? "" : "not the same whole numbers");
    }
    return new Comparison(
            answers.tf64().get(index).doubles(),
            Arrangement.toTensorflow(answers.torch64().get(index), layout),
            tf32.doubles(),
            Arrangement.toTensorflow(answers.torch32().get(index), layout))
        .judge(name, source, subject.request().tolerance(), answers.islands().isEmpty());
  }

  private static CheckResult result(String name, String what, List<TensorResult> results) {
    CheckResult plain = CheckResult.of(name, "", true, results);
    String matched =
        String.format(
            java.util.Locale.ROOT,
            "%d %s agree, largest error %.1e (float64 %.1e)",
            results.size(),
            what,
            plain.largestError(),
            plain.largestError64());
    return CheckResult.of(name, matched, true, results);
  }
}
