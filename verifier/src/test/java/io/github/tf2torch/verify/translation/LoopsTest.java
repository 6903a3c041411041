package io.github.tf2torch.verify.translation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tf2torch.problem.UnsupportedOperation;
import io.github.tf2torch.verify.report.Report;
import io.github.tf2torch.verify.report.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Recurrent layers as graphs hold them: a loop over time in PyTorch, or refused by name. */
class LoopsTest {
  private static final Set<String> CHECKS = Set.of("weights", "outputs", "layers", "gradients");

  private static final String CASES =
      "lstm lstm_last gru gru_reset_before simple simple_last backwards bidirectional"
          + " bidirectional_last stacked masked bidirectional_masked convolved tokens dilated"
          + " states written swapped frames trained zero_state";

  @TempDir static Path unpacked;

  /** One of each kind; all of them answer what TensorFlow recorded, below. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "gru",
        "bidirectional",
        "states",
        "tokens",
        "dilated",
        "frames",
        "trained",
        "zero_state"
      })
  void agreesWithTensorflowInWeightsOutputsLayersAndGradients(String name, @TempDir Path folder)
      throws IOException {
    LoopModels model = LoopModels.of(name, unpacked);
    Path out = folder.resolve("out");
    BothEngines.convert(model.source(), model.read(), out);
    Report report = BothEngines.verify(model.source(), out, Optional.empty(), CHECKS);
    assertThat(report.checks())
        .as(report.summary())
        .hasSize(CHECKS.size())
        .allMatch(c -> c.verdict() == Verdict.MATCH);
  }

  @Test
  void stepsThatAreMaskedKeepTheStateAndTheAnswer(@TempDir Path folder) throws IOException {
    LoopModels model = LoopModels.of("masked", unpacked);
    Path out = folder.resolve("out");
    BothEngines.convert(model.source(), model.read(), out);
    Optional<Path> inputs = Optional.of(LoopModels.FILES.resolve("masked.npy"));
    Report report = BothEngines.verify(model.source(), out, inputs, CHECKS);
    assertThat(report.verdict()).as(report.summary()).isEqualTo(Verdict.MATCH);
  }

  /**
   * A loop has no backward kernel in TensorFlow-Java, and neither gradients nor layers may hang.
   */
  @Test
  void sayOfGradientsThatTheyAreHeldAlongDirections(@TempDir Path folder) throws IOException {
    LoopModels model = LoopModels.of("swapped", unpacked);
    Path out = folder.resolve("out");
    BothEngines.convert(model.source(), model.read(), out);
    Report report =
        BothEngines.verify(model.source(), out, Optional.empty(), Set.of("gradients", "training"));
    assertThat(report.checks().get(0).reason())
        .contains(
            "derivatives in float64 along seeded directions agree", "no gradient of the loop");
    assertThat(report.checks().get(1).reason()).contains("no gradient of the loop");
    assertThat(report.checks().get(1).verdict()).isEqualTo(Verdict.NOT_CHECKED);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "lstm             | nn.LSTM(3, 5, batch_first=True)",
        "gru              | nn.GRU(3, 5, batch_first=True)",
        "simple           | nn.RNN(3, 4, batch_first=True)",
        "simple_last      | nn.RNN(3, 4, nonlinearity='relu', batch_first=True)",
        "states           | StatefulLSTM(3, 4, batch_first=True)",
        "frames           | nn.LSTM(3, 4, batch_first=True)",
        "trained          | nn.LSTM(3, 4, batch_first=True)",
        "gru_reset_before | GruLoop()",
        "masked           | LstmLoop()",
        "zero_state       | self.constant.expand(x.size(0), 4)",
        "swapped          | StepsLoop()",
        "dilated          | nn.Conv2d(3, 4, kernel_size=(1, 2), dilation=(1, 4), bias=False)",
      })
  void aStepThatIsACellOfPytorchIsItsModule(String name, String made, @TempDir Path folder)
      throws IOException {
    LoopModels model = LoopModels.of(name, unpacked);
    BothEngines.convert(model.source(), model.read(), folder.resolve("out"));
    assertThat(Files.readString(folder.resolve("out/model.py")).replace('"', '\'')).contains(made);
  }

  @Test
  void whatAStepArrangesIsSaidOnce(@TempDir Path folder) throws IOException {
    LoopModels model = LoopModels.of("convolved", unpacked);
    BothEngines.convert(model.source(), model.read(), folder.resolve("out"));
    assertThat(Files.readString(folder.resolve("out/model.py")))
        .containsOnlyOnce("state_0.permute(0, 3, 1, 2)");
  }

  @Test
  void aFixedNumberOfStepsIsWrittenAsExportedProgramToo(@TempDir Path folder) throws IOException {
    LoopModels fixed = LoopModels.of("swapped", unpacked);
    BothEngines.convert(fixed.source(), fixed.read(), folder.resolve("fixed"));
    assertThat(folder.resolve("fixed/model.pt2")).exists();
    LoopModels free = LoopModels.of("written", unpacked);
    BothEngines.convert(free.source(), free.read(), folder.resolve("free"));
    assertThat(folder.resolve("free/model.pt2")).doesNotExist();
    assertThat(Files.readString(folder.resolve("free/conversion.json")))
        .contains("there is no model.pt2: a loop over time steps is unrolled");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "until   | while (StatelessWhile): it goes on as Less says, which is no comparison of the"
            + " number of steps",
        "prefix  | while (While): its answers are taken by TensorListGather",
        "shifted | while (While): it reads a sequence at another place than its step's",
      })
  void anotherWhileIsRefusedByName(String signature, String reason, @TempDir Path folder)
      throws IOException {
    refuses(LoopModels.refusedSignature(signature, unpacked), reason, folder);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "prefix      | while_prefix/while_context (While): of its answers some may be left out by"
            + " TensorArrayGatherV3",
        "first_three | while_first_three/while_context (While): of its answers some may be left out"
            + " by TensorArrayGatherV3_1",
        "picked      | while_picked/while_context (While): of its answers some may be left out by"
            + " TensorArrayGatherV3_2",
        "short       | while_short/while_context (fused.Loop): is a loop that makes a list of"
            + " another length than",
        "until       | while_until/while_context (While): it goes on as Less says",
        "nested      | while_nested/Merge (Merge)",
      })
  void anotherFrameIsRefusedByName(String output, String reason, @TempDir Path folder) {
    refuses(LoopModels.refusedFrame(output), reason, folder);
  }

  private static void refuses(LoopModels model, String reason, Path folder) {
    Path out = folder.resolve("out");
    assertThatThrownBy(() -> BothEngines.convert(model.source(), model.read(), out))
        .isInstanceOf(UnsupportedOperation.class)
        .hasMessageContaining(reason);
    assertThat(out).doesNotExist();
  }

  @Test
  void modelPyAndArchivesAnswerInPythonWhatTensorflowRecorded(@TempDir Path folder)
      throws Exception {
    String python = System.getenv().getOrDefault("TF2TORCH_PYTHON", "");
    Assumptions.assumeFalse(
        python.isEmpty(), "TF2TORCH_PYTHON names no interpreter: interop test skipped");
    for (String name : CASES.split(" ")) {
      LoopModels model = LoopModels.of(name, unpacked);
      BothEngines.convert(model.source(), model.read(), folder.resolve(name));
    }
    Path log = folder.resolve("log");
    Process process =
        new ProcessBuilder(
                python,
                "../interop/check_loops.py",
                LoopModels.FILES.resolve("recorded.npz").toString(),
                folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(log)).isZero();
    assertThat(Files.readAllLines(log)).hasSize(CASES.split(" ").length);
  }
}
