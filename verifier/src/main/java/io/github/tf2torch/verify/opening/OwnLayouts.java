package io.github.tf2torch.verify.opening;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Signature;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.model.target.Layout;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.translate.Translation;
import io.github.tf2torch.verify.engine.EngineFailure;
import io.github.tf2torch.verify.engine.RunResult;
import io.github.tf2torch.verify.engine.TensorView;
import io.github.tf2torch.verify.judge.Arrangement;
import io.github.tf2torch.verify.judge.Distance;
import io.github.tf2torch.verify.judge.Distances;
import io.github.tf2torch.verify.judge.HeldOrder;
import io.github.tf2torch.verify.run.Engines;
import io.github.tf2torch.verify.subject.OwnModel;
import io.github.tf2torch.verify.subject.Subject;
import io.github.tf2torch.verify.trace.TraceFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * In which order of axes a user's own model takes inputs and gives outputs. Both orders are tried
 * where none is chosen: that with which the model runs, and of two the one whose outputs are nearer
 * to TensorFlow's; the report says which were tried.
 */
final class OwnLayouts {
  private final Subject subject;
  private final OwnModel own;
  private final List<TensorView> expected;
  private final List<String> failures = new ArrayList<>();

  private OwnLayouts(Subject subject, OwnModel own, List<TensorView> expected) {
    this.subject = subject;
    this.own = own;
    this.expected = expected;
  }

  /** A way to run it, and how far its outputs were from TensorFlow's. */
  private record Trial(
      boolean isChannelsFirst, List<String> names, List<Layout> outputs, double error) {}

  /** Inputs and outputs of the signature in TensorFlow's own order. */
  static Translation plain(
      Translation matched, Signature signature, Map<String, TensorValue> inputs) {
    List<TorchModel.Input> all = new ArrayList<>();
    for (Signature.Tensor input : signature.inputs()) {
      Shape shape = inputs.get(input.key()).shape();
      all.add(
          new TorchModel.Input(
              input.key(),
              input.key(),
              input.endpoint(),
              input.dtype(),
              Dims.of(shape),
              Layout.tensorflow(shape.rank())));
    }
    List<TorchModel.Output> outputs = new ArrayList<>();
    for (Signature.Tensor output : signature.outputs()) {
      Dims dims = output.dims().orElse(Dims.of());
      outputs.add(
          new TorchModel.Output(
              output.key(),
              output.key(),
              output.endpoint(),
              output.dtype(),
              dims,
              Layout.tensorflow(dims.rank())));
    }
    return with(matched, all, outputs);
  }

  private static Translation with(
      Translation matched, List<TorchModel.Input> inputs, List<TorchModel.Output> outputs) {
    TorchModel model = matched.model();
    return matched.withModel(
        new TorchModel(
            model.className(), inputs, List.of(), model.tensors(), List.of(), outputs, List.of()));
  }

  /** The subject with the layouts with which the model runs. */
  static Subject found(Subject plain, OwnModel own, Optional<String> chosen) throws IOException {
    if (plain.request().inputs().trace().isPresent()) {
      try (TraceFile trace = TraceFile.open(plain.request().inputs().trace().get())) {
        List<TensorView> recorded = new ArrayList<>();
        for (String name : trace.names(TraceFile.Kind.OUTPUT)) {
          recorded.add(TensorView.of(trace.value(TraceFile.Kind.OUTPUT, name).orElseThrow()));
        }
        return new OwnLayouts(plain, own, recorded).found(chosen);
      }
    }
    try (Engines engines = new Engines(plain);
        RunResult expected = engines.tensorflowAsStored()) {
      return new OwnLayouts(plain, own, expected.values()).found(chosen);
    }
  }

  private Subject found(Optional<String> chosen) throws IOException {
    List<TorchModel.Input> inputs = arguments();
    boolean hasImages = inputs.stream().anyMatch(OwnLayouts::isTurnable);
    List<Boolean> ways =
        !hasImages
            ? List.of(false)
            : chosen.map(c -> List.of(c.equals("nchw"))).orElse(List.of(false, true));
    List<Trial> trials = new ArrayList<>();
    for (boolean isChannelsFirst : ways) {
      trial(inputs, isChannelsFirst).ifPresent(trials::add);
    }
    Trial best =
        trials.stream()
            .min((a, b) -> Double.compare(a.error(), b.error()))
            .orElseThrow(() -> NotRunning.of(own.name(), failures));
    return subject(turned(inputs, best.isChannelsFirst()), best, hasImages, trials.size());
  }

  /** In the order of forward's arguments where their names are the signature's, else in its own. */
  private List<TorchModel.Input> arguments() throws IOException {
    List<TorchModel.Input> inputs = subject.torch().inputs();
    List<String> names = own.runner().arguments().orElse(List.of());
    List<TorchModel.Input> ordered =
        names.stream()
            .flatMap(n -> inputs.stream().filter(i -> i.key().equals(n)))
            .distinct()
            .toList();
    return ordered.size() == inputs.size() ? ordered : inputs;
  }

  private static boolean isTurnable(TorchModel.Input input) {
    return input.dims().rank() >= 3;
  }

