package io.github.tf2torch.verify.check;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Signature;
import io.github.tf2torch.model.target.Layout;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.Gradients;
import io.github.tf2torch.verify.engine.Precision;
import io.github.tf2torch.verify.engine.RunResult;
import io.github.tf2torch.verify.engine.TensorFlowEngine;
import io.github.tf2torch.verify.engine.TensorView;
import io.github.tf2torch.verify.engine.TorchGradients;
import io.github.tf2torch.verify.inputs.TensorFlowRandom;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The gradients of both frameworks in both precisions, held against each other. */
final class GradientRun {
  /** Keys of the weights' stream of random numbers, away from what draws the inputs. */
  private static final long STREAM = 0x67726164;

  /** Below this share of the largest gradient, what is left of a sum that vanishes. */
  private static final double VANISHED = 1e-13;

  private final Subject subject;
  private final Engines engines;
  private final Examination examination;
  private final Map<Endpoint, TensorValue> weights = new LinkedHashMap<>();
  private final Leaves leaves;
  private final Kinks kinks;

  private GradientRun(Examination examination, Engines engines) {
    this.examination = examination;
    this.subject = examination.subject();
    this.engines = engines;
    this.leaves = Leaves.of(subject.torch());
    this.kinks = Kinks.of(subject.torch());
  }

  static List<TensorResult> of(Examination examination) throws IOException {
    try (Engines engines = new Engines(examination.subject())) {
      return new GradientRun(examination, engines).all();
    }
  }

  /** What a gradient is asked for: an input, or a variable by where it is read. */
  private record Target(String name, String source, List<Endpoint> places, int input) {
    boolean isInput() {
      return input >= 0;
    }
  }

  private List<TensorResult> all() throws IOException {
    step("gradients: TensorFlow in float64", 0);
    try (TensorFlowEngine tensorflow64 = engines.differentiable(Precision.FLOAT64)) {
      draw(tensorflow64);
      List<Target> targets = targets(tensorflow64);
      boolean isFloat64 = tensorflow64.islands().isEmpty();
      List<Endpoint> places = targets.stream().flatMap(t -> t.places().stream()).toList();
      try (Gradients tf64 = tensorflow64.gradients(engines.feeds(), weights, places)) {
        step("gradients: PyTorch in float64", 1);
        try (TorchGradients torch64 = engines.torchGradients(DType.FLOAT64, weights())) {
          step("gradients: TensorFlow in float32", 2);
          try (TensorFlowEngine tensorflow32 = engines.differentiable(Precision.FLOAT32);
              Gradients tf32 = tensorflow32.gradients(engines.feeds(), weights, places)) {
            step("gradients: PyTorch in float32", 3);
            try (TorchGradients torch32 = engines.torchGradients(DType.FLOAT32, weights())) {
              step("gradients: comparing", 4);
              Sides sides = new Sides(tf64, torch64, tf32, torch32, isFloat64);
              double largest =
                  targets.stream().mapToDouble(t -> largest(tensorflow(t, tf64))).max().orElse(0);
              List<TensorResult> results =
                  targets.parallelStream().map(t -> compare(t, sides, largest)).toList();
              step("gradients: comparing", 5);
              return results;
            }
          }
        }
      }
    }
  }

  private void step(String what, int done) {
    examination.progress().step(what, done, 5);
  }

  /** Normal weights of each output, of the shape that a run shows. */
  private void draw(TensorFlowEngine engine) {
    List<Endpoint> outputs =
        Objective.outputs(subject.torch()).stream().map(TorchModel.Output::source).toList();
    List<Shape> shapes = new ArrayList<>();
    try (RunResult run = engine.answer(engines.feeds(), outputs)) {
      run.values().forEach(v -> shapes.add(v.shape()));
    }
    for (int i = 0; i < outputs.size(); i++) {
      weights.put(
          outputs.get(i),
          TensorFlowRandom.stateless(subject.request().seed(), STREAM + i)
              .normal(DType.FLOAT32, shapes.get(i)));
    }
  }

  /** The weights as PyTorch holds the outputs. */
  private List<TensorValue> weights() {
    return Objective.outputs(subject.torch()).stream()
        .map(o -> Arrangement.toTorch(weights.get(o.source()), o.layout()))
        .toList();
  }

