package io.github.tf2torch.verify.gradients;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.target.Layout;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.Gradients;
import io.github.tf2torch.verify.engine.ParameterGradients;
import io.github.tf2torch.verify.engine.Precision;
import io.github.tf2torch.verify.engine.TensorFlowEngine;
import io.github.tf2torch.verify.engine.TensorView;
import io.github.tf2torch.verify.judge.Kinks;
import io.github.tf2torch.verify.judge.Place;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import io.github.tf2torch.verify.run.Engines;
import io.github.tf2torch.verify.run.Examination;
import io.github.tf2torch.verify.run.OwnRounding;
import io.github.tf2torch.verify.run.Ties;
import io.github.tf2torch.verify.subject.GradOutputs;
import io.github.tf2torch.verify.subject.Subject;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** The gradients of both frameworks in both precisions, held against each other. */
public final class GradientRun {
  /** Below this share of the largest gradient, what is left of a sum that vanishes. */
  public static final double VANISHED = 1e-13;

  private final Subject subject;
  private final Engines engines;
  private final Examination examination;
  private final Leaves leaves;
  private final Kinks kinks;

  private GradientRun(Examination examination, Engines engines) {
    this.examination = examination;
    this.subject = examination.subject();
    this.engines = engines;
    this.leaves = Leaves.of(subject);
    this.kinks = Kinks.of(subject.torch());
  }

  public static List<TensorResult> of(Examination examination) throws IOException {
    try (Engines engines = Engines.of(examination.subject())) {
      return new GradientRun(examination, engines).all();
    }
  }

  private List<TensorResult> all() throws IOException {
    step("gradients: TensorFlow in float64", 0);
    try (TensorFlowEngine tensorflow64 = engines.differentiable(Precision.FLOAT64)) {
      OutputWeights weights = OutputWeights.draw(subject, tensorflow64, engines.feeds(), asked());
      List<Target> targets = Target.of(subject, leaves, tensorflow64);
      boolean isFloat64 = tensorflow64.islands().isEmpty();
      double usual = asked().isOnes() ? usual(targets) : 0;
      List<Endpoint> places = targets.stream().flatMap(t -> t.places().stream()).toList();
      try (Gradients tf64 = tensorflow64.gradients(engines.feeds(), weights.byEndpoint(), places)) {
        step("gradients: PyTorch in float64", 1);
        try (ParameterGradients torch64 =
            engines.torchGradients(DType.FLOAT64, weights.asHeld(subject))) {
          step("gradients: TensorFlow in float32", 2);
          try (TensorFlowEngine tensorflow32 = engines.differentiable(Precision.FLOAT32);
              Gradients tf32 =
                  tensorflow32.gradients(engines.feeds(), weights.byEndpoint(), places)) {
            step("gradients: PyTorch in float32", 3);
            try (ParameterGradients torch32 =
                engines.torchGradients(DType.FLOAT32, weights.asHeld(subject))) {
              step("gradients: comparing", 4);
              Sides sides = new Sides(tf64, torch64, tf32, torch32, isFloat64);
              double largest =
                  Math.max(
                      usual,
                      targets.stream()
                          .mapToDouble(t -> largest(tensorflow(t, tf64)))
                          .max()
                          .orElse(0));
              OwnRounding.Runs runs =
                  (next, precision, asked) ->
                      again(next, precision, asked.stream().map(targets::get), weights);
              List<TensorResult> judged =
                  OwnRounding.judged(
                      subject,
                      targets.parallelStream().map(t -> compare(t, sides, largest)).toList(),
                      runs,
                      i -> targets.get(i).isInput() ? 1 : OwnRounding.positions(subject));
              return Ties.told(subject, judged, runs);
            }
          }
        }
      }
    }
  }

  private static List<TensorValue> again(
      Subject subject, Precision precision, Stream<Target> asked, OutputWeights weights)
      throws IOException {
    List<Target> targets = asked.toList();
    List<Endpoint> places = targets.stream().flatMap(t -> t.places().stream()).toList();
    try (Engines engines = new Engines(subject);
        TensorFlowEngine engine = engines.differentiable(precision);
        Gradients found = engine.gradients(engines.feeds(), weights.byEndpoint(), places)) {
      return targets.stream().map(t -> tensorflow(t, found).orElseThrow().copy()).toList();
    }
  }

  private GradOutputs asked() {
    return subject.request().gradOutputs();
  }

  /** How large gradients are for random numbers: those of ones may all vanish behind a softmax. */
  private double usual(List<Target> targets) {
    List<Endpoint> places = targets.stream().flatMap(t -> t.places().stream()).toList();
    try (TensorFlowEngine tensorflow64 = engines.differentiable(Precision.FLOAT64)) {
      OutputWeights random =
          OutputWeights.draw(subject, tensorflow64, engines.feeds(), GradOutputs.ALL_RANDOM);
      try (Gradients found = tensorflow64.gradients(engines.feeds(), random.byEndpoint(), places)) {
        return targets.stream().mapToDouble(t -> largest(tensorflow(t, found))).max().orElse(0);
      }
    }
  }

  private void step(String what, int done) {
    examination.progress().step(what, done, 5);
  }

  private record Sides(
      Gradients tf64,
      ParameterGradients torch64,
      Gradients tf32,
      ParameterGradients torch32,
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
        subject
            .judgement(place, present.apply(tf64), present.apply(torch64), sides.isFloat64())
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
  private Optional<TensorView> torch(Target target, ParameterGradients gradients) {
    return target.isInput()
        ? gradients.inputs().get(target.input())
        : leaves.gradient(target.source(), gradients::parameter);
  }
}
