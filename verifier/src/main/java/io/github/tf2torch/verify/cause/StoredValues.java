package io.github.tf2torch.verify.cause;

import java.util.stream.Stream;

/** A tensor with the values of another variable, or of another state of its own. */
final class StoredValues implements Pitfall {
  @Override
  public Stream<Candidate> of(Stretch stretch) {
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
