package io.github.tf2torch.verify.cause;

import io.github.tf2torch.model.target.TorchModel;
import java.util.List;
import java.util.stream.Stream;

/** A tensor with the values of another variable, or of another state of its own. */
final class StoredValues implements Pitfall {
  @Override
  public Stream<Candidate> of(Stretch stretch) {
    return Stream.concat(single(stretch), together(stretch));
  }

  /** Each with what it should hold, as where two biases were made into one. */
  private static Stream<Candidate> together(Stretch stretch) {
    List<String> wrong =
        stretch.tensors().stream()
            .map(TorchModel.Tensor::name)
            .filter(stretch.stored()::containsKey)
            .toList();
    return wrong.size() < 2
        ? Stream.empty()
        : Stream.of(
            stretch.remade(
                "weights",
                String.join(", ", wrong) + " hold other values than TensorFlow's variables",
                t ->
                    wrong.contains(t.name())
                        ? stretch.stored().get(t.name()).values().iterator().next()
                        : t.recipe()));
  }

  private static Stream<Candidate> single(Stretch stretch) {
    return stretch.tensors().stream()
        .filter(t -> stretch.stored().containsKey(t.name()))
        .flatMap(
            t ->
                stretch.stored().get(t.name()).entrySet().stream()
                    .map(
                        other ->
                            stretch.remade(
                                "weights",
                                t.name() + " " + other.getKey(),
                                t.name(),
                                r -> other.getValue())));
  }
}
