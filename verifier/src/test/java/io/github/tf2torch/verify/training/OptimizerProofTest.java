package io.github.tf2torch.verify.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.convert.ConvertOptions;
import io.github.tf2torch.convert.Converter;
import io.github.tf2torch.convert.Progress;
import io.github.tf2torch.convert.Source;
import io.github.tf2torch.verify.check.OptimizerArchive;
import io.github.tf2torch.verify.check.Verification;
import io.github.tf2torch.verify.report.CheckResult;
import io.github.tf2torch.verify.report.Report;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import io.github.tf2torch.verify.subject.InputChoice;
import io.github.tf2torch.verify.subject.VerifyRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An optimizer of Keras 3 after some steps, converted; then one thing in its files is another. */
class OptimizerProofTest {
  private static final Path SOURCE =
      Path.of("../converter/src/test/resources/keras/optimizer_adam.keras.gz");

  @TempDir Path folder;
  private Path source;
  private Path out;

  @BeforeEach
  void convert() throws IOException {
    source = folder.resolve("model.keras");
    out = folder.resolve("out");
    try (InputStream in = new GZIPInputStream(Files.newInputStream(SOURCE))) {
      Files.copy(in, source);
    }
    try (Source opened = Source.open(source)) {
      Converter.convert(opened, out, ConvertOptions.defaults(), Progress.silent());
    }
  }

  private Report report() throws IOException {
    VerifyRequest request =
        VerifyRequest.of(source, out, InputChoice.drawn(1, 6, 64), Set.of("weights"));
    return Verification.run(request, Progress.silent());
  }

  private void differs(String name, String... said) throws IOException {
    CheckResult check = report().checks().get(0);
    assertThat(check.verdict()).as(check.reason()).isEqualTo(Verdict.DIFFER);
    TensorResult first = check.firstDifference().orElseThrow();
    assertThat(first.name()).isEqualTo("optimizer.pt: " + name);
    assertThat(first.reason()).contains(said);
  }

  @Test
  void slotsAndSettingsLeadBackToTheSource() throws IOException {
    Report report = report();
    assertThat(report.checks().get(0).verdict()).isEqualTo(Verdict.MATCH);
    assertThat(report.checks().get(0).reason()).endsWith("of the optimizer in optimizer.pt");
    assertThat(report.files().get("optimizer.pt")).isEqualTo("every slot leads back to its source");
  }

  @Test
  void aSlotThatIsOffIsNamed() throws IOException {
    OptimizerArchive archive = new OptimizerArchive(out.resolve("optimizer.pt"));
    archive.map(1, v -> 2 * v);
    archive.write();
    CheckResult check = report().checks().get(0);
    assertThat(check.firstDifference().map(TensorResult::name).orElseThrow())
        .startsWith("optimizer.pt: v of ");
    assertThat(check.firstDifference().map(TensorResult::reason).orElseThrow())
        .startsWith("does not lead back to ");
    assertThat(report().files().get("optimizer.pt")).isEqualTo("differs, see weights");
  }

  @Test
  void aSettingOfAGroupThatIsOffIsNamed() throws IOException {
    OptimizerArchive archive = new OptimizerArchive(out.resolve("optimizer.pt"));
    archive.number("lr", v -> 2 * v);
    archive.write();
    differs("param_groups[0] lr", "is 0.0399999", "by the source it is 0.0199999");
  }

  /** {@code load_state_dict} takes the file's without a word. */
  @Test
  void anArgumentThatParamGroupsContradictIsNamed() throws IOException {
    Path file = out.resolve("conversion.json");
    String told = Files.readString(file);
    assertThat(told).containsPattern("\"epsilon\" ?: ?1.0E-7");
    Files.writeString(file, told.replaceFirst("\"epsilon\" ?: ?1.0E-7", "\"epsilon\": 1.0E-3"));
    differs(
        "arguments epsilon",
        "conversion.json says epsilon=0.001 for the constructor",
        "param_groups of optimizer.pt have 1.0E-7");
  }

  @Test
  void anotherClassIsNamed() throws IOException {
    Path file = out.resolve("conversion.json");
    String told = Files.readString(file);
    Files.writeString(file, told.replace("\"KerasAdam\"", "\"KerasAdamax\""));
    differs("class", "conversion.json says KerasAdamax, the source's optimizer is KerasAdam");
  }
}
