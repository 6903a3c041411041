package io.github.tf2torch.verify.own;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.model.target.nn.BatchNorm;
import io.github.tf2torch.model.target.nn.BatchNorm2d;
import io.github.tf2torch.model.target.nn.BiasedBatchNorm;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.verify.batchnorm.BatchNormRun;
import io.github.tf2torch.verify.dropout.DropoutMasks;
import io.github.tf2torch.verify.dropout.Site;
import io.github.tf2torch.verify.run.TrainingSide;
import io.github.tf2torch.verify.subject.OwnModel;
import io.github.tf2torch.verify.subject.Subject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A model of one's own with its batch normalizations as modules that train, at the places of
 * TensorFlow's. The code of a trace has them at inference for good, with the momentum that they
 * train with.
 */
public final class OwnBatchNorm {
  private static final String OPERATOR = "batch_norm";

  /** Of ATen's batch_norm, behind the input. */
  private static final List<String> TENSORS =
      List.of("weight", "bias", "running_mean", "running_var");

  private static final int MOMENTUM = 6;
  private static final int EPS = 7;

  private OwnBatchNorm() {}

  /**
   * What there is to be run, or why nothing is.
   *
   * @param subject whose modules are TensorFlow's, altered into those of the model at hand
   * @param withoutBessel where TensorFlow's running variance is that of the batch itself, which no
   *     module of PyTorch's has
   */
  public record Form(Optional<Subject> subject, List<String> withoutBessel, String reason) {
    public Form {
      withoutBessel = List.copyOf(withoutBessel);
    }

    private static Form not(String why) {
      return new Form(Optional.empty(), List.of(), why);
    }
  }

  /** Of a model whose layers were looked for. */
  public static Form of(OwnLayers found) throws IOException {
    return found.subject().isPresent() ? of(found.subject().get()) : Form.not(found.reason());
  }

  /** Whether TensorFlow's graph draws masks in training, which nothing here could be given. */
  private static boolean isDropping(Subject subject) throws IOException {
    Optional<TorchModel> likeness = subject.own().flatMap(OwnModel::likeness);
    return likeness.isPresent()
        && !DropoutMasks.of(likeness.get(), TrainingSide.of(subject, List.of()).graph())
            .dropouts()
            .isEmpty();
  }

  private static Form of(Subject subject) throws IOException {
    if (isDropping(subject)) {
      return Form.not(
          "TensorFlow's graph drops out in training, and its masks can't be given to the model");
    }
    Map<Endpoint, Site> there = new LinkedHashMap<>();
    subject
        .own()
        .flatMap(OwnModel::likeness)
        .ifPresent(m -> BatchNormRun.sites(m).forEach(s -> there.put(s.output(), s)));
    Map<String, Endpoint> places = new LinkedHashMap<>();
    subject.torch().taps().forEach(t -> places.putIfAbsent(t.value(), t.source()));
    List<TorchModel.Instance> right = new ArrayList<>();
    List<TorchModel.Instance> here = new ArrayList<>();
    List<String> withoutBessel = new ArrayList<>();
    List<Statement> body = new ArrayList<>();
    for (Statement statement : subject.torch().body()) {
      if (!(statement instanceof Statement.Assign assign
          && assign.value() instanceof Expr.Aten call
          && call.operator().equals(OPERATOR))) {
        body.add(statement);
        continue;
      }
      Optional<String> path = path(subject, call);
      Optional<Site> site =
          Optional.ofNullable(places.get(assign.targets().get(0))).map(there::get);
      if (path.isEmpty() || site.isEmpty()) {
        return Form.not(
            path.map(p -> p + " is at no BatchNorm of TensorFlow's")
                .orElse("it calls batch_norm with tensors that are no nn.BatchNorm's"));
      }
      BatchNorm like = BatchNormRun.module(site.get().module());
      right.add(instance(path.get(), like.numFeatures(), like.eps(), like.momentum()));
      here.add(instance(path.get(), like.numFeatures(), number(call, EPS), number(call, MOMENTUM)));
      if (site.get().module() instanceof BiasedBatchNorm) {
        withoutBessel.add(path.get());
      }
      body.add(
          new Statement.Assign(
              assign.targets(), new Expr.ModuleCall(path.get(), call.arguments().subList(0, 1))));
    }
    TorchModel model = subject.torch().withModules(right).withBody(body);
    Subject trained =
        subject
            .withTranslation(subject.translation().withModel(model))
            .withAltered(m -> m.withModules(here));
    return new Form(Optional.of(trained), withoutBessel, "");
  }

  private static TorchModel.Instance instance(String path, long features, float eps, float share) {
    // forward is the same whatever the rank
    return new TorchModel.Instance(path, new BatchNorm2d(features, eps, share, DType.FLOAT32));
  }

  private static float number(Expr.Aten call, int at) {
    Expr argument = call.arguments().get(at);
    return argument instanceof Expr.FloatLiteral e
        ? e.value()
        : argument instanceof Expr.IntLiteral e ? e.value() : Float.NaN;
  }

  /** Of the module whose tensors are passed; empty where they are not those of one. */
  private static Optional<String> path(Subject subject, Expr.Aten call) {
    if (call.arguments().size() <= EPS
        || !(call.arguments().get(1) instanceof Expr.Attribute weight)
        || !weight.path().endsWith("." + TENSORS.get(0))) {
      return Optional.empty();
    }
    String path = weight.path().substring(0, weight.path().lastIndexOf('.'));
    boolean isModule =
        IntStream.range(0, TENSORS.size())
            .allMatch(
                i ->
                    call.arguments()
                        .get(1 + i)
                        .equals(new Expr.Attribute(path + "." + TENSORS.get(i))));
    boolean isCounted =
        subject.torch().tensors().stream()
            .anyMatch(t -> t.name().equals(path + ".num_batches_tracked"));
    return isModule
            && isCounted
            && !Float.isNaN(number(call, MOMENTUM))
            && !Float.isNaN(number(call, EPS))
        ? Optional.of(path)
        : Optional.empty();
  }
}
