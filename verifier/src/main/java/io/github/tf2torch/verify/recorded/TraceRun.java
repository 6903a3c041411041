package io.github.tf2torch.verify.recorded;

import io.github.tf2torch.model.target.Layout;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.EngineFailure;
import io.github.tf2torch.verify.engine.ParameterGradients;
import io.github.tf2torch.verify.engine.RunResult;
import io.github.tf2torch.verify.engine.TensorView;
import io.github.tf2torch.verify.gradients.Leaves;
import io.github.tf2torch.verify.judge.Arrangement;
import io.github.tf2torch.verify.judge.Findings;
import io.github.tf2torch.verify.judge.Kinks;
import io.github.tf2torch.verify.opening.TraceInputs;
import io.github.tf2torch.verify.report.CheckResult;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import io.github.tf2torch.verify.run.Engines;
import io.github.tf2torch.verify.run.Examination;
import io.github.tf2torch.verify.run.Objective;
import io.github.tf2torch.verify.subject.CheckName;
import io.github.tf2torch.verify.subject.Subject;
import io.github.tf2torch.verify.trace.TraceFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The checks that a trace answers for TensorFlow. */
public final class TraceRun {
  /** Below this share of the largest gradient, float32 holds what is left of a rounding. */
  private static final double VANISHED = 1e-7;

  /** What can be asked of a trace. */
  public static final List<String> CHECKS =
      List.of(CheckName.OUTPUTS, CheckName.LAYERS, CheckName.GRADIENTS, CheckName.TRAINING);

  /** Why a check is not asked beside a trace; empty where it is. */
  public static Optional<String> unasked(String check) {
    return CHECKS.contains(check) || check.equals(CheckName.WEIGHTS)
        ? Optional.empty()
        : Optional.of("a trace does not hold what it asks");
  }

  private final Subject subject;
  private final Engines engines;
  private final TraceFile trace;
  private final Leaves leaves;
  private final TraceVariables variables;
  private final double tolerance;
  private double largestGradient = Double.NaN;

  private TraceRun(Subject subject, Engines engines, TraceFile trace) throws IOException {
    this.subject = subject;
    this.engines = engines;
    this.trace = trace;
    this.leaves = Leaves.of(subject.torch());
    this.variables = TraceVariables.of(subject, leaves, trace);
    this.tolerance = subject.request().tolerance();
  }

  public static List<CheckResult> of(Examination examination, TraceFile trace) throws IOException {
    Subject subject = examination.subject();
    List<CheckResult> results = new ArrayList<>();
    try (Engines engines = Engines.of(subject)) {
      TraceRun run = new TraceRun(subject, engines, trace);
      for (String check : CHECKS) {
        if (subject.request().checks().contains(check)) {
          examination.progress().step(check + " against the trace", 0, 1);
          results.add(run.asked(check));
        }
      }
      examination.describe(engines.settings(), List.of());
    }
    examination.environment().putAll(trace.environment());
    return results;
  }

  private CheckResult asked(String check) throws IOException {
    if (trace.isHalf()) {
      return CheckResult.notChecked(
          check,
          "the trace is of a model that computes in float16, whose rounding hides what is asked;"
              + " float32 can be held");
    }
    try {
      return switch (check) {
        case CheckName.OUTPUTS -> outputs();
        case CheckName.LAYERS -> layers();
        case CheckName.GRADIENTS -> gradients();
        default -> TraceTraining.check(subject, engines, trace, variables);
      };
    } catch (EngineFailure e) {
      return CheckResult.failed(check, String.valueOf(e.getMessage()));
    }
  }

  /** The trace's name of each output, in the port's order: the same name, else the same place. */
  static List<String> outputNames(Subject subject, TraceFile trace) {
    List<String> recorded = trace.names(TraceFile.Kind.OUTPUT);
    List<String> keys = subject.torch().outputs().stream().map(TorchModel.Output::name).toList();
    if (recorded.containsAll(keys)) {
      return keys;
    }
    if (recorded.size() != keys.size()) {
      throw new EngineFailure(
          trace.path() + " holds the outputs " + recorded + ", the port gives " + keys);
    }
    return recorded;
  }

