package io.github.tf2torch.verify.batchnorm;

import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.model.target.TorchModule;
import io.github.tf2torch.model.target.nn.BatchNorm;
import io.github.tf2torch.model.target.nn.BatchNorm1d;
import io.github.tf2torch.model.target.nn.BatchNorm2d;
import io.github.tf2torch.model.target.nn.BatchNorm3d;
import io.github.tf2torch.model.target.nn.BiasedBatchNorm;
import io.github.tf2torch.verify.cause.Decimal;
import io.github.tf2torch.verify.cause.Stretch;
import io.github.tf2torch.verify.dropout.Site;
import io.github.tf2torch.verify.opening.PythonLine;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import io.github.tf2torch.verify.run.Examination;
import io.github.tf2torch.verify.subject.Subject;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Why running statistics part: another momentum, which is the weight of the old value in TensorFlow
 * and of the new one in PyTorch; Bessel's correction; another epsilon. Each is undone at the first
 * batch normalization that differs, and the first with which it agrees is named.
 */
public final class BatchNormCause {
  private static final List<Float> MOMENTA =
      List.of(0.01f, 0.1f, 0.001f, 0.003f, 0.0003f, 0.05f, 0.2f, 0.5f);
  private static final List<Float> EPSILONS = List.of(1e-3f, 1e-5f, 1e-6f, 1e-4f, 1e-2f, 2e-5f);

  private final Examination examination;
  private final Site site;

  private BatchNormCause(Examination examination, Site site) {
    this.examination = examination;
    this.site = site;
  }

  private record Trial(String cause, UnaryOperator<TorchModule> remedy) {}

  /** In words; empty where nothing differs at a layer of its own, or no known cause explains it. */
  public static Optional<String> of(
      Examination examination, List<TensorResult> results, List<Site> sites) throws IOException {
    for (Site site : sites) {
      if (isWrong(results, site)) {
        return new BatchNormCause(examination, site).find();
      }
    }
    return Optional.empty();
  }

  private static boolean isWrong(List<TensorResult> results, Site site) {
    return results.stream()
        .anyMatch(
            r ->
                r.verdict() == Verdict.DIFFER
                    && (r.name().startsWith(site.path() + ".")
                        || r.name().startsWith(site.path() + " ")));
  }

  private Optional<String> find() throws IOException {
    for (Trial trial : trials(module())) {
      Subject subject = examination.subject();
      UnaryOperator<TorchModel> remedied = m -> with(subject.altered().apply(m), trial.remedy());
      Examination other = examination.of(subject.withAltered(remedied));
      if (!isWrong(BatchNormRun.of(other).results(), site)) {
        return Optional.of(
            "; "
                + site.path()
                + ": cause: "
                + trial.cause()
                + "; with that the difference vanishes"
                + PythonLine.behind(PythonLine.code(subject), Stretch.marksOfModule(site.path())));
      }
    }
    // of a model of one's own the layers have told what is wrong at inference
    return examination.subject().own().isPresent()
        ? Optional.empty()
        : Optional.of("; " + site.path() + ": no known cause makes the difference vanish");
  }

  /** As it runs, which is not as it was translated where a fault is planted. */
  private TorchModule module() {
    Map<String, TorchModule> modules =
        examination.subject().asConverted(List.of()).modules().stream()
            .collect(Collectors.toMap(TorchModel.Instance::path, TorchModel.Instance::module));
    return modules.get(site.path());
  }

  private static List<Trial> trials(TorchModule module) {
    BatchNorm plain = module instanceof BiasedBatchNorm b ? b.like() : (BatchNorm) module;
    boolean isBiased = module instanceof BiasedBatchNorm;
    List<Trial> all = new ArrayList<>();
    all.add(
        isBiased
            ? new Trial(
                "TensorFlow's running variance has Bessel's correction, as its fused kernel gives"
                    + " it: use PyTorch's own BatchNorm",
                m -> plain)
            : new Trial(
                "TensorFlow's running variance is that of the batch itself, without Bessel's"
                    + " correction: use BiasedBatchNorm",
                m -> new BiasedBatchNorm(plain)));
    List<Float> momenta = new ArrayList<>(List.of(complement(plain.momentum())));
    momenta.addAll(MOMENTA);
    momenta.stream()
        .filter(momentum -> momentum != plain.momentum())
        .forEach(
            momentum ->
                all.add(
                    new Trial(
                        "momentum "
                            + Decimal.of(momentum)
                            + " of PyTorch's kind, which is 1 less TensorFlow's, "
                            + Decimal.of(plain.momentum())
                            + " here: set momentum="
                            + Decimal.of(momentum),
                        m -> with(m, plain.eps(), momentum))));
    EPSILONS.stream()
        .filter(eps -> eps != plain.eps())
        .forEach(
            eps ->
                all.add(
                    new Trial(
                        "epsilon "
                            + Decimal.of(eps)
                            + " in TensorFlow, "
                            + Decimal.of(plain.eps())
                            + " here: set eps="
                            + Decimal.of(eps),
                        m -> with(m, eps, plain.momentum()))));
    return all;
  }

  /** What is left to 1, of the decimal that people write. */
  private static float complement(float momentum) {
    return BigDecimal.ONE.subtract(new BigDecimal(Float.toString(momentum))).floatValue();
  }

  private static TorchModule with(TorchModule module, float eps, float momentum) {
    if (module instanceof BiasedBatchNorm b) {
      return new BiasedBatchNorm((BatchNorm) with(b.like(), eps, momentum));
    }
    if (module instanceof BatchNorm1d b) {
      return new BatchNorm1d(b.numFeatures(), eps, momentum, b.dtype());
    }
    if (module instanceof BatchNorm2d b) {
      return new BatchNorm2d(b.numFeatures(), eps, momentum, b.dtype());
    }
    if (module instanceof BatchNorm3d b) {
      return new BatchNorm3d(b.numFeatures(), eps, momentum, b.dtype());
    }
    return module;
  }

  private TorchModel with(TorchModel model, UnaryOperator<TorchModule> remedy) {
    return model.withModules(
        model.modules().stream()
            .map(
                m ->
                    m.path().equals(site.path())
                        ? new TorchModel.Instance(m.path(), remedy.apply(m.module()))
                        : m)
            .toList());
  }
}
