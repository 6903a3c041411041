package io.github.tf2torch.verify.training;

import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.cause.GroupStep;
import io.github.tf2torch.verify.subject.Subject;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** PyTorch's side of a training by a converted optimizer, which can be run with other steps. */
interface SteppedTraining {
  Subject subject();

  /** How many steps, or batches, TensorFlow makes. */
  int length();

  /** How the groups of {@code optimizer.pt} step. */
  List<GroupStep> groups(DType floatType) throws IOException;

  /**
   * The first steps.
   *
   * @param groups as the file has them, or others in their place
   */
  Trained run(DType floatType, int steps, List<GroupStep> groups) throws IOException;

  /** What the source says of each group's settings and counters. */
  List<Map<String, Double>> sourceNumbers() throws IOException;

  /** What TensorFlow's variables say of each parameter's slots, in float64. */
  Map<String, Map<String, TensorValue>> sourceSlots() throws IOException;

  /** The same with what the source has around its steps; empty where the conversion has that. */
  Optional<Corrected> corrected() throws IOException;

  /**
   * Another training.
   *
   * @param words what is another in the conversion
   */
  record Corrected(SteppedTraining training, String words) {}
}
