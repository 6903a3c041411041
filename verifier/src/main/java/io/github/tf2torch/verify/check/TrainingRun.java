package io.github.tf2torch.verify.check;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.target.Layout;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Evaluation;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorSource;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.Precision;
import io.github.tf2torch.verify.engine.RunResult;
import io.github.tf2torch.verify.engine.TensorFlowEngine;
import io.github.tf2torch.verify.engine.TensorFlowTrainer;
import io.github.tf2torch.verify.engine.TensorView;
import io.github.tf2torch.verify.engine.TorchTrainer;
import io.github.tf2torch.verify.report.Curve;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Both frameworks trained in both precisions by a synthetic loss and optimizer. */
final class TrainingRun {
  private static final int STEPS = 2;
  private static final TensorFlowTrainer.Rate RATE = new TensorFlowTrainer.Rate(0.01f, 0.9f);
  static final String DESCRIPTION =
      STEPS
          + " steps (synthetic: the mean of the outputs times seeded normal numbers, SGD with"
          + " Nesterov momentum, 0.01 and 0.9)";

  private final Examination examination;
  private final Subject subject;
  private final Engines engines;
  private final Leaves leaves;
  private Optional<OutputWeights> weights = Optional.empty();

  private TrainingRun(Examination examination, Engines engines) {
    this.examination = examination;
    this.subject = examination.subject();
    this.engines = engines;
    this.leaves = Leaves.of(subject.torch());
  }

  /** What was compared, and the losses of every step. */
  record Outcome(List<TensorResult> results, List<Curve> losses) {
    Outcome {
      results = List.copyOf(results);
      losses = List.copyOf(losses);
    }
  }

  static Outcome of(Examination examination) throws IOException {
    try (Engines engines = new Engines(examination.subject())) {
      return new TrainingRun(examination, engines).all();
    }
  }

  /**
   * What one side came to.
   *
   * @param byName {@code loss 1}, parameters, and slots behind {@code momentum of}
   */
  private record Trained(Map<String, TensorValue> byName, boolean isFloat64) {}

  private Outcome all() throws IOException {
    step("TensorFlow in float64", 0);
    Trained tf64 = tensorflow(Precision.FLOAT64);
    if (tf64.byName().size() == STEPS) {
      return new Outcome(List.of(), List.of());
    }
    step("PyTorch in float64", 1);
    Trained torch64 = torch(DType.FLOAT64, tf64);
    step("TensorFlow in float32", 2);
    Trained tf32 = tensorflow(Precision.FLOAT32);
    step("PyTorch in float32", 3);
    Trained torch32 = torch(DType.FLOAT32, tf64);
    step("comparing", 4);
    Kinks kinks = Kinks.of(subject.torch());
    List<TensorResult> results =
        tf64.byName().keySet().parallelStream()
            .map(
                name -> {
                  TensorView expected = TensorView.of(tf64.byName().get(name));
                  Place place =
                      new Place(
                          name, new Endpoint(name, 0), Layout.tensorflow(expected.shape().rank()));
                  TensorResult result =
                      Judgement.of(
                              place,
                              expected,
                              TensorView.of(torch64.byName().get(name)),
                              tf64.isFloat64())
                          .judge(
                              TensorView.of(tf32.byName().get(name)),
                              TensorView.of(torch32.byName().get(name)),
                              subject.request().tolerance());
                  return kinks.forgive(result).withSource(source(name));
                })
            .toList();
    step("comparing", 5);
    boolean beganAlike =
        results.stream()
            .filter(r -> r.name().equals("loss 1"))
            .allMatch(r -> r.verdict() == Verdict.MATCH);
    return new Outcome(
        beganAlike ? results.stream().map(kinks::doubt).toList() : results,
        List.of(
            losses("loss in float64", tf64, torch64), losses("loss in float32", tf32, torch32)));
  }

  private static Curve losses(String name, Trained tensorflow, Trained torch) {
    return new Curve(name, losses(tensorflow), losses(torch));
  }

  private static List<Double> losses(Trained side) {
    return IntStream.rangeClosed(1, STEPS)
        .mapToObj(i -> side.byName().get("loss " + i).doubles()[0])
        .toList();
  }

  private void step(String what, int done) {
    examination.progress().step("training: " + what, done, 5);
  }

