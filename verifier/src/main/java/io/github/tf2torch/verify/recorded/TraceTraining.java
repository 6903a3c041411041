package io.github.tf2torch.verify.recorded;

import io.github.tf2torch.model.target.Layout;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Evaluation;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorSource;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.EngineFailure;
import io.github.tf2torch.verify.engine.TensorView;
import io.github.tf2torch.verify.engine.TorchTrainer;
import io.github.tf2torch.verify.gradients.Leaves;
import io.github.tf2torch.verify.judge.Arrangement;
import io.github.tf2torch.verify.judge.Findings;
import io.github.tf2torch.verify.judge.Kinks;
import io.github.tf2torch.verify.report.CheckResult;
import io.github.tf2torch.verify.report.Curve;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.run.Engines;
import io.github.tf2torch.verify.run.Objective;
import io.github.tf2torch.verify.run.SgdStep;
import io.github.tf2torch.verify.subject.CheckName;
import io.github.tf2torch.verify.subject.Retyped;
import io.github.tf2torch.verify.subject.Subject;
import io.github.tf2torch.verify.trace.TraceFile;
import io.github.tf2torch.verify.training.Trained;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The steps that a trace recorded, taken again by PyTorch from the converted weights. */
final class TraceTraining {
  private final Subject subject;
  private final Engines engines;
  private final TraceFile trace;
  private final double[] losses;
  private double size;

  private TraceTraining(Subject subject, Engines engines, TraceFile trace) throws IOException {
    this.subject = subject;
    this.engines = engines;
    this.trace = trace;
    this.losses = trace.losses();
  }

  static CheckResult check(
      Subject subject, Engines engines, TraceFile trace, TraceVariables variables)
      throws IOException {
    TraceTraining training = new TraceTraining(subject, engines, trace);
    if (training.losses.length == 0) {
      return CheckResult.notChecked(CheckName.TRAINING, "the trace holds no training");
    }
    if (subject.own().isPresent()) {
      return CheckResult.notChecked(
          CheckName.TRAINING, "asked of what a conversion wrote, not of a model of one's own");
    }
    return training.run(variables);
  }

  /**
   * What PyTorch came to.
   *
   * @param parameters as PyTorch holds them
   */
  private record Trained(List<Double> losses, Map<String, TensorValue> parameters) {}

  private CheckResult run(TraceVariables variables) throws IOException {
    List<TensorValue> weights = weights();
    Map<String, TensorValue> expected = expected(variables);
    Trained torch64 = torch(DType.FLOAT64, weights, expected);
    Trained torch32 = torch(DType.FLOAT32, weights, expected);
    List<TensorResult> results = new ArrayList<>();
    for (int i = 0; i < losses.length; i++) {
      results.add(
          new TraceJudgement("loss " + (i + 1), "", Layout.tensorflow(1))
              .judgeBesideRounding(
                  loss(DType.FLOAT32, losses[i]),
                  TensorView.of(loss(DType.FLOAT64, torch64.losses().get(i))),
                  TensorView.of(loss(DType.FLOAT32, torch32.losses().get(i))),
                  subject.request().tolerance()));
    }
    for (Map.Entry<String, TensorValue> parameter : expected.entrySet()) {
      String name = parameter.getKey();
      results.add(
          new TraceJudgement(
                  name, recipe(name), Layout.tensorflow(parameter.getValue().shape().rank()))
              .judgeBesideRounding(
                  parameter.getValue(),
                  TensorView.of(torch64.parameters().get(name)),
                  TensorView.of(torch32.parameters().get(name)),
                  subject.request().tolerance()));
    }
    Kinks kinks = Kinks.of(subject.torch());
    Curve curve =
        new Curve(
            "loss in float32, TensorFlow's from the trace",
            Arrays.stream(losses).boxed().toList(),
            torch32.losses());
    return Findings.result(
            CheckName.TRAINING,
            "values agree with the trace after "
                + losses.length
                + " steps (synthetic: the mean of the outputs times seeded normal numbers, SGD with"
                + " Nesterov momentum)",
            results.stream().map(kinks::doubtAgainstTrace).toList())
        .withCurves(List.of(curve));
  }

  private String recipe(String tensor) {
    return subject.torch().tensors().stream()
        .filter(t -> t.name().equals(tensor))
        .map(t -> t.recipe().describe())
        .findFirst()
        .orElse("");
  }

  /** Of a mean: each weight over the number of elements, in float32, as the trace took it. */
  private List<TensorValue> weights() throws IOException {
    List<String> names = TraceRun.outputNames(subject, trace);
    List<TensorValue> weights = new ArrayList<>();
    for (TorchModel.Output output : Objective.outputs(subject.torch())) {
      String name = names.get(subject.torch().outputs().indexOf(output));
      TensorValue weight =
          trace
              .value(TraceFile.Kind.WEIGHT, name)
              .orElseThrow(() -> new EngineFailure("the trace has no weight of " + name));
      double[] numbers = weight.doubles();
      double[] outputs = trace.value(TraceFile.Kind.OUTPUT, name).orElseThrow().doubles();
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] /= numbers.length;
        size += Math.abs(numbers[i] * outputs[i]);
      }
      weights.add(
          Arrangement.toTorch(
              TensorValue.ofDoubles(DType.FLOAT32, weight.shape(), numbers), output.layout()));
    }
    return weights;
  }

  /** The trained parameters as PyTorch holds them, of those whose variables were all trained. */
  private Map<String, TensorValue> expected(TraceVariables variables) throws IOException {
    Leaves leaves = Leaves.of(subject.torch());
    Map<String, TensorValue> values = new LinkedHashMap<>();
    for (Map.Entry<String, String> variable : variables.byLeaf().entrySet()) {
      trace
          .value(TraceFile.Kind.TRAINED, variable.getValue())
          .ifPresent(v -> values.put(variable.getKey(), v));
    }
    TensorSource source =
        (name, offset, target) ->
            target.put(values.get(name).bytes().slice(Math.toIntExact(offset), target.remaining()));
    Map<String, TensorValue> expected = new LinkedHashMap<>();
    for (TorchModel.Tensor tensor : subject.torch().tensors()) {
      List<String> made = leaves.of(tensor.name());
      if (tensor.kind() == TorchModel.Kind.PARAMETER
          && !made.isEmpty()
          && values.keySet().containsAll(made)) {
        expected.put(
            tensor.name(), Evaluation.value(Retyped.of(tensor.recipe(), DType.FLOAT32), source));
      }
    }
    return expected;
  }

  private Trained torch(
      DType floatType, List<TensorValue> weights, Map<String, TensorValue> expected)
      throws IOException {
    TorchModel step = SgdStep.program(trace.setting("learning_rate"), trace.setting("momentum"));
    try (TorchTrainer trainer = engines.torchTrainer(floatType, step)) {
      List<TensorValue> inputs = engines.objectiveInputs(floatType, weights);
      List<Double> found = new ArrayList<>();
      for (int i = 0; i < losses.length; i++) {
        found.add(trainer.step(inputs));
      }
      Map<String, TensorValue> parameters = new LinkedHashMap<>();
      expected.keySet().forEach(n -> parameters.put(n, trainer.parameter(n).copy()));
      return new Trained(found, parameters);
    }
  }

  /** With the size of what was summed, which its rounding goes with: the sum itself may vanish. */
  private TensorValue loss(DType dtype, double value) {
    return TensorValue.ofDoubles(dtype, Shape.of(2), value, size);
  }
}
