package io.github.tf2torch.verify.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.convert.ConvertOptions;
import io.github.tf2torch.convert.Converter;
import io.github.tf2torch.convert.Progress;
import io.github.tf2torch.convert.Source;
import io.github.tf2torch.verify.report.Report;
import io.github.tf2torch.verify.report.Verdict;
import io.github.tf2torch.verify.subject.CheckName;
import io.github.tf2torch.verify.subject.InputChoice;
import io.github.tf2torch.verify.subject.VerifyRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A graph that TensorFlow runs on a GPU alone, such as a convolution of channels first. */
class MissingKernelTest {
  @TempDir Path folder;

  @Test
  void whatTensorflowHasNoKernelForIsNotCheckedAndSaidSo() throws IOException {
    Path source = Path.of("src/test/resources/engine/channels_first.pb");
    try (Source opened = Source.open(source)) {
      Converter.convert(
          opened, folder.resolve("out"), ConvertOptions.defaults(), Progress.silent());
    }
    Report report =
        Verification.run(
            VerifyRequest.of(
                source,
                folder.resolve("out"),
                InputChoice.drawn(1, 2, 5),
                Set.copyOf(CheckName.ALL)),
            Progress.silent());
    assertThat(report.verdict()).isEqualTo(Verdict.NOT_CHECKED);
    assertThat(report.checks())
        .filteredOn(c -> Set.of("outputs", "layers", "gradients", "determinism").contains(c.name()))
        .hasSize(4)
        .allSatisfy(
            c -> {
              assertThat(c.verdict()).isEqualTo(Verdict.NOT_CHECKED);
              assertThat(c.reason()).contains("NHWC", "tf2torch trace-script", "verify --trace");
            });
    assertThat(report.checks())
        .filteredOn(c -> c.name().equals("weights"))
        .allMatch(c -> c.verdict() == Verdict.MATCH);
  }
}
