package io.github.tf2torch.verify.gradients;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Evaluation;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.MissingGradient;
import io.github.tf2torch.verify.engine.ParameterGradients;
import io.github.tf2torch.verify.engine.Precision;
import io.github.tf2torch.verify.engine.RunResult;
import io.github.tf2torch.verify.engine.TensorFlowEngine;
import io.github.tf2torch.verify.engine.TensorView;
import io.github.tf2torch.verify.inputs.TensorFlowRandom;
import io.github.tf2torch.verify.judge.Arrangement;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import io.github.tf2torch.verify.run.Engines;
import io.github.tf2torch.verify.run.Examination;
import io.github.tf2torch.verify.subject.KerasSide;
import io.github.tf2torch.verify.subject.Subject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * PyTorch's gradients against how TensorFlow's outputs change along seeded directions, both in
 * float64: what is left where TensorFlow has no backward kernel. Central differences by two steps,
 * extrapolated to none: what both part by is how far the derivative is known, which is little near
 * a pole or a kink. A wrong gradient is above the bound in some direction.
 */
public final class DirectionalRun {
  private static final String STOP = "StopGradient";
  private static final int DIRECTIONS = 8;
  private static final double STEP = 1e-6;
  private static final double BOUND = 1e-6;
  private static final double VANISHED = 1e-9;

  /** Of two sums that are subtracted. */
  private static final double ROUNDING = 0x1p-51;

  /** Where a derivative is known by less, a wrong gradient could hide. */
  private static final double UNSURE = 1e-3;

  private static final long STREAM = 0x64697265;

  private final Examination examination;
  private final Subject subject;
  private final Engines engines;
  private final TensorFlowEngine tensorflow;
  private final OutputWeights weights;
  private final Leaves leaves;

  /** A difference would go through what no gradient goes through: it stays where it is. */
  private final Map<Endpoint, TensorValue> stopped;

  private DirectionalRun(Examination examination, Engines engines, TensorFlowEngine tensorflow) {
    this.examination = examination;
    this.subject = examination.subject();
    this.engines = engines;
    this.tensorflow = tensorflow;
    this.leaves = Leaves.of(subject);
    this.weights =
        OutputWeights.draw(subject, tensorflow, engines.feeds(), subject.request().gradOutputs());
    this.stopped = stopped();
  }

  private Map<Endpoint, TensorValue> stopped() {
    Graph graph = subject.tensorflow().graph();
    for (Graph.Function function : graph.functions().values()) {
      if (function.body().nodes().stream().anyMatch(DirectionalRun::isStopping)) {
        throw new MissingGradient(
            "differences go through the StopGradient in " + function.name() + ", gradients do not");
      }
    }
    List<Endpoint> places = stopping(graph);
    Map<Endpoint, TensorValue> values = new LinkedHashMap<>();
    if (!places.isEmpty()) {
      try (RunResult run = tensorflow.answer(engines.feeds(), places)) {
        for (int i = 0; i < places.size(); i++) {
          values.put(places.get(i), run.values().get(i).copy());
        }
      }
    }
    return values;
  }

  /** Of the graph that is built for a Keras file, where that has none of its own. */
  private List<Endpoint> stopping(Graph graph) {
    return KerasSide.isOf(subject.tensorflow())
        ? subject.graph().inlinedGraph().getNodeList().stream()
            .filter(n -> n.getOp().equals(STOP))
            .map(n -> new Endpoint(n.getName(), 0))
            .toList()
        : graph.nodes().stream().filter(DirectionalRun::isStopping).map(n -> n.output(0)).toList();
  }

  private static boolean isStopping(Node node) {
    return node.op().equals(STOP);
  }

  public static List<TensorResult> of(Examination examination) throws IOException {
    try (Engines engines = Engines.of(examination.subject());
        TensorFlowEngine tensorflow = engines.tensorflow(Precision.FLOAT64)) {
      if (!tensorflow.islands().isEmpty()) {
        throw new MissingGradient(
            "differences need float64 and TensorFlow computes in float32: "
                + tensorflow.islands().get(0));
      }
      return new DirectionalRun(examination, engines, tensorflow).all();
    }
  }

  private List<TensorResult> all() throws IOException {
    List<TensorResult> results = new ArrayList<>();
    List<Target> targets = Target.of(subject, leaves, tensorflow);
    try (ParameterGradients torch =
        engines.torchGradients(DType.FLOAT64, weights.asHeld(subject))) {
      for (Target target : targets) {
        examination.progress().step("gradients along directions", results.size(), targets.size());
        results.add(compare(target, torch));
      }
    }
    return results;
  }

