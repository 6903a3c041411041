package io.github.tf2torch.verify.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.convert.ConvertOptions;
import io.github.tf2torch.convert.Converter;
import io.github.tf2torch.convert.Progress;
import io.github.tf2torch.convert.Source;
import io.github.tf2torch.model.target.TorchModule;
import io.github.tf2torch.model.target.nn.Dropout;
import io.github.tf2torch.verify.opening.Opening;
import io.github.tf2torch.verify.report.CheckResult;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import io.github.tf2torch.verify.run.Examination;
import io.github.tf2torch.verify.subject.InputChoice;
import io.github.tf2torch.verify.subject.Subject;
import io.github.tf2torch.verify.subject.VerifyRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Dropout under a fed share with seeds, and three kinds of it without, in one graph. */
class DropoutCheckTest {
  private static final Path SEEDED =
      Path.of("../converter/src/test/resources/metagraph/momentum/model.ckpt.meta");
  private static final Path FROZEN =
      Path.of("../converter/src/test/resources/trainingprogram/adam/model-250.meta");
  private static final Path UNSEEDED = Path.of("src/test/resources/trainingform/drops/model.meta");

  @TempDir Path folder;

  private CheckResult check(Path source, UnaryOperator<TorchModule> fault) throws IOException {
    Path out = folder.resolve("out");
    try (Source opened = Source.open(source)) {
      Converter.convert(opened, out, ConvertOptions.defaults(), Progress.silent());
    }
    VerifyRequest request =
        VerifyRequest.of(source, out, InputChoice.drawn(1, 3, 5), Set.of("dropout"));
    try (Subject subject = Opening.of(request)) {
      return new DropoutCheck()
          .run(
              new Examination(
                  subject.withAltered(m -> BatchNormCheckTest.withModules(m, fault)),
                  Progress.silent()));
    }
  }

  @Test
  void tensorflowDrawsWhatPhiloxDrawsAndBothSidesAgreeUnderItsMasks() throws IOException {
    CheckResult check = check(SEEDED, UnaryOperator.identity());
    assertThat(check.verdict()).as(check.reason()).isEqualTo(Verdict.MATCH);
    assertThat(check.largestError64()).isLessThan(1e-14);
    assertThat(check.tensors().stream().map(TensorResult::name))
        .contains(
            "dropout drawn in run 1",
            "dropout drawn in run 2",
            "output logits with TensorFlow's masks",
            "output logits with PyTorch's masks");
    assertThat(check.tensors().get(0).reason()).endsWith("seeds 87654321 and 1");
  }

  @Test
  void aGraphWithoutSeedsIsGivenSome() throws IOException {
    CheckResult check = check(UNSEEDED, UnaryOperator.identity());
    assertThat(check.verdict()).as(check.reason()).isEqualTo(Verdict.MATCH);
    assertThat(check.tensors().get(0).reason()).contains("given here since the graph has none");
  }

  /** Training subtracts the batch's mean, which the conversion says that it does not do. */
  @Test
  void aChoiceByTheFlagThatWasNotConvertedIsNoFaultOfDropout() throws IOException {
    CheckResult check = check(FROZEN, UnaryOperator.identity());
    assertThat(check.verdict()).as(check.reason()).isEqualTo(Verdict.NOT_CHECKED);
    assertThat(check.reason())
        .contains("another model trains there: norm/cond/Merge is computed as at inference");
  }

  @Test
  void anotherShareIsFound() throws IOException {
    CheckResult check = check(UNSEEDED, m -> m instanceof Dropout ? new Dropout(0.35f) : m);
    assertThat(check.firstDifference().map(TensorResult::name))
        .hasValue("output logits with PyTorch's masks");
  }
}