  private CheckResult outputs() throws IOException {
    List<String> names = outputNames(subject, trace);
    List<TensorResult> results = new ArrayList<>();
    try (RunResult torch64 = engines.torchTapped(DType.FLOAT64, List.of());
        RunResult torch32 = engines.torchAsWritten()) {
      for (int i = 0; i < names.size(); i++) {
        TorchModel.Output output = subject.torch().outputs().get(i);
        TensorValue recorded = trace.value(TraceFile.Kind.OUTPUT, names.get(i)).orElseThrow();
        results.add(
            new TraceJudgement(output.name(), names.get(i), output.layout())
                .judge(recorded, torch64.values().get(i), torch32.values().get(i), tolerance));
      }
    }
    return Findings.result(CheckName.OUTPUTS, "outputs agree with the trace", results);
  }

  private CheckResult layers() throws IOException {
    List<TorchModel.Tap> taps = subject.torch().taps();
    if (taps.isEmpty() || trace.layers().isEmpty()) {
      return CheckResult.notChecked(
          CheckName.LAYERS,
          taps.isEmpty()
              ? "the port says of no tensor which of TensorFlow's it is"
              : "the trace holds no layers");
    }
    List<TensorResult> results = new ArrayList<>();
    int before = subject.torch().outputs().size();
    try (RunResult torch64 = engines.torchTapped(DType.FLOAT64, taps);
        RunResult torch32 = engines.torchTapped(DType.FLOAT32, taps)) {
      List<TensorView> values = torch32.values().subList(before, torch32.values().size());
      TraceLayers places = new TraceLayers(taps, values);
      for (TraceFile.Layer layer : trace.layers()) {
        TensorValue recorded = trace.value(layer);
        Optional<Integer> place = places.of(layer.name(), recorded);
        results.add(
            place.isEmpty()
                ? notChecked(layer.name(), "", "no tensor of the port is known to be the same")
                : new TraceJudgement(
                        taps.get(place.get()).layer(), layer.name(), taps.get(place.get()).layout())
                    .judgeBesideRounding(
                        recorded,
                        torch64.values().get(before + place.get()),
                        values.get(place.get()),
                        tolerance));
      }
    }
    long compared = results.stream().filter(r -> r.verdict() != Verdict.NOT_CHECKED).count();
    return compared == 0
        ? new CheckResult(
            CheckName.LAYERS,
            Verdict.NOT_CHECKED,
            "no tensor of the port is known to be one of the trace's layers",
            false,
            results)
        : Findings.result(
            CheckName.LAYERS,
            "layers of the trace, " + compared + " of them compared, agree",
            results);
  }

  /** The weights of the outputs that the trace was recorded with, as the port holds outputs. */
  private List<TensorValue> weights() throws IOException {
    List<String> names = outputNames(subject, trace);
    List<TensorValue> weights = new ArrayList<>();
    for (TorchModel.Output output : Objective.outputs(subject.torch())) {
      String name = names.get(subject.torch().outputs().indexOf(output));
      TensorValue weight =
          trace
              .value(TraceFile.Kind.WEIGHT, name)
              .orElseThrow(() -> new EngineFailure("the trace has no weight of " + name));
      weights.add(Arrangement.toTorch(weight, output.layout()));
    }
    return weights;
  }

  private CheckResult gradients() throws IOException {
    if (trace.names(TraceFile.Kind.GRADIENT).isEmpty()
        && trace.names(TraceFile.Kind.INPUT_GRADIENT).isEmpty()) {
      return CheckResult.notChecked(CheckName.GRADIENTS, "the trace holds no gradients");
    }
    List<TensorValue> weights = weights();
    List<TensorResult> results = new ArrayList<>();
    try (ParameterGradients torch64 = engines.torchGradients(DType.FLOAT64, weights);
        ParameterGradients torch32 = engines.torchGradients(DType.FLOAT32, weights)) {
      inputGradients(torch64, torch32, results);
      Map<String, String> byLeaf = new LinkedHashMap<>(variables.byLeaf());
      for (String leaf : leaves.byName().keySet()) {
        results.add(gradient(leaf, Optional.ofNullable(byLeaf.get(leaf)), torch64, torch32));
      }
    }
    if (results.stream().allMatch(r -> r.verdict() == Verdict.NOT_CHECKED)) {
      return new CheckResult(
          CheckName.GRADIENTS,
          Verdict.NOT_CHECKED,
          "every gradient vanishes, or none is known to be the same",
          false,
          results);
    }
    Kinks kinks = Kinks.of(subject.torch());
    return Findings.result(
        CheckName.GRADIENTS,
        "gradients agree with the trace",
        results.stream().map(kinks::doubtAgainstTrace).toList());
  }

