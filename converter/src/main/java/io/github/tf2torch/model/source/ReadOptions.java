package io.github.tf2torch.model.source;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Which of the things that a source holds is meant.
 *
 * @param signature of a SavedModel; {@code serving_default}, or the only one, where none is named
 * @param tags of the meta graph, where a SavedModel has several; {@code serve} where none is given
 * @param step of the checkpoint in a folder that has several; the latest where none is given
 * @param inputs endpoints at which a graph without a signature begins; its placeholders where empty
 * @param outputs endpoints at which it ends; found by the reader where empty
 */
public record ReadOptions(
    Optional<String> signature,
    Set<String> tags,
    OptionalLong step,
    List<Endpoint> inputs,
    List<Endpoint> outputs) {
  public ReadOptions {
    tags = Set.copyOf(tags);
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  public static ReadOptions defaults() {
    return new ReadOptions(Optional.empty(), Set.of(), OptionalLong.empty(), List.of(), List.of());
  }

  public ReadOptions withSignature(Optional<String> wanted) {
    return new ReadOptions(wanted, tags, step, inputs, outputs);
  }
}
