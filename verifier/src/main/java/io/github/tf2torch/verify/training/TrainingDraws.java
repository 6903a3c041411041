package io.github.tf2torch.verify.training;

import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.dropout.DrawPartners;
import io.github.tf2torch.verify.dropout.KerasDraws;
import io.github.tf2torch.verify.reference.MissingReference;
import io.github.tf2torch.verify.run.Engines;
import io.github.tf2torch.verify.run.Examination;
import io.github.tf2torch.verify.subject.KerasSide;
import io.github.tf2torch.verify.subject.Subject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the layers of a Keras file draw in the steps of a training: TensorFlow's draws, other ones
 * in each step, given to both sides.
 *
 * @param examination of the sides that take them
 * @param inputs of the steps
 * @param words of it for the report; empty where nothing draws
 */
public record TrainingDraws(Examination examination, StepInputs inputs, String words) {

  public static TrainingDraws of(Examination examination, int steps) throws IOException {
    Subject subject = examination.subject();
    if (!KerasSide.isOf(subject.tensorflow()) || !KerasDraws.mayBe(subject)) {
      return new TrainingDraws(examination, StepInputs.SAME, "");
    }
    try {
      return given(examination, KerasDraws.of(subject), steps);
    } catch (MissingReference e) {
      return switchedOff(examination, String.valueOf(e.getMessage()));
    }
  }

  private static TrainingDraws switchedOff(Examination examination, String why) {
    return new TrainingDraws(
        examination, StepInputs.SAME, "; what layers draw is switched off: " + why);
  }

  private static TrainingDraws given(Examination examination, KerasDraws draws, int steps)
      throws IOException {
    Subject subject = examination.subject();
    KerasDraws.Told told;
    try (Engines engines = new Engines(subject)) {
      told = draws.told(engines, subject.request().inputs().seed());
    }
    DrawPartners partners = DrawPartners.of(draws, told, subject.request().inputs().seed());
    if (partners.arrangements().isEmpty()) {
      return switchedOff(examination, "PyTorch draws other numbers, as the check of dropout says");
    }
    List<KerasDraws.Call> calls = draws.calls(steps);
    List<Map<String, TensorValue>> inputs = new ArrayList<>();
    for (KerasDraws.Call call : calls) {
      Map<String, TensorValue> values = new LinkedHashMap<>();
      for (int i = 0; i < call.values().size(); i++) {
        values.put(draws.key(i), call.values().get(i));
      }
      inputs.add(values);
    }
    Subject both = draws.given(calls.get(0).values(), partners.arrangements().get());
    return new TrainingDraws(
        examination.of(both),
        new StepInputs(inputs),
        "; what layers draw is TensorFlow's in both, by their seeds, other numbers in each step");
  }
}
