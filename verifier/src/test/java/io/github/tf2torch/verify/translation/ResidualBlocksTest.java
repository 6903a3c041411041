package io.github.tf2torch.verify.translation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.verify.report.Report;
import io.github.tf2torch.verify.report.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A graph of residual blocks, its training step with it (make_residual.py). */
class ResidualBlocksTest {
  private static final Path GRAPH = Path.of("src/test/resources/blocks/residual/model.meta");

  @Test
  void threeBlocksAreOneClassAndTrainAsTensorflow(@TempDir Path folder) throws IOException {
    Path out = folder.resolve("out");
    BothEngines.convert(GRAPH, ReadOptions.defaults(), out);
    assertThat(Files.readString(out.resolve("model.py")))
        .containsOnlyOnce("class Block(nn.Module):\n    \"\"\"block1, block2, block3.\"\"\"")
        .contains("self.block1 = Block()", "self.block2 = Block()", "self.block3 = Block()");
    Report report =
        BothEngines.verify(
            GRAPH,
            out,
            Optional.empty(),
            Set.of("weights", "outputs", "layers", "gradients", "training"));
    assertThat(report.verdict()).as(report.summary()).isEqualTo(Verdict.MATCH);
    assertThat(report.checks()).allMatch(c -> c.verdict() == Verdict.MATCH);
  }
}