  private void inputGradients(
      ParameterGradients torch64, ParameterGradients torch32, List<TensorResult> results)
      throws IOException {
    List<TorchModel.Input> inputs = subject.torch().inputs();
    for (int i = 0; i < inputs.size(); i++) {
      TorchModel.Input input = inputs.get(i);
      String name = TraceInputs.name(input.key(), i, trace);
      Optional<TensorValue> recorded = trace.value(TraceFile.Kind.INPUT_GRADIENT, name);
      if (recorded.isPresent() && hasVanished(recorded.get(), torch32.inputs().get(i))) {
        results.add(notChecked("input " + input.key(), name, "its gradient vanishes"));
      } else if (recorded.isPresent() && torch32.inputs().get(i).isPresent()) {
        results.add(
            new TraceJudgement("input " + input.key(), name, input.layout())
                .judgeBesideRounding(
                    recorded.get(),
                    torch64.inputs().get(i).orElseThrow(),
                    torch32.inputs().get(i).orElseThrow(),
                    tolerance));
      }
    }
  }

  private TensorResult gradient(
      String leaf,
      Optional<String> recordedAs,
      ParameterGradients torch64,
      ParameterGradients torch32)
      throws IOException {
    String tensors = String.join(", ", leaves.byName().get(leaf).tensors());
    Optional<TensorView> float32 = leaves.gradient(leaf, torch32::parameter);
    Optional<TensorView> float64 = leaves.gradient(leaf, torch64::parameter);
    if (recordedAs.isEmpty()) {
      return notChecked(tensors, leaf, "the trace holds no variable that is known to be the same");
    }
    Optional<TensorValue> recorded = trace.value(TraceFile.Kind.GRADIENT, recordedAs.get());
    if (recorded.isEmpty() || float32.isEmpty() || float64.isEmpty()) {
      return notChecked(
          tensors,
          leaf,
          recorded.isEmpty() ? "no output of the trace depends on it" : "no output depends on it");
    }
    if (hasVanished(recorded.get(), float32)) {
      return notChecked(tensors, leaf, "its gradient vanishes");
    }
    Shape shape = recorded.get().shape();
    return new TraceJudgement(tensors, leaf, Layout.tensorflow(shape.rank()))
        .judgeBesideRounding(recorded.get(), float64.get(), float32.get(), tolerance);
  }

  private boolean hasVanished(TensorValue recorded, Optional<TensorView> found) throws IOException {
    double size = Math.max(largest(recorded), found.map(v -> largest(v.copy())).orElse(0.0));
    return size <= VANISHED * largestGradient();
  }

  /** Of all that the trace holds. */
  private double largestGradient() throws IOException {
    if (Double.isNaN(largestGradient)) {
      double largest = 0;
      for (TraceFile.Kind kind : List.of(TraceFile.Kind.GRADIENT, TraceFile.Kind.INPUT_GRADIENT)) {
        for (String name : trace.names(kind)) {
          largest = Math.max(largest, largest(trace.value(kind, name).orElseThrow()));
        }
      }
      largestGradient = largest;
    }
    return largestGradient;
  }

  private static double largest(TensorValue value) {
    return Arrays.stream(value.doubles()).map(Math::abs).max().orElse(0);
  }

  private static TensorResult notChecked(String name, String source, String reason) {
    return new TensorResult(
        name, source, Verdict.NOT_CHECKED, Double.NaN, Double.NaN, Double.NaN, reason);
  }
}