  private TensorResult compare(Target target, ParameterGradients torch) throws IOException {
    TensorValue at = value(target);
    double[] gradient = gradient(target, torch, at);
    double parted = 0;
    double worst = 0;
    double largest = 0;
    double mostUnsure = 0;
    double here = objective(target, at, new double[gradient.length], 0);
    for (int direction = 0; direction < DIRECTIONS; direction++) {
      double[] along =
          TensorFlowRandom.stateless(subject.request().inputs().seed(), STREAM + direction)
              .normal(DType.FLOAT64, at.shape())
              .doubles();
      double before = objective(target, at, along, -STEP);
      double behind = objective(target, at, along, STEP);
      double narrow = (behind - before) / (2 * STEP);
      double wide = slope(target, at, along, 2 * STEP);
      double expected = (4 * narrow - wide) / 3;
      double found = 0;
      for (int i = 0; i < along.length; i++) {
        found += gradient[i] * along[i];
      }
      double unsure = Math.abs(narrow - wide) + ROUNDING * weights.size() / STEP;
      // a step that is masked where all of it is 0 is not so a step aside, on either side
      double jump = Math.abs(behind + before - 2 * here) / STEP;
      mostUnsure = Math.max(mostUnsure, unsure + jump);
      parted = Math.max(parted, Math.abs(expected - found));
      worst = Math.max(worst, Math.abs(expected - found) - unsure);
      largest = Math.max(largest, Math.max(Math.abs(expected), Math.abs(found)));
    }
    restore(target, at);
    return mostUnsure > UNSURE * largest && largest >= VANISHED
        ? new TensorResult(
            target.name(),
            target.source(),
            Verdict.NOT_CHECKED,
            Double.NaN,
            Double.NaN,
            Double.NaN,
            "differences along a direction depend on the step, as near a pole, a kink or a jump")
        : result(target, new Along(parted, worst, largest, mostUnsure));
  }

  private double slope(Target target, TensorValue at, double[] along, double step) {
    return (objective(target, at, along, step) - objective(target, at, along, -step)) / (2 * step);
  }

  /**
   * What came of all directions.
   *
   * @param parted the largest difference
   * @param worst of what is beyond how far the derivative is known
   * @param largest derivative
   * @param unsure how far it is known
   */
  private record Along(double parted, double worst, double largest, double unsure) {}

  private static TensorResult result(Target target, Along along) {
    boolean vanishes = along.largest() < VANISHED;
    boolean agrees = along.worst() <= BOUND * along.largest();
    String known =
        String.format(
            Locale.ROOT,
            "along %d directions, whose derivatives are known to %.1e",
            DIRECTIONS,
            along.unsure() / along.largest());
    return new TensorResult(
        target.name(),
        target.source(),
        vanishes ? Verdict.NOT_CHECKED : agrees ? Verdict.MATCH : Verdict.DIFFER,
        Double.NaN,
        vanishes ? Double.NaN : along.parted() / along.largest(),
        Double.NaN,
        vanishes ? "its gradient vanishes" : agrees ? known : "differs " + known);
  }

  private double[] gradient(Target target, ParameterGradients torch, TensorValue at) {
    Optional<TensorValue> found =
        target.isInput()
            ? torch
                .inputs()
                .get(target.input())
                .map(
                    v ->
                        Arrangement.toTensorflow(
                            v.copy(), subject.torch().inputs().get(target.input()).layout()))
            : leaves.gradient(target.source(), torch::parameter).map(TensorView::copy);
    return found.map(TensorValue::doubles).orElseGet(() -> new double[at.doubles().length]);
  }

  private TensorValue value(Target target) throws IOException {
    if (target.isInput()) {
      return engines.feeds().get(target.places().get(0));
    }
    return Evaluation.value(leaves.expression(target.source()), subject.tensorflow().tensors());
  }

  /** The weighted sum of the outputs with the target moved. */
  private double objective(Target target, TensorValue at, double[] along, double step) {
    double[] moved = at.doubles();
    for (int i = 0; i < moved.length; i++) {
      moved[i] += step * along[i];
    }
    TensorValue value = TensorValue.ofDoubles(DType.FLOAT64, at.shape(), moved);
    Map<Endpoint, TensorValue> feeds = new LinkedHashMap<>(engines.feeds());
    feeds.putAll(stopped);
    if (target.isInput() || !tensorflow.assign(target.source(), value)) {
      target.places().forEach(p -> feeds.put(p, value));
    }
    double sum = 0;
    List<Endpoint> outputs = List.copyOf(weights.byEndpoint().keySet());
    try (RunResult run = tensorflow.answer(feeds, outputs)) {
      for (int i = 0; i < outputs.size(); i++) {
        double[] y = run.values().get(i).copy().doubles();
        double[] w = weights.byEndpoint().get(outputs.get(i)).doubles();
        for (int k = 0; k < y.length; k++) {
          sum += y[k] * w[k];
        }
      }
    }
    return sum;
  }

  private void restore(Target target, TensorValue at) {
    if (!target.isInput()) {
      tensorflow.assign(target.source(), at);
    }
  }
}
