package io.github.tf2torch.verify.subject;

import io.github.tf2torch.model.source.Signature;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.tensor.TensorValue;
import java.nio.file.Path;
import java.util.Map;

/** A user's own inputs, held against the signature before an engine sees them. */
public final class InputFile {
  private InputFile() {}

  public static TensorValue checked(
      Path file, Signature.Tensor input, Map<String, TensorValue> found) {
    TensorValue value = found.get(input.key());
    if (value == null) {
      throw new BadRequest(
          file + ": holds no array \"" + input.key() + "\"; it has " + found.keySet());
    }
    if (value.dtype() != input.dtype()) {
      throw new BadRequest(
          String.format(
              "%s: \"%s\" is %s, the signature takes %s",
              file, input.key(), value.dtype().torchName(), input.dtype().torchName()));
    }
    boolean fits =
        input
            .dims()
            .map(
                d -> {
                  boolean same = d.rank() == value.shape().rank();
                  for (int i = 0; same && i < d.rank(); i++) {
                    same = !d.isKnown(i) || d.extent(i) == value.shape().dim(i);
                  }
                  return same;
                })
            .orElse(true);
    if (!fits) {
      throw new BadRequest(
          String.format(
              "%s: \"%s\" has shape %s, the signature takes %s (TensorFlow's order)",
              file, input.key(), value.shape(), input.dims().get().extents()));
    }
    return value;
  }
}
