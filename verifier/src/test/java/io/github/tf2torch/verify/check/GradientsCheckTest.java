package io.github.tf2torch.verify.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.verify.report.CheckResult;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sample's gradients: two conditions, batch normalization, convolutions, max pooling. */
class GradientsCheckTest {
  @TempDir Path folder;

  private static CheckResult gradients(Ported ported) throws IOException {
    return ported.verify("gradients").checks().get(0);
  }

  @Test
  void ofTheInputAndEveryParameterAreTheSame() throws IOException {
    CheckResult check = gradients(Ported.into(folder.resolve("out")));
    assertThat(check.verdict()).as(check.reason()).isEqualTo(Verdict.MATCH);
    assertThat(check.ranBothEngines()).isTrue();
    assertThat(check.tensors().stream().map(TensorResult::name))
        .contains("conv1.weight", "bn1.weight", "bn1.bias", "fc1.weight", "fc2.bias")
        .anyMatch(n -> n.startsWith("input "))
        .noneMatch(n -> n.contains("running"));
    assertThat(check.largestError64()).isLessThan(1e-13);
  }

  @Test
  void aFaultInOneLayerPartsTheGradientsBeforeIt() throws IOException {
    Ported ported = Ported.into(folder.resolve("out"));
    ported.enlargeInSafetensors("fc1.weight");
    CheckResult check = gradients(ported);
    assertThat(check.verdict()).isEqualTo(Verdict.DIFFER);
    assertThat(check.tensors().stream().filter(t -> t.name().equals("conv1.weight")))
        .allMatch(t -> t.verdict() == Verdict.DIFFER);
  }
}
