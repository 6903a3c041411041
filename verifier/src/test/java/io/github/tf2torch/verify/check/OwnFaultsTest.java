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
    boolean isAlike = Set.of("", "-").contains(fault.layer());
    Set<String> asked =
        isAlike ? Set.of("outputs", "layers", "batchnorm") : Set.of("outputs", "layers");
    List<CheckResult> checks = OwnFaults.verified(fault, folder, asked).checks();
    CheckResult layers = checks.get(1);
    assertThat(checks.get(0).verdict())
        .as(checks.get(0).reason())
        .isEqualTo(isAlike ? Verdict.MATCH : Verdict.DIFFER);
    CheckResult telling = checks.get(fault.layer().equals("-") ? 2 : 1);
    assertThat(telling.reason()).contains(fault.words());
    if (isAlike) {
      assertThat(checks.get(2).verdict())
          .as(checks.get(2).reason())
          .isEqualTo(
              fault.layer().equals("-")
                  ? Verdict.DIFFER
                  : fault.source().equals("words") ? Verdict.NOT_CHECKED : Verdict.MATCH);
      assertThat(layers.verdict()).as(layers.reason()).isEqualTo(Verdict.MATCH);
      assertThat(layers.reason()).doesNotContain("not found");
    } else if (!fault.layer().equals("?")) {
      String first = layers.firstDifference().orElseThrow().name();
      assertThat(first.replaceAll(" \\(.*", "")).as(layers.reason()).isEqualTo(fault.layer());
    }
  }
}
