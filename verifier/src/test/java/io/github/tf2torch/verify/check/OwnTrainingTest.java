package io.github.tf2torch.verify.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.convert.ConvertOptions;
import io.github.tf2torch.convert.Converter;
import io.github.tf2torch.convert.Progress;
import io.github.tf2torch.convert.Source;
import io.github.tf2torch.verify.report.CheckResult;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import io.github.tf2torch.verify.subject.InputChoice;
import io.github.tf2torch.verify.subject.VerifyRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Training graphs of TF1 programs, stepped by their own train op and by what they convert to. */
class OwnTrainingTest {
  private static final Path FORMS = Path.of("src/test/resources/trainingform");
  private static final Path CONVERTER = Path.of("../converter/src/test/resources");

  private static CheckResult training(Path source, Path out) throws IOException {
    VerifyRequest request =
        VerifyRequest.of(source, out, InputChoice.drawn(1, 6, 64), Set.of("training"));
    return Verification.run(request, Progress.silent()).checks().get(0);
  }

  private static void convert(Path source, Path out) throws IOException {
    try (Source opened = Source.open(source)) {
      Converter.convert(opened, out, ConvertOptions.defaults(), Progress.silent());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "metagraph/adam/model.ckpt.meta, TensorFlowAdam, m of conv.weight",
    "metagraph/momentum/model.ckpt.meta, SGD, momentum_buffer of fc2.weight",
    "metagraph/rmsprop/model.ckpt.meta, TensorFlowRMSprop, rms of conv.weight",
    "trainingprogram/rmsprop/model.meta, TensorFlowRMSprop, mean of w.weight",
    "layers/model.meta, SGD, norm.running_var",
    "layers_v2/model.meta, SGD, rows_norm.running_var",
    "slim/model.meta, SGD, rows_norm.running_mean",
    "plain/model.meta, SGD, rows_norm.weight",
    "always/model.meta, SGD, norm.running_mean",
    "always_v2/model.meta, SGD, norm.running_var",
  })
  void lossesParametersSlotsAndStatisticsAreTensorflows(
      String name, String optimizer, String tensor, @TempDir Path folder) throws IOException {
    Path source =
        (name.contains("/model.ckpt") || name.startsWith("training") ? CONVERTER : FORMS)
            .resolve(name);
    Path out = folder.resolve("out");
    convert(source, out);
    CheckResult check = training(source, out);
    assertThat(check.verdict()).as(check.reason()).isEqualTo(Verdict.MATCH);
    assertThat(check.reason()).contains("the graph's own train op", optimizer);
    assertThat(check.tensors().stream().map(TensorResult::name)).contains("loss 5", tensor);
    assertThat(check.tensors().stream().filter(t -> t.verdict() == Verdict.NOT_CHECKED)).isEmpty();
    assertThat(check.largestError64()).isLessThan(1e-12);
  }

  /** Without a switch and without seeds, which are given here; by Switch and Merge; by If. */
  @ParameterizedTest
  @CsvSource({"drops", "cond", "cond_v2"})
  void dropoutDropsTheSameInBoth(String name, @TempDir Path folder) throws IOException {
    Path source = FORMS.resolve(name).resolve("model.meta");
    Path out = folder.resolve("out");
    convert(source, out);
    CheckResult check = training(source, out);
    assertThat(check.verdict()).as(check.reason()).isEqualTo(Verdict.MATCH);
    assertThat(check.reason()).contains("dropout by TensorFlow's masks in both");
    assertThat(check.tensors().stream().map(TensorResult::name))
        .contains("loss 5", "norm.running_var", "rows.weight");
    assertThat(check.largestError64()).isLessThan(1e-12);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "trainingprogram/adam/model-250.meta | computed as at inference, in training too",
        "trainingprogram/pipeline/model.meta | fed with what is not known: IteratorGetNext",
      })
  void whatCanNotBeStepedIsNotChecked(String name, String reason, @TempDir Path folder)
      throws IOException {
    Path source = (name.startsWith("training") ? CONVERTER : FORMS).resolve(name);
    Path out = folder.resolve("out");
    convert(source, out);
    CheckResult check = training(source, out);
    assertThat(check.verdict()).as(check.reason()).isEqualTo(Verdict.NOT_CHECKED);
    assertThat(check.reason()).contains("the graph's own train op", reason);
  }

  @Test
  void anOptimizerThatIsOnlyNearIsNotStepped(@TempDir Path folder) throws IOException {
    Path source = CONVERTER.resolve("metagraph/adam/model.ckpt.meta");
    Path out = folder.resolve("out");
    try (Source opened = Source.open(source)) {
      ConvertOptions near = ConvertOptions.defaults().withStockOptimizer(true);
      Converter.convert(opened, out, near, Progress.silent());
    }
    CheckResult check = training(source, out);
    assertThat(check.verdict()).as(check.reason()).isEqualTo(Verdict.NOT_CHECKED);
    assertThat(check.reason()).contains("optimizer.pt is for torch.optim.Adam", "near");
  }

  @Test
  void aSlotThatIsOffIsFound(@TempDir Path folder) throws IOException {
    Path source = CONVERTER.resolve("metagraph/momentum/model.ckpt.meta");
    Path out = folder.resolve("out");
    convert(source, out);
    StoredZip.enlarge(out.resolve("optimizer.pt"), "optimizer/data/0");
    CheckResult check = training(source, out);
    assertThat(check.verdict()).isEqualTo(Verdict.DIFFER);
    assertThat(check.tensors().get(0).name()).isEqualTo("loss 1");
    assertThat(check.tensors().get(0).verdict()).isEqualTo(Verdict.MATCH);
    assertThat(check.tensors().stream().filter(t -> t.verdict() == Verdict.DIFFER))
        .extracting(TensorResult::name)
        .contains("conv.weight", "momentum_buffer of conv.weight");
  }
}
