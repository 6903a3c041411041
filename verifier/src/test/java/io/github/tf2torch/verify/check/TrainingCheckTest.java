package io.github.tf2torch.verify.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.verify.report.CheckResult;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sample, trained two steps by both frameworks. */
class TrainingCheckTest {
  @TempDir Path folder;

  @Test
  void lossesParametersAndSlotsAreTheSame() throws IOException {
    CheckResult check = Ported.into(folder.resolve("out")).verify("training").checks().get(0);
    assertThat(check.verdict()).as(check.reason()).isEqualTo(Verdict.MATCH);
    assertThat(check.reason()).contains("source's optimizer (Momentum", "synthetic loss");
    assertThat(check.tensors().stream().map(TensorResult::name))
        .contains("loss 1", "loss 2", "conv1.weight", "momentum_buffer of fc2.bias");
    assertThat(check.largestError64()).isLessThan(1e-13);
  }

  @Test
  void anotherWeightGivesAnotherLoss() throws IOException {
    Ported ported = Ported.into(folder.resolve("out"));
    ported.enlargeInSafetensors("fc1.weight");
    CheckResult check = ported.verify("training").checks().get(0);
    assertThat(check.verdict()).isEqualTo(Verdict.DIFFER);
    assertThat(check.firstDifference().map(TensorResult::name)).hasValue("loss 1");
  }
}
