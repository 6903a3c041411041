package io.github.tf2torch.verify.engine;

import java.util.List;
import java.util.Map;

/**
 * What goes on around the steps of all parameters, in PyTorch: the stages of a batch, one after
 * another, each an archive of {@link io.github.tf2torch.write.torchscript.StepWriter} or the
 * optimizer's own step.
 */
public interface TorchFrame {
  /** Steps alone. */
  TorchFrame NONE = done -> List.of(Stage.STEP);

  /** What an archive's first argument is, and what becomes of its first result. */
  enum Subject {
    /** A gradient, which is another from here on. */
    GRADIENT,
    /** A sum over all gradients, of which the root is the number {@code norm} from here on. */
    NORM,
    /** A parameter, which has another value from here on. */
    PARAMETER,
    /** The parameters, by their groups' own archives. */
    STEP
  }

  /**
   * One stage.
   *
   * @param archive its name
   * @param state what it keeps of each parameter, in the archive's order
   * @param numbers in the archive's order; {@code norm} and {@code lr} are filled in
   */
  record Stage(Subject subject, String archive, List<String> state, Map<String, Double> numbers) {
    static final Stage STEP = new Stage(Subject.STEP, "", List.of(), Map.of());

    public Stage {
      state = List.copyOf(state);
    }

    /** The optimizer's own step. */
    public static Stage step() {
      return STEP;
    }
  }

  /**
   * The stages of a batch.
   *
   * @param done how many batches there were since the hand-over
   */
  List<Stage> batch(int done);
}
