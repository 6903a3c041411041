package io.github.tf2torch.verify.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tf2torch.problem.UnmappedVariable;
import io.github.tf2torch.verify.report.CheckResult;
import io.github.tf2torch.verify.report.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Faults that people make when they write a Keras model again: where and as what each is found. */
class OwnFaultsTest {
  @TempDir static Path folder;

  @BeforeAll
  static void unpack() throws IOException {
    OwnFaults.unpack(folder);
  }

  static List<OwnFaults.Fault> faults() throws IOException {
    return OwnFaults.all();
  }

  @ParameterizedTest
  @MethodSource("faults")
  void isFoundAtItsLayerAndNamed(OwnFaults.Fault fault) throws IOException {
    if (fault.layer().equals("!")) {
      assertThatThrownBy(() -> OwnFaults.verified(fault, folder, Set.of("layers")))
          .isInstanceOf(UnmappedVariable.class)
          .hasMessageContaining(fault.words());
      return;
    }
    if (Set.of("", "-").contains(fault.layer())) {
      agreesAtInference(fault);
      return;
    }
    List<CheckResult> checks =
        OwnFaults.verified(fault, folder, Set.of("outputs", "layers")).checks();
    assertThat(checks.get(0).verdict()).as(checks.get(0).reason()).isEqualTo(Verdict.DIFFER);
    CheckResult layers = checks.get(1);
    assertThat(checks.get(0).reason() + layers.reason()).contains(fault.words());
    if (!fault.layer().equals("?")) {
      String first = layers.firstDifference().orElseThrow().name();
      assertThat(first.replaceAll(" \\(.*", "")).as(layers.reason()).isEqualTo(fault.layer());
    }
  }

  private static void agreesAtInference(OwnFaults.Fault fault) throws IOException {
    List<CheckResult> checks =
        OwnFaults.verified(fault, folder, Set.of("weights", "outputs", "layers", "batchnorm"))
            .checks();
    assertThat(checks.subList(0, 3))
        .allSatisfy(c -> assertThat(c.verdict()).as(c.reason()).isEqualTo(Verdict.MATCH));
    assertThat(checks.get(2).reason()).doesNotContain("not found");
    CheckResult training = checks.get(3);
    assertThat(training.reason()).contains(fault.words());
    assertThat(training.verdict())
        .as(training.reason())
        .isEqualTo(
            fault.layer().equals("-")
                ? Verdict.DIFFER
                : Set.of("words", "painter", "steps").contains(fault.source())
                    ? Verdict.NOT_CHECKED
                    : Verdict.MATCH);
  }
}
