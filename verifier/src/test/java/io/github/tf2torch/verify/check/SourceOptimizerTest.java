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
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Sources that TensorFlow had trained for ten steps, trained on by a loss that is none of theirs.
 */
public class SourceOptimizerTest {
  private static final Path CONVERTER = Path.of("../converter/src/test/resources");

  private static CheckResult training(Path source, Path out, boolean stock) throws IOException {
    try (Source opened = Source.open(source)) {
      ConvertOptions options = ConvertOptions.defaults().withStockOptimizer(stock);
      Converter.convert(opened, out, options, Progress.silent());
    }
    return verified(source, out);
  }

  private static CheckResult verified(Path source, Path out) throws IOException {
    VerifyRequest request =
        VerifyRequest.of(source, out, InputChoice.drawn(1, 6, 64), Set.of("training"));
    return Verification.run(request, Progress.silent()).checks().get(0);
  }

  /** An archive's entries that begin so. */
  private static Path extracted(String name, Path folder, String file) throws IOException {
    return extracted(Path.of("src/test/resources/optimizer/sources.zip"), name, folder, file);
  }

  public static Path extracted(Path archive, String name, Path folder, String file)
      throws IOException {
    try (ZipFile zip = new ZipFile(archive.toFile())) {
      for (ZipEntry entry : zip.stream().toList()) {
        if (entry.getName().startsWith(name + "/")) {
          Path place = folder.resolve(entry.getName().substring(name.length() + 1));
          Files.write(place, zip.getInputStream(entry).readAllBytes());
        }
      }
    }
    return folder.resolve(file);
  }

  private static Path extracted(String name, Path folder) throws IOException {
    Path file = folder.resolve(name);
    try (InputStream in =
        new GZIPInputStream(
            Files.newInputStream(CONVERTER.resolve("keras").resolve(name + ".gz")))) {
      Files.copy(in, file);
    }
    return file;
  }

  @ParameterizedTest
  @CsvSource({
    "optimizer_sgd.keras, SGD, ''",
    "optimizer_sgd_momentum.keras, KerasSGD, velocity",
    "optimizer_adam.keras, KerasAdam, m",
    "optimizer_adam.h5, KerasAdam, v",
    "optimizer_adam_amsgrad.keras, KerasAdam, vhat",
    "optimizer_rmsprop.keras, KerasRMSprop, rms",
    "optimizer_rmsprop_centered.keras, KerasRMSprop, mean",
    "optimizer_adagrad.keras, KerasAdagrad, accumulator",
    "optimizer_adadelta.keras, Adadelta, acc_delta",
    "optimizer_adamax.keras, KerasAdamax, norm",
    "keras_2_1_3_rmsprop.h5, RMSprop, square_avg",
  })
  void stepsInBothFromItsSlots(String name, String optimizer, String slot, @TempDir Path folder)
      throws IOException {
    agrees(training(extracted(name, folder), folder.resolve("out"), false), optimizer, slot);
  }

  @ParameterizedTest
  @CsvSource({
    "keras3_AdamW, model.keras, KerasAdamW, v",
    "keras2_momentum, model.h5, KerasSGD, velocity",
    "keras2_Nesterov, model.h5, KerasSGD, velocity",
    "keras2_Adam, model.h5, KerasAdam, m",
    "keras2_Adam_amsgrad, model.h5, KerasAdam, vhat",
    "keras2_RMSprop, model.h5, RMSprop, square_avg",
    "keras2_RMSprop_centered, model.h5, RMSprop, grad_avg",
    "keras2_RMSprop_momentum, model.h5, KerasRMSprop, velocity",
    "keras2_Adagrad, model.h5, Adagrad, sum",
    "keras2_Adadelta, model.h5, Adadelta, acc_delta",
    "tf1_Momentum, model.ckpt.meta, SGD, momentum_buffer",
    "tf1_Adam, model.ckpt.meta, TensorFlowAdam, v",
    "tf1_RMSProp, model.ckpt.meta, TensorFlowRMSprop, rms",
    "tf1_Adagrad, model.ckpt.meta, Adagrad, sum",
    "keras2_Adamax, model.h5, KerasAdamax, norm",
    "keras2_Ftrl, model.h5, TensorFlowFtrl, linear",
    "tf1_Ftrl, model.ckpt.meta, TensorFlowFtrl, accumulator",
    "tf1_ProximalAdagrad, model.ckpt.meta, TensorFlowProximalAdagrad, accumulator",
    "tf1_AdaMax, model.ckpt.meta, TensorFlowAdamax, norm",
    "keras2_Nadam, model.h5, KerasNadam, m",
    "keras3_Nadam, model.keras, KerasNadam, v",
    "keras3_Ftrl_options, model.keras, TensorFlowFtrl, linear",
    "keras3_Lion, model.keras, KerasLion, m",
    "keras3_Lamb, model.keras, KerasLamb, v",
    "keras3_Adafactor, model.keras, KerasAdafactor, row",
    "keras3_SGD_options, model.keras, KerasSGD, velocity",
    "keras3_Adadelta_clipnorm, model.keras, KerasAdadelta, acc_delta",
    "BERT_AdamWeightDecay, model.ckpt.meta, BertAdam, m",
    "BERT_LAMB, model.ckpt.meta, BertLamb, v",
    "Mesh_Adafactor, model.ckpt.meta, MeshAdafactor, column",
  })
  void stepsByTensorflowsKernels(
      String name, String file, String optimizer, String slot, @TempDir Path folder)
      throws IOException {
    Path source = extracted(name, folder, file);
    agrees(training(source, folder.resolve("out"), false), optimizer, slot);
  }

