package io.github.tf2torch.verify.check;

import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.verify.subject.CheckName;
import io.github.tf2torch.verify.subject.SourceKind;
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

  /** For people: what each check asks, and of which kinds of source. */
  static String table() {
    StringBuilder text = new StringBuilder();
    for (Check check : ALL) {
      text.append(check.name()).append("\n  ").append(check.question()).append('\n');
      for (SourceKind kind : SourceKind.values()) {
        text.append(
            String.format(
                "    %-24s %s%n",
                kind.text(), check.unaskedOf(kind).map(w -> "not checked: " + w).orElse("run")));
      }
    }
    return text.toString();
  }

  /** The names among those asked for, in the order of running. */
  static List<Check> chosen(Collection<String> asked) {
    return ALL.stream().filter(c -> asked.contains(c.name())).toList();
  }
}
