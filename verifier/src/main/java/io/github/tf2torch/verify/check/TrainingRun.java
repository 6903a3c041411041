package io.github.tf2torch.verify.check;

import io.github.tf2torch.model.source.Endpoint;
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
import io.github.tf2torch.verify.report.TensorResult;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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

  static Trained.Outcome of(Examination examination) throws IOException {
    try (Engines engines = new Engines(examination.subject())) {
      return new TrainingRun(examination, engines).all();
    }
  }

  private Trained.Outcome all() throws IOException {
    step("TensorFlow in float64", 0);
    Trained tf64 = tensorflow(Precision.FLOAT64);
    if (tf64.byName().size() == STEPS) {
      return new Trained.Outcome(List.of(), List.of());
    }
    step("PyTorch in float64", 1);
    Trained torch64 = torch(DType.FLOAT64, tf64);
    step("TensorFlow in float32", 2);
    Trained tf32 = tensorflow(Precision.FLOAT32);
    step("PyTorch in float32", 3);
    Trained torch32 = torch(DType.FLOAT32, tf64);
    step("comparing", 4);
    Trained.Runs runs = new Trained.Runs(tf64, torch64, tf32, torch32);
    List<TensorResult> results =
        runs.judged(subject.request().tolerance(), Kinks.of(subject.torch()), this::source);
    step("comparing", 5);
    return new Trained.Outcome(results, runs.losses(STEPS));
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
    return Trained.MOMENTUM + tensor;
  }

  private Trained tensorflow(Precision precision) throws IOException {
    try (TensorFlowEngine engine = engines.differentiable(precision)) {
      if (weights.isEmpty()) {
        weights =
            Optional.of(
                OutputWeights.draw(subject, engine, engines.feeds(), GradOutputs.ALL_RANDOM)
                    .ofMean());
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
        DType dtype = values.values().get(trained.indexOf(made.get(0))).dtype();
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