  @ParameterizedTest
  @CsvSource({
    "keras3_global_clipnorm, velocity, global_clipnorm",
    "keras3_Adam_accumulation, gradient_accumulator, gradient_accumulation_steps",
    "keras3_Adam_average, average, ema_overwrite_frequency",
    "keras3_Adam_loss_scale_factor, m, loss_scale_factor",
    "keras3_LossScaleOptimizer_average, average, grad_scaler",
  })
  void doesInBothWhatGoesAroundTheStep(String name, String slot, String said, @TempDir Path folder)
      throws IOException {
    Path source = extracted(name, folder, "model.keras");
    CheckResult check = training(source, folder.resolve("out"), false);
    agrees(check, "Keras", slot);
    assertThat(check.reason()).contains(said, "around the step");
    assertThat(check.tensors().stream().anyMatch(t -> t.name().equals("loss scale")))
        .isEqualTo(said.equals("grad_scaler"));
  }

  @ParameterizedTest
  @CsvSource({
    "keras3_ExponentialDecay, ExponentialLR",
    "keras3_PiecewiseConstantDecay_one_factor, MultiStepLR",
    "keras3_PolynomialDecay_linear, LinearLR",
    "keras3_CosineDecay_warm-up, LambdaLR",
    "keras3_CosineDecayRestarts, CosineAnnealingWarmRestarts",
  })
  void aScheduleGivesInBothTheSameRates(String name, String scheduler, @TempDir Path folder)
      throws IOException {
    Path source = extracted(name, folder, "model.keras");
    Path out = folder.resolve("out");
    CheckResult check = training(source, out, false);
    agrees(check, "Keras", "velocity");
    assertThat(check.reason()).contains("at the rates of " + scheduler);
    assertThat(check.tensors().get(0).name()).isEqualTo("learning rate");
    Path told = out.resolve("conversion.json");
    String right = Files.readString(told);
    String wrong =
        right
            .replaceFirst("\"last_epoch\" ?: ?10", "\"last_epoch\": 11")
            .replaceFirst("\"(gamma|end_factor|T_0|alpha)\" ?: ?[0-9.]+", "\"$1\": 3");
    assertThat(wrong).isNotEqualTo(right);
    Files.writeString(told, wrong);
    CheckResult other = verified(source, out);
    assertThat(other.verdict()).as(other.reason()).isEqualTo(Verdict.DIFFER);
    assertThat(other.firstDifference().orElseThrow().reason()).contains(scheduler + " gives");
  }

