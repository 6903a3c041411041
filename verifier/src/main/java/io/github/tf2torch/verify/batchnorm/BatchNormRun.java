package io.github.tf2torch.verify.batchnorm;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.model.target.TorchModule;
import io.github.tf2torch.model.target.nn.BatchNorm;
import io.github.tf2torch.model.target.nn.BiasedBatchNorm;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.dropout.Site;
import io.github.tf2torch.verify.engine.Precision;
import io.github.tf2torch.verify.judge.Comparison;
import io.github.tf2torch.verify.judge.FourRuns;
import io.github.tf2torch.verify.judge.ZeroMean;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import io.github.tf2torch.verify.run.Engines;
import io.github.tf2torch.verify.run.Examination;
import io.github.tf2torch.verify.subject.Subject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A few batches through both frameworks in training mode, without a step of an optimizer. */
public final class BatchNormRun {
  /**
   * Each batch normalization divides by the spread of a few examples, rounding included: of both
   * frameworks' float32, more is left after a deep network than at inference. Float64 and the rule
   * that compares each with its own rounding stay as they are.
   */
  private static final double AMPLIFIED = 10;

  private static final double NOISE_FACTOR = Comparison.NOISE_FACTOR;

  /** Of float64 to float32 is 2^-29; what a few examples amplify varies by less than 2^9. */
  private static final double FINER_UNIT = 0x1p-20;

  private final Examination examination;
  private final NormalizedBatches batches;
  private final TensorFlowBatches tensorflow;

  private BatchNormRun(Examination examination, List<Site> sites) throws IOException {
    this.examination = examination;
    this.batches = NormalizedBatches.of(examination.subject(), sites);
    this.tensorflow = new TensorFlowBatches(batches);
  }

  /**
   * What was compared.
   *
   * @param how where TensorFlow's side comes from
   */
  public record Outcome(List<TensorResult> results, String how) {
    public Outcome {
      results = List.copyOf(results);
    }
  }

  public static List<Site> sites(TorchModel model) {
    return Site.of(model, m -> m instanceof BatchNorm || m instanceof BiasedBatchNorm);
  }

  public static Outcome of(Examination examination) throws IOException {
    List<Site> sites = sites(examination.subject().torch());
    try (Engines engines = new Engines(examination.subject())) {
      return new BatchNormRun(examination, sites).all(engines);
    }
  }

  private Outcome all(Engines engines) throws IOException {
    Subject subject = examination.subject();
    TorchBatches torch = new TorchBatches(batches);
    step("TensorFlow in float32", 0);
    List<Map<Endpoint, TensorValue>> uniform = new ArrayList<>();
    TensorFlowBatches.Side tf32 = tensorflow.run(Precision.FLOAT32, uniform, examination);
    step("TensorFlow in float64", 1);
    TensorFlowBatches.Side tf64 = tensorflow.run(Precision.FLOAT64, uniform, examination);
    step("PyTorch in float64", 2);
    Map<String, TensorValue> torch64 = torch.run(engines, DType.FLOAT64, tf64.factors());
    step("PyTorch in float32", 3);
    Map<String, TensorValue> torch32 = torch.run(engines, DType.FLOAT32, tf32.factors());
    step("comparing", 4);
    List<TensorResult> results =
        new FourRuns(tf64.values(), torch64, tf32.values(), torch32)
            .judged(
                subject::judgement,
                AMPLIFIED * subject.request().tolerance(),
                name -> tf64.isFloat64() && !tensorflow.isSummed(name));
    step("comparing", 5);
    ZeroMean zero = new ZeroMean(tf64.values(), torch64, AMPLIFIED * subject.request().tolerance());
    return new Outcome(results.stream().map(this::explained).map(zero::explained).toList(), how());
  }

  /**
   * Whether both frameworks are as far from the truth as rounding takes them: TensorFlow's own
   * float32 is off by so much that a float64 which is a million times closer says no more. A
   * mistake would part both types alike.
   */
  private static boolean isRounding(TensorResult result) {
    double own = result.noise() > 0 ? result.error() / result.noise() : result.error();
    boolean isAsFar =
        result.noise() <= NOISE_FACTOR * NOISE_FACTOR || result.name().endsWith(Compared.SQUARES);
    return isAsFar && result.error64() <= Math.max(Comparison.FLOAT64_BOUND, own * FINER_UNIT);
  }

  private TensorResult explained(TensorResult result) {
    if (result.verdict() == Verdict.DIFFER && isRounding(result)) {
      return result.with(
          Verdict.NOT_CHECKED,
          "the statistics of so few examples amplify rounding: " + result.reason());
    }
    return result.verdict() == Verdict.MATCH && tensorflow.isSummed(result.name())
        ? result.with(
            Verdict.MATCH,
            "judged in float32 alone: TensorFlow's shares of old and new are two float32 numbers,"
                + " whose sum is not quite one")
        : result;
  }

  private String how() {
    if (examination.subject().own().isPresent()) {
      return "from TensorFlow's momentum and epsilon, dropout off; " + amplified();
    }
    List<String> said = new ArrayList<>();
    int all = batches.sites().size();
    if (tensorflow.switched() < all) {
      said.add("the graph's own training form");
    }
    if (tensorflow.switched() > 0) {
      said.add(
          tensorflow.switched()
              + " of "
              + all
              + " operations of a graph that has lost its training form switched to training");
    }
    if (!tensorflow.movesAll()) {
      said.add("the momentum of running statistics assumed as converted");
    }
    said.add(amplified());
    return String.join("; ", said);
  }

  private String amplified() {
    return "float32 to %.0e, since the statistics of a few examples amplify rounding"
        .formatted(AMPLIFIED * examination.subject().request().tolerance());
  }

  private void step(String what, int done) {
    examination.progress().step("batchnorm: " + what, done, 5);
  }

  public static BatchNorm module(TorchModule module) {
    return module instanceof BiasedBatchNorm b ? b.like() : (BatchNorm) module;
  }
}
