package io.github.tf2torch.verify.translation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.verify.report.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** SavedModels of {@code fuse/make_fused.py}: what is one module there is so in PyTorch. */
class FusedModelsTest {
  private static final Path MODELS = Path.of("src/test/resources/fuse");

  @ParameterizedTest(name = "{0} {1}")
  @CsvFileSource(resources = "/fuse/expected.txt", delimiter = '|')
  void answersAsTensorflow(String model, String signature, String program, @TempDir Path folder)
      throws IOException {
    PortedSignature ported =
        PortedSignature.of(MODELS.resolve(model), signature, folder.resolve("out"));
    assertThat(ported.report().verdict()).as(ported.report().summary()).isEqualTo(Verdict.MATCH);
    List<String> lines = new ArrayList<>(ported.modules());
    lines.addAll(ported.forward());
    assertThat(String.join("; ", lines)).isEqualTo(program);
  }
}
