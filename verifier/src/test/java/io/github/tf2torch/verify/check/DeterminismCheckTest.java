package io.github.tf2torch.verify.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tf2torch.convert.ConvertOptions;
import io.github.tf2torch.convert.Converter;
import io.github.tf2torch.convert.Progress;
import io.github.tf2torch.convert.Source;
import io.github.tf2torch.verify.engine.EngineFailure;
import io.github.tf2torch.verify.report.CheckResult;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import io.github.tf2torch.verify.subject.InputChoice;
import io.github.tf2torch.verify.subject.VerifyRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
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

  @Test
  void aDropoutThatKeepsAllNeedsNoSeed() throws IOException {
    Path source = Path.of("src/test/resources/engine/keep_all.pb");
    Path out = folder.resolve("keep_all");
    try (Source opened = Source.open(source)) {
      Converter.convert(opened, out, ConvertOptions.defaults(), Progress.silent());
    }
    VerifyRequest request =
        VerifyRequest.of(source, out, InputChoice.drawn(1, 2, 5), Set.of("determinism"));
    CheckResult check = Verification.run(request, Progress.silent()).checks().get(0);
    assertThat(check.verdict()).as(check.reason()).isEqualTo(Verdict.MATCH);
  }

  @Test
  void aProcessThatFailsSaysWhy() throws IOException {
    VerifyRequest request =
        VerifyRequest.of(
            folder.resolve("nothing.pb"), folder, InputChoice.drawn(1, 2, 5), Set.of());
    ForwardProcess.Running running = ForwardProcess.start(request, Map.of());
    assertThatThrownBy(running::outputs)
        .isInstanceOf(EngineFailure.class)
        .hasMessageStartingWith("TensorFlow fails in a process of its own: ")
        .hasMessageContaining("conversion.json");
  }
}
