package io.github.tf2torch.verify.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.verify.report.CheckResult;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeterminismCheckTest {
  @TempDir Path folder;

  @Test
  void bothSidesRepeatThemselvesAndSettingsAreMeasured() throws IOException {
    CheckResult check = Ported.into(folder.resolve("out")).verify("determinism").checks().get(0);
    assertThat(check.verdict()).as(check.reason()).isEqualTo(Verdict.MATCH);
    assertThat(check.tensors().stream().map(TensorResult::name))
        .containsExactly(
            "TensorFlow, 1 thread",
            "TensorFlow, 2 threads",
            "TensorFlow with 2 threads in place of 1",
            "PyTorch, 1 thread",
            "PyTorch, 2 threads",
            "PyTorch with 2 threads in place of 1",
            "TensorFlow with oneDNN",
            "TensorFlow with TF_DETERMINISTIC_OPS");
    // what settings change is rounding, and no more
    assertThat(check.largestError()).isLessThan(1e-5);
  }
}