  private List<Target> targets(TensorFlowEngine engine) {
    List<Target> targets = new ArrayList<>();
    List<TorchModel.Input> inputs = subject.torch().inputs();
    for (int i = 0; i < inputs.size(); i++) {
      TorchModel.Input input = inputs.get(i);
      if (input.dtype().isFloating()) {
        Signature.Tensor fed =
            subject.tensorflow().signature().inputs().stream()
                .filter(t -> t.key().equals(input.key()))
                .findFirst()
                .orElseThrow();
        targets.add(
            new Target(
                "input " + input.key(), fed.endpoint().toString(), List.of(fed.endpoint()), i));
      }
    }
    leaves
        .byName()
        .forEach(
            (leaf, held) -> {
              List<Endpoint> places =
                  held.isConstant() ? List.of(new Endpoint(leaf, 0)) : engine.reads(leaf);
              targets.add(new Target(String.join(", ", held.tensors()), leaf, places, -1));
            });
    return targets;
  }

  private record Sides(
      Gradients tf64,
      TorchGradients torch64,
      Gradients tf32,
      TorchGradients torch32,
      boolean isFloat64) {}

  private TensorResult compare(Target target, Sides sides, double largest) {
    Optional<TensorView> tf64 = tensorflow(target, sides.tf64());
    Optional<TensorView> torch64 = torch(target, sides.torch64());
    double size = Math.max(largest(tf64), largest(torch64));
    if (tf64.isEmpty() && torch64.isEmpty()) {
      return notChecked(target, "no output depends on it");
    }
    if (!(size > VANISHED * largest)) {
      return notChecked(target, "its gradient vanishes");
    }
    Function<Optional<TensorView>, TensorView> present =
        v -> v.orElseGet(() -> zeros(tf64.or(() -> torch64).orElseThrow()));
    Layout layout =
        target.isInput()
            ? subject.torch().inputs().get(target.input()).layout()
            : Layout.tensorflow(present.apply(tf64).shape().rank());
    Place place = new Place(target.name(), Endpoint.parse(target.source()), layout);
    TensorView tf32 = present.apply(tensorflow(target, sides.tf32()));
    TensorView torch32 = present.apply(torch(target, sides.torch32()));
    TensorResult result =
        Judgement.of(place, present.apply(tf64), present.apply(torch64), sides.isFloat64())
            .judge(tf32, torch32, subject.request().tolerance());
    return kinks.forgive(result).withSource(target.source());
  }

  private static TensorResult notChecked(Target target, String reason) {
    return new TensorResult(
        target.name(),
        target.source(),
        Verdict.NOT_CHECKED,
        Double.NaN,
        Double.NaN,
        Double.NaN,
        reason);
  }

  private static TensorView zeros(TensorView like) {
    return TensorView.of(
        TensorValue.ofDoubles(
            like.dtype(), like.shape(), new double[Math.toIntExact(like.shape().count())]));
  }

  private static double largest(Optional<TensorView> view) {
    return view.map(v -> Arrays.stream(v.copy().doubles()).map(Math::abs).max().orElse(0))
        .orElse(0.0);
  }

  /** Summed over all reads. */
  private static Optional<TensorView> tensorflow(Target target, Gradients gradients) {
    List<TensorView> found =
        target.places().stream().flatMap(p -> gradients.of(p).stream()).toList();
    if (found.size() < 2) {
      return found.stream().findFirst();
    }
    double[] sum = found.get(0).copy().doubles();
    for (TensorView other : found.subList(1, found.size())) {
      double[] more = other.copy().doubles();
      for (int i = 0; i < sum.length; i++) {
        sum[i] += more[i];
      }
    }
    return Optional.of(
        TensorView.of(TensorValue.ofDoubles(DType.FLOAT64, found.get(0).shape(), sum)));
  }

  /** In the variable's own order, summed over every tensor that is made of it. */
  private Optional<TensorView> torch(Target target, TorchGradients gradients) {
    return target.isInput()
        ? gradients.inputs().get(target.input())
        : leaves.gradient(target.source(), gradients::parameter);
  }
}
