package io.github.tf2torch.verify.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.cli.Main;
import io.github.tf2torch.verify.opening.Opening;
import io.github.tf2torch.verify.report.CheckResult;
import io.github.tf2torch.verify.report.Report;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import io.github.tf2torch.verify.run.ForwardRun;
import io.github.tf2torch.verify.subject.Subject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** A 1 % error in one place of a conversion, with everything else as it was. */
class PlantedErrorTest {
  private static final String TENSOR = "conv2.weight";

  @TempDir Path folder;
  private Ported ported;

  @BeforeEach
  void port() throws IOException {
    ported = Ported.into(folder.resolve("out"));
  }

  @Test
  void nothingPlantedNothingFound() throws IOException {
    Report report = ported.verify("weights", "outputs", "layers");
    assertThat(report.verdict()).as(report.summary()).isEqualTo(Verdict.MATCH);
    assertThat(report.files())
        .containsEntry("model.safetensors", "every tensor leads back to its source")
        .containsEntry(
            "model.torchscript.pt",
            "tensors are those of model.safetensors, bit for bit;"
                + " run, its outputs match TensorFlow's")
        .containsEntry(
            "model.pt2",
            "tensors are those of model.safetensors, bit for bit;"
                + " printed from the same program, not run")
        .containsEntry("model.py", "printed from the same program, not run");
  }

  @Test
  void inTheTorchscriptArchiveAloneItIsFoundByItsBytesAndByRunningIt() throws IOException {
    ported.enlargeInArchive("model.torchscript.pt", TENSOR);
    Report report = ported.verify("weights", "outputs", "layers");
    assertThat(report.verdict()).isEqualTo(Verdict.DIFFER);
    assertThat(check(report, "weights").reason())
        .contains("model.torchscript.pt: " + TENSOR)
        .contains("is not what model.safetensors holds");
    assertThat(check(report, "outputs").verdict()).isEqualTo(Verdict.DIFFER);
    assertThat(check(report, "layers").verdict()).isEqualTo(Verdict.MATCH);
    assertThat(report.files().get("model.torchscript.pt"))
        .isEqualTo("differs, see weights; run, its outputs differ from TensorFlow's");
    assertThat(report.files().get("model.pt")).contains("bit for bit");
  }

  @Test
  void commandEndsWithOne() throws IOException {
    ported.enlargeInArchive("model.torchscript.pt", TENSOR);
    CommandLine command = Main.commandLine();
    StringWriter out = new StringWriter();
    command.setOut(new PrintWriter(out));
    int status = command.execute("verify", Ported.SOURCE.toString(), ported.folder().toString());
    assertThat(status).isEqualTo(1);
    assertThat(out.toString()).contains("TensorFlow and PyTorch differ.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"model.pt", "model.pt2"})
  void inAnArchiveThatIsNotRunItIsFound(String file) throws IOException {
    ported.enlargeInArchive(file, TENSOR);
    Report report = ported.verify("weights");
    CheckResult weights = check(report, "weights");
    assertThat(weights.verdict()).isEqualTo(Verdict.DIFFER);
    assertThat(weights.reason()).contains(file + ": " + TENSOR);
    assertThat(report.files().get(file)).startsWith("differs, see weights");
  }

  @ParameterizedTest
  @ValueSource(strings = {"model.pt", "model.torchscript.pt", "model.pt2"})
  void archiveThatIsCutOffIsNamed(String file) throws IOException {
    Path damaged = ported.folder().resolve(file);
    byte[] whole = Files.readAllBytes(damaged);
    Files.write(damaged, Arrays.copyOf(whole, whole.length / 2));
    CheckResult weights = check(ported.verify("weights"), "weights");
    assertThat(weights.verdict()).isEqualTo(Verdict.DIFFER);
    assertThat(weights.reason()).contains(file + ": is no zip archive");
  }

  @ParameterizedTest
  @CsvSource({
    "model.pt, model/data.pkl, data.pkl",
    "model.pt2, model/models/model.json, model.json",
    "model.pt2, model/data/weights/model_weights_config.json, model_weights_config.json"
  })
  void archiveOfAnotherProgramIsNotProven(String file, String entry, String said)
      throws IOException {
    ported.change(file, entry, bytes -> bytes[bytes.length - 2] ^= 1);
    Report report = ported.verify("weights");
    assertThat(report.files().get(file))
        .startsWith("its " + said + " is not as this version writes it; convert again");
  }

  @Test
  void inSafetensorsItIsFoundByTheChecksum() throws IOException {
    ported.enlargeInSafetensors(TENSOR);
    CheckResult weights = check(ported.verify("weights"), "weights");
    assertThat(weights.verdict()).isEqualTo(Verdict.DIFFER);
    assertThat(weights.firstDifference().map(TensorResult::name)).hasValue(TENSOR);
    assertThat(weights.reason()).contains("checksum is crc32c:", "conversion.json says");
  }

  @Test
  void inSafetensorsWithTheChecksumAdjustedItIsFoundOnTheWayBackToTheSource() throws IOException {
    ported.enlargeInSafetensors(TENSOR);
    ported.adjustChecksum(TENSOR);
    CheckResult weights = check(ported.verify("weights"), "weights");
    assertThat(weights.verdict()).isEqualTo(Verdict.DIFFER);
    assertThat(weights.reason())
        .startsWith("first difference at " + TENSOR + ": does not lead back to ");
  }

  @Test
  void inEveryFileItIsFoundAtTheLayerThatHasIt() throws IOException {
    ported.enlargeInArchive("model.torchscript.pt", TENSOR);
    ported.enlargeInArchive("model.pt", TENSOR);
    ported.enlargeInSafetensors(TENSOR);
    ported.adjustChecksum(TENSOR);
    Report report = ported.verify("weights", "outputs", "layers");
    List<String> verdicts = report.checks().stream().map(c -> c.verdict().text()).toList();
    assertThat(verdicts).containsExactly("differ", "differ", "differ");
    assertThat(check(report, "layers").firstDifference().map(TensorResult::name))
        .hasValueSatisfying(name -> assertThat(name).startsWith("conv2"));
  }

  @Test
  void tapsInManyGroupsGiveWhatOneGroupGives() throws IOException {
    try (Subject subject = Opening.of(ported.request("outputs", "layers"))) {
      ForwardRun one = ForwardRun.of(subject, subject.torch().taps(), (what, done, total) -> {});
      List<String> steps = new java.util.ArrayList<>();
      ForwardRun many =
          ForwardRun.of(
              subject,
              subject.torch().taps(),
              2_000_000,
              (what, done, total) -> steps.add(what + " " + done + "/" + total));
      assertThat(many).isEqualTo(one);
      assertThat(steps).anyMatch(s -> s.matches("PyTorch in float64, part 2 of \\d+ 6/\\d+"));
    }
  }

  private static CheckResult check(Report report, String name) {
    return report.checks().stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow();
  }
}