  private static List<TorchModel.Input> turned(
      List<TorchModel.Input> inputs, boolean isChannelsFirst) {
    return inputs.stream()
        .map(
            i ->
                isChannelsFirst && isTurnable(i)
                    ? new TorchModel.Input(
                        i.name(),
                        i.key(),
                        i.source(),
                        i.dtype(),
                        i.dims(),
                        Layout.of(AxisOrder.channelsFirst(i.dims().rank())))
                    : i)
        .toList();
  }

  private Optional<Trial> trial(List<TorchModel.Input> inputs, boolean isChannelsFirst)
      throws IOException {
    List<TensorValue> arguments =
        turned(inputs, isChannelsFirst).stream()
            .map(i -> Arrangement.toTorch(subject.inputs().get(i.key()), i.layout()))
            .toList();
    Map<String, TensorValue> outputs;
    try {
      outputs = own.runner().outputs(DType.FLOAT32, arguments);
    } catch (EngineFailure e) {
      String failure = NotRunning.said(e);
      if (!failures.contains(failure)) {
        failures.add(failure);
      }
      return Optional.empty();
    }
    List<String> names = names(outputs);
    List<Layout> layouts = new ArrayList<>();
    double error = 0;
    for (int i = 0; i < names.size(); i++) {
      TensorView found = TensorView.of(outputs.get(names.get(i)));
      Layout layout = Layout.tensorflow(found.shape().rank());
      double least = Double.POSITIVE_INFINITY;
      for (Layout candidate : candidates(found.shape(), expected.get(i).shape())) {
        double apart = apart(expected.get(i), found, candidate);
        if (apart < least) {
          least = apart;
          layout = candidate;
        }
      }
      layouts.add(layout);
      error = Math.max(error, least);
    }
    return Optional.of(new Trial(isChannelsFirst, names, layouts, error));
  }

  /** By name where all of the signature's are there, else one by one. */
  private List<String> names(Map<String, TensorValue> outputs) {
    List<String> keys = subject.torch().outputs().stream().map(TorchModel.Output::name).toList();
    if (outputs.keySet().containsAll(keys)) {
      return keys;
    }
    boolean isInOrder =
        IntStream.range(0, outputs.size()).allMatch(i -> outputs.containsKey("" + i));
    if (outputs.size() != keys.size() || !isInOrder && keys.size() > 1) {
      throw new BadRequest(
          own.name()
              + ": gives "
              + outputs.keySet()
              + ", the signature "
              + keys
              + "; give as many in the same order, or a dict with the same keys");
    }
    return List.copyOf(outputs.keySet());
  }

  private static List<Layout> candidates(Shape found, Shape expected) {
    List<Layout> candidates = new ArrayList<>();
    candidates.add(Layout.tensorflow(found.rank()));
    if (found.rank() >= 3) {
      candidates.add(Layout.of(AxisOrder.channelsFirst(found.rank())));
    }
    candidates.removeIf(c -> !Arrangement.tensorflowShape(found, c).equals(Optional.of(expected)));
    return candidates;
  }

  private static double apart(TensorView expected, TensorView found, Layout layout) {
    if (!expected.dtype().isFloating() || !found.dtype().isFloating()) {
      TensorValue turned = Arrangement.toTensorflow(found.copy(), layout);
      boolean isSame =
          !found.dtype().isFloating()
              && !expected.dtype().isFloating()
              && Arrays.equals(turned.longs(), expected.copy().longs());
      return isSame ? 0 : 1;
    }
    Distance distance = Distances.float64(HeldOrder.of(found.shape(), layout), expected, found);
    return distance.strangers() > 0 ? Double.MAX_VALUE : distance.relative();
  }

  private Subject subject(List<TorchModel.Input> inputs, Trial trial, boolean hasImages, int ran) {
    List<TorchModel.Output> outputs = new ArrayList<>();
    Map<String, String> notes = new LinkedHashMap<>(own.notes());
    if (hasImages) {
      String tried =
          failures.isEmpty() && ran == 1
              ? "as asked for"
              : ran == 1 ? "in the other order it fails" : "it runs with both, and is nearer so";
      notes.put(
          "its inputs",
          (trial.isChannelsFirst() ? "channels first" : "in TensorFlow's order") + "; " + tried);
    }
    for (int i = 0; i < trial.names().size(); i++) {
      TorchModel.Output output = subject.torch().outputs().get(i);
      outputs.add(
          new TorchModel.Output(
              output.name(),
              output.value(),
              output.source(),
              output.dtype(),
              Dims.of(expected.get(i).shape()),
              trial.outputs().get(i)));
      if (!trial.outputs().get(i).order().isIdentity()) {
        notes.put("its output " + output.name(), "channels first");
      }
    }
    return new Subject(
        subject.request(),
        subject.source(),
        subject.tensorflow(),
        with(subject.translation(), inputs, outputs),
        Map.of(),
        subject.inputs(),
        subject.altered(),
        Optional.of(OwnModel.of(own.name(), own.runner(), own.weights(), trial.names(), notes)),
        subject.sourceGraph());
  }
}
