package io.github.tf2torch.verify.subject;

import io.github.tf2torch.model.source.TensorFile;
import io.github.tf2torch.model.target.TorchModel;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A user's own PyTorch model, opened.
 *
 * @param weights its tensors
 * @param outputs the model's name for each of the signature's outputs, in order
 * @param notes how it was taken, for the report
 * @param likeness what a conversion of the source computes; empty as long as nobody asks
 */
public record OwnModel(
    String name,
    OwnRunner runner,
    TensorFile weights,
    List<String> outputs,
    Map<String, String> notes,
    Optional<TorchModel> likeness)
    implements Closeable {
  /** What can be asked of it. */
  static final Set<String> CHECKS =
      Set.of(
          CheckName.WEIGHTS,
          CheckName.OUTPUTS,
          CheckName.LAYERS,
          CheckName.GRADIENTS,
          CheckName.BATCHNORM);

  /** Why a check is not asked of it; empty where it is. */
  public static Optional<String> unasked(String check) {
    return CHECKS.contains(check)
        ? Optional.empty()
        : Optional.of(
            "asked of what a conversion wrote: a PyTorch model of one's own comes without a loss,"
                + " an optimizer or a way to give it masks");
  }

  public OwnModel {
    outputs = List.copyOf(outputs);
  }

  public static OwnModel of(
      String name,
      OwnRunner runner,
      TensorFile weights,
      List<String> outputs,
      Map<String, String> notes) {
    return new OwnModel(name, runner, weights, outputs, notes, Optional.empty());
  }

  @Override
  public void close() throws IOException {
    weights.close();
    runner.close();
  }

  /** The same with some of its outputs, by their places. */
  OwnModel withOutputs(List<Integer> places) {
    List<String> some = places.stream().map(outputs::get).toList();
    return new OwnModel(name, runner, weights, some, notes, likeness);
  }

  OwnModel withLikeness(TorchModel converted) {
    return new OwnModel(name, runner, weights, outputs, notes, Optional.of(converted));
  }
}
