package io.github.tf2torch.verify.cause;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** A setting or counter of the optimizer that is another than in the source. */
final class StoredNumbers {
  private static final Map<String, String> POWERS =
      Map.of("beta1_power", "beta1", "beta2_power", "beta2");

  private static final Map<String, String> KINDS =
      Map.of(
          "lr", "learning rate",
          "eps", "epsilon",
          "beta1_power", "bias correction",
          "beta2_power", "bias correction",
          "step", "bias correction",
          "weight_decay", "weight decay");

  private StoredNumbers() {}

  /** Numbers of one kind together: both powers of Adam's are of one step. */
  static Stream<StepCandidate> of(StepEvidence evidence) {
    Set<String> kinds = new LinkedHashSet<>();
    evidence.first().numbers().keySet().forEach(n -> kinds.add(kind(n)));
    return kinds.stream().flatMap(kind -> of(evidence, kind));
  }

  static String kind(String number) {
    return KINDS.getOrDefault(number, number);
  }

  private static Stream<StepCandidate> of(StepEvidence evidence, String kind) {
    List<GroupStep> right = new ArrayList<>(evidence.groups());
    List<String> causes = new ArrayList<>();
    for (int i = 0; i < right.size(); i++) {
      Map<String, Double> source = evidence.numbers().get(i);
      GroupStep group = right.get(i);
      for (Map.Entry<String, Double> number : group.numbers().entrySet()) {
        Double there = source.get(number.getKey());
        if (kind(number.getKey()).equals(kind)
            && there != null
            && !there.equals(number.getValue())) {
          causes.add(words(group, number.getKey(), there));
          right.set(i, right.get(i).with(number.getKey(), there));
        }
      }
    }
    return causes.isEmpty()
        ? Stream.of()
        : Stream.of(new StepCandidate(kind, causes.get(0), right));
  }

  private static String words(GroupStep group, String name, double there) {
    double here = group.numbers().get(name);
    String set = ": set " + name + "=" + there;
    if (kind(name).equals("bias correction")) {
      return "bias correction " + off(group, name, here, there) + set;
    }
    return name + " " + there + " in TensorFlow, " + here + " here" + set;
  }

  private static String off(GroupStep group, String name, double here, double there) {
    if (name.equals("step")) {
      return here == 0 ? "begins afresh" : ahead(Math.round(here - there));
    }
    double beta = group.numbers().getOrDefault(POWERS.get(name), Double.NaN);
    if (here == 0) {
      return "lost";
    }
    double steps = Math.log(here / there) / Math.log(beta);
    return Math.abs(steps - Math.rint(steps)) < 1e-3
        ? ahead(Math.round(steps))
        : "of another power";
  }

  private static String ahead(long steps) {
    return Math.abs(steps)
        + (Math.abs(steps) == 1 ? " step " : " steps ")
        + (steps > 0 ? "ahead" : "behind");
  }
}
