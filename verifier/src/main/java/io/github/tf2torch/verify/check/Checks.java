package io.github.tf2torch.verify.check;

import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.verify.subject.CheckName;
import java.util.Collection;
import java.util.List;

/** Every check, in the order of {@link CheckName#ALL}. */
final class Checks {
  static final List<Check> ALL =
      List.of(
          new WeightsCheck(),
          new OutputsCheck(),
          new LayersCheck(),
          new GradientsCheck(),
          new TrainingCheck(),
          new BatchNormCheck(),
          new DropoutCheck(),
          new DeterminismCheck());

  private Checks() {}

  static void require(Collection<String> asked) {
    for (String check : asked) {
      if (!CheckName.ALL.contains(check)) {
        throw new BadRequest(
            "--checks " + check + ": no such check; there are " + String.join(", ", CheckName.ALL));
      }
    }
  }

  /** The names among those asked for, in the order of running. */
  static List<Check> chosen(Collection<String> asked) {
    return ALL.stream().filter(c -> asked.contains(c.name())).toList();
  }
}
