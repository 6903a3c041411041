package io.github.tf2torch.verify.training;

import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Evaluation;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.cause.GroupStep;
import io.github.tf2torch.verify.judge.NearJudgement;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.subject.Subject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The first step of the nearest optimizer of torch.optim beside TensorFlow's, in float64: as near
 * as the conversion says, and the same where both have no epsilon, whose place is what they differ
 * in.
 *
 * @param torch PyTorch's side
 */
public record NearRun(Subject subject, ObjectiveTraining torch) {
  private static final String EPSILON = "eps";

  /** Whether the place of epsilon is what is near and not the same. */
  boolean isOfEpsilon() {
    return torch.own().optimizer().stepError() > 0;
  }

  /** Each parameter's step, judged by the stated error. */
  public List<TensorResult> steps(Trained tensorflow) throws IOException {
    List<GroupStep> groups = torch.groups(DType.FLOAT64);
    return steps(tensorflow, torch.run(DType.FLOAT64, torch.length(), groups));
  }

  /** The same of what was stepped elsewhere. */
  public List<TensorResult> steps(Trained tensorflow, Trained found) throws IOException {
    double stepError = torch.own().optimizer().stepError();
    return rows("", tensorflow, found, torch.groups(DType.FLOAT64), stepError);
  }

  /**
   * The same without epsilon on either side, where nothing may be left but rounding.
   *
   * @param tensorflow without it
   */
  List<TensorResult> stepsWithoutEpsilon(Trained tensorflow) throws IOException {
    List<GroupStep> groups =
        torch.groups(DType.FLOAT64).stream().map(NearRun::withoutEpsilon).toList();
    Trained found = torch.run(DType.FLOAT64, torch.length(), groups);
    return rows(" without epsilon", tensorflow, found, groups, 0);
  }

  private static GroupStep withoutEpsilon(GroupStep group) {
    Map<String, Double> numbers = new LinkedHashMap<>(group.numbers());
    numbers.replace(EPSILON, 0.0);
    return new GroupStep(group.rule(), numbers, group.state());
  }

  private List<TensorResult> rows(
      String suffix, Trained tensorflow, Trained found, List<GroupStep> groups, double stepError)
      throws IOException {
    List<TensorResult> rows = new ArrayList<>();
    for (TorchModel.Tensor tensor : subject.torch().tensors()) {
      if (tensorflow.byName().containsKey(tensor.name())) {
        TensorValue before = Evaluation.value(tensor.recipe(), subject.tensorflow().tensors());
        NearJudgement.Step step =
            new NearJudgement.Step(
                before,
                tensorflow.byName().get(tensor.name()),
                found.byName().get(tensor.name()),
                carried(tensor.name(), before, groups));
        rows.add(
            new NearJudgement(stepError)
                .judge(tensor.name() + suffix, step)
                .withSource(tensor.recipe().describe()));
      }
    }
    return rows;
  }

  /** The part of a step that no gradient of this step is in: momentum, and decay by itself. */
  private static TensorValue carried(String parameter, TensorValue before, List<GroupStep> groups) {
    double[] carried = new double[before.doubles().length];
    for (GroupStep group : groups) {
      if (group.state().containsKey(parameter)) {
        Map<String, Double> numbers = group.numbers();
        double lr = numbers.getOrDefault("lr", 0.0);
        double decay = numbers.getOrDefault("weight_decay", 0.0);
        double[] p = before.doubles();
        int buffer =
            group.rule().state().stream().map(s -> s.name()).toList().indexOf("momentum_buffer");
        for (int i = 0; i < carried.length; i++) {
          carried[i] -= lr * decay * p[i];
          if (buffer >= 0) {
            double held = group.state().get(parameter).get(buffer).doubles()[i];
            carried[i] -= lr * numbers.getOrDefault("momentum", 0.0) * held;
          }
        }
      }
    }
    return TensorValue.ofDoubles(DType.FLOAT64, before.shape(), carried);
  }
}