  private String source(String name) {
    return subject.torch().tensors().stream()
        .filter(t -> name.equals(t.name()) || name.equals(slot(t.name())))
        .map(t -> t.recipe().describe())
        .findFirst()
        .orElse("");
  }

  private static String slot(String tensor) {
    return "momentum of " + tensor;
  }

  private Trained tensorflow(Precision precision) throws IOException {
    try (TensorFlowEngine engine = engines.differentiable(precision)) {
      if (weights.isEmpty()) {
        weights = Optional.of(OutputWeights.draw(subject, engine, engines.feeds()).ofMean());
      }
      Map<String, List<Endpoint>> places = new LinkedHashMap<>();
      Map<String, TensorValue> values = new LinkedHashMap<>();
      for (Map.Entry<String, Leaves.Leaf> leaf : leaves.byName().entrySet()) {
        List<Endpoint> found = leaf.getValue().places(leaf.getKey(), engine);
        if (!found.isEmpty()) {
          places.put(leaf.getKey(), found);
          values.put(
              leaf.getKey(),
              Evaluation.value(leaf.getValue().expression(), subject.tensorflow().tensors()));
        }
      }
      try (TensorFlowTrainer trainer =
          new TensorFlowTrainer(
              engine, engines.feeds(), weights.get().byEndpoint(), places, values, RATE)) {
        Map<String, TensorValue> all = new LinkedHashMap<>();
        for (int i = 1; i <= STEPS; i++) {
          all.put("loss " + i, loss(precision == Precision.FLOAT64, trainer.step()));
        }
        try (RunResult parameters = trainer.values();
            RunResult slots = trainer.slots()) {
          put(all, trainer.trained(), parameters, false);
          put(all, trainer.trained(), slots, true);
        }
        return new Trained(all, engine.islands().isEmpty());
      }
    }
  }

  /** With the size of what was summed, which its rounding goes with: the sum itself may vanish. */
  private TensorValue loss(boolean isFloat64, double value) {
    return TensorValue.ofDoubles(
        isFloat64 ? DType.FLOAT64 : DType.FLOAT32,
        Shape.of(2),
        value,
        weights.orElseThrow().size());
  }

  /** Every parameter whose variables were all trained, made from them by its recipe. */
  private void put(
      Map<String, TensorValue> all, List<String> trained, RunResult values, boolean isSlot)
      throws IOException {
    TensorSource source =
        (name, offset, target) -> {
          TensorView view = values.values().get(trained.indexOf(name));
          target.put(view.bytes().slice(Math.toIntExact(offset), target.remaining()));
        };
    for (TorchModel.Tensor tensor : subject.torch().tensors()) {
      TensorExpr recipe = tensor.recipe();
      List<String> made = leaves.of(tensor.name());
      if (tensor.kind() == TorchModel.Kind.PARAMETER
          && !made.isEmpty()
          && trained.containsAll(made)) {
        DType dtype = values.values().get(0).dtype();
        all.put(
            isSlot ? slot(tensor.name()) : tensor.name(),
            Evaluation.value(Retyped.of(recipe, dtype), source));
      }
    }
  }

  private Trained torch(DType floatType, Trained like) throws IOException {
    Map<String, TensorValue> all = new LinkedHashMap<>();
    try (TorchTrainer trainer =
        engines.torchTrainer(floatType, SgdStep.program(RATE.learningRate(), RATE.momentum()))) {
      List<TensorValue> inputs =
          engines.objectiveInputs(floatType, weights.orElseThrow().asHeld(subject));
      for (int i = 1; i <= STEPS; i++) {
        all.put("loss " + i, loss(floatType == DType.FLOAT64, trainer.step(inputs)));
      }
      for (TorchModel.Tensor tensor : subject.torch().tensors()) {
        if (like.byName().containsKey(tensor.name())) {
          TensorView parameter = trainer.parameter(tensor.name());
          all.put(tensor.name(), parameter.copy());
          all.put(
              slot(tensor.name()),
              trainer
                  .slot(tensor.name())
                  .map(TensorView::copy)
                  .orElseGet(
                      () ->
                          TensorValue.ofDoubles(
                              parameter.dtype(),
                              parameter.shape(),
                              new double[Math.toIntExact(parameter.shape().count())])));
        }
      }
    }
    return new Trained(all, true);
  }
}