  /** Trained in float64. */
  @ParameterizedTest
  @CsvSource({
    "options.zip, tf1_Adam_global_norm, ', with global_clipnorm around the step', false",
    "options.zip, tf1_Adam_norm, ', with clipnorm around the step', false",
    "options.zip, tf1_Adam_clip_by_value, ', with clipvalue around the step', false",
    "options.zip, tf1_Momentum_two_rates, of SGD from optimizer.pt, false",
    "options.zip, tf1_exponential_decay, of SGD from optimizer.pt, true",
    "rates.zip, BERT_warm-up_and_decay, of SGD from optimizer.pt, true",
  })
  void aGraphsOwnTrainOpClipsAndDecaysAsTheConversionDoes(
      String archive, String name, String said, boolean decays, @TempDir Path folder)
      throws IOException {
    Path recorded = CONVERTER.resolve("optimizer").resolve(archive);
    Path source = extracted(recorded, name, folder, "model.ckpt.meta");
    CheckResult check = training(source, folder.resolve("out"), false);
    assertThat(check.verdict()).as(check.reason()).isEqualTo(Verdict.MATCH);
    assertThat(check.reason()).contains("the graph's own train op", said);
    assertThat(check.tensors().stream().anyMatch(t -> t.name().equals("learning rate")))
        .isEqualTo(decays);
    assertThat(check.largestError64()).isLessThan(1e-12);
  }

  private static void agrees(CheckResult check, String optimizer, String slot) {
    assertThat(check.verdict()).as(check.reason()).isEqualTo(Verdict.MATCH);
    assertThat(check.reason())
        .contains(
            "source's optimizer", "and of " + optimizer, " from optimizer.pt", "synthetic loss");
    assertThat(check.tensors()).allMatch(t -> t.verdict() == Verdict.MATCH);
    assertThat(check.tensors().stream().map(TensorResult::name))
        .anyMatch(n -> slot.isEmpty() ? n.endsWith(".weight") : n.startsWith(slot + " of "));
    assertThat(check.largestError64()).isLessThan(1e-12);
  }

  @ParameterizedTest
  @CsvSource({
    "keras3_AdamW, model.keras, AdamW",
    "keras3_Nadam, model.keras, NAdam",
    "keras3_SGD_options, model.keras, SGD",
    "keras2_momentum, model.h5, SGD",
    "keras2_Adam_amsgrad, model.h5, Adam",
    "keras2_Adamax, model.h5, Adamax",
    "keras2_RMSprop_momentum, model.h5, RMSprop",
    "tf1_Adam, model.ckpt.meta, Adam",
    "tf1_AdaMax, model.ckpt.meta, Adamax",
    "tf1_RMSProp, model.ckpt.meta, RMSprop",
    "BERT_AdamWeightDecay, model.ckpt.meta, AdamW",
  })
  void theNearestOfTorchOptimIsAsNearAsTheConversionSays(
      String name, String file, String optimizer, @TempDir Path folder) throws IOException {
    Path source = extracted(name, folder, file);
    Path out = folder.resolve("out");
    CheckResult check = training(source, out, true);
    assertThat(check.verdict()).as(check.reason()).isEqualTo(Verdict.MATCH);
    assertThat(check.reason())
        .contains("and of " + optimizer + " of torch.optim, as near as the conversion says");
    assertThat(check.tensors().stream().map(TensorResult::name)).contains("out.weight");
    OptimizerArchive archive = new OptimizerArchive(out.resolve("optimizer.pt"));
    archive.number("lr", v -> 3 * v);
    archive.write();
    assertThat(verified(source, out).verdict()).isEqualTo(Verdict.DIFFER);
  }

  @Test
  void anotherIsTakenAndSaidWhereNoStepIsKnown(@TempDir Path folder) throws IOException {
    Path source = extracted("keras3_Adafactor", folder, "model.keras");
    CheckResult check = training(source, folder.resolve("out"), true);
    assertThat(check.verdict()).as(check.reason()).isEqualTo(Verdict.MATCH);
    assertThat(check.reason())
        .contains(
            "synthetic optimizer: SGD",
            "the source's own is not stepped: optimizer.pt is for Adafactor, whose steps are not");
  }

  /** A moment that is 1 % larger on PyTorch's side alone. */
  @Test
  void aSlotThatIsOffIsFound(@TempDir Path folder) throws IOException {
    Path source = extracted("keras2_Adam", folder, "model.h5");
    Path out = folder.resolve("out");
    training(source, out, false);
    StoredZip.enlarge(out.resolve("optimizer.pt"), "optimizer/data/0");
    CheckResult check = verified(source, out);
    assertThat(check.verdict()).isEqualTo(Verdict.DIFFER);
    assertThat(check.tensors().get(0).verdict()).as("loss 1").isEqualTo(Verdict.MATCH);
    assertThat(check.tensors().stream().filter(t -> t.verdict() == Verdict.DIFFER))
        .extracting(TensorResult::name)
        .contains("dense.weight", "m of dense.weight");
  }
}
