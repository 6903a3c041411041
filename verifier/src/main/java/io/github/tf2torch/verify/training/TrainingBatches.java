package io.github.tf2torch.verify.training;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Signature;
import io.github.tf2torch.model.target.TorchLoss;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.inputs.SeededInputs;
import io.github.tf2torch.verify.inputs.WholeNumbers;
import io.github.tf2torch.verify.judge.Arrangement;
import io.github.tf2torch.verify.subject.Subject;
import io.github.tf2torch.verify.subject.VerifyRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Seeded batches for the steps of a training: inputs as the outputs' check draws them, with another
 * seed for each step, then labels. Whole numbers are classes of the model's results; rows of real
 * numbers as wide as the results have a one at their largest, and zeros.
 */
final class TrainingBatches {
  private final Subject subject;
  private final OwnStep own;
  private final List<Map<String, TensorValue>> batches = new ArrayList<>();

  private TrainingBatches(Subject subject, OwnStep own) {
    this.subject = subject;
    this.own = own;
  }

  static TrainingBatches draw(Subject subject, OwnStep own, int steps) {
    TrainingBatches drawn = new TrainingBatches(subject, own);
    for (int i = 0; i < steps; i++) {
      drawn.batches.add(drawn.batch(i));
    }
    return drawn;
  }

  private Map<String, TensorValue> batch(int index) {
    VerifyRequest request = subject.request();
    Map<String, Long> bounds = new LinkedHashMap<>(WholeNumbers.bounds(subject.tensorflow()));
    List<Signature.Tensor> all = new ArrayList<>(own.step().inputs());
    Dims result = subject.torch().outputs().get(0).dims();
    long classes = result.rank() == 0 ? -1 : result.extent(result.rank() - 1);
    for (TorchModel.Input label : own.loss().labels()) {
      all.add(
          new Signature.Tensor(
              label.name(), label.source(), label.dtype(), Optional.of(dims(label, result))));
      if (classes > 1) {
        bounds.put(label.name(), classes);
      }
    }
    Map<String, TensorValue> drawn =
        new LinkedHashMap<>(
            new SeededInputs(
                    request.inputs().seed() + index, batchSize(), request.inputs().size(), bounds)
                .draw(new Signature("training", all, List.of())));
    if (request.inputs().file().isPresent()) {
      drawn.putAll(subject.inputs());
    }
    for (TorchModel.Input label : own.loss().labels()) {
      drawn.computeIfPresent(label.name(), (n, v) -> asLabel(v, classes));
    }
    return drawn;
  }

  /** As many rows as a file of inputs has. */
  private long batchSize() {
    return subject.request().inputs().file().isEmpty()
        ? subject.request().inputs().batch()
        : subject.inputs().values().stream()
            .map(TensorValue::shape)
            .filter(s -> s.rank() > 0)
            .map(s -> s.dims().get(0))
            .findFirst()
            .orElse(subject.request().inputs().batch());
  }

  private static Dims dims(TorchModel.Input label, Dims result) {
    List<Long> extents = new ArrayList<>(label.dims().extents());
    for (int a = 1; a < extents.size() && extents.size() == result.rank(); a++) {
      if (extents.get(a) < 0) {
        extents.set(a, result.extent(a));
      }
    }
    return new Dims(extents);
  }

  private static TensorValue asLabel(TensorValue drawn, long classes) {
    Shape shape = drawn.shape();
    boolean isRow =
        drawn.dtype().isFloating()
            && shape.rank() > 1
            && classes > 1
            && shape.dims().get(shape.rank() - 1) == classes;
    if (!isRow) {
      return drawn;
    }
    double[] numbers = drawn.doubles();
    int width = Math.toIntExact(classes);
    for (int row = 0; row < numbers.length; row += width) {
      int largest = row;
      for (int i = row; i < row + width; i++) {
        largest = numbers[i] > numbers[largest] ? i : largest;
      }
      for (int i = row; i < row + width; i++) {
        numbers[i] = i == largest ? 1 : 0;
      }
    }
    return TensorValue.ofDoubles(drawn.dtype(), shape, numbers);
  }

  /** What TensorFlow is fed in a step: data, and what else training is fed with. */
  Map<Endpoint, TensorValue> feeds(int index) {
    Map<Endpoint, TensorValue> feeds = new LinkedHashMap<>();
    own.step().inputs().forEach(i -> feeds.put(i.endpoint(), batches.get(index).get(i.key())));
    own.loss().labels().forEach(l -> feeds.put(l.source(), batches.get(index).get(l.name())));
    feeds.putAll(own.step().settings());
    return feeds;
  }

  /** What the {@link LossObjective} takes in a step. */
  List<TensorValue> arguments(int index) {
    TorchLoss loss = own.loss();
    List<TensorValue> arguments = new ArrayList<>();
    Map<String, TensorValue> batch = batches.get(index);
    subject
        .torch()
        .inputs()
        .forEach(i -> arguments.add(Arrangement.toTorch(batch.get(i.key()), i.layout())));
    loss.labels().forEach(l -> arguments.add(Arrangement.toTorch(batch.get(l.name()), l.layout())));
    return arguments;
  }
}
