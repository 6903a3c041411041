package io.github.tf2torch.verify.run;

import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.verify.cause.Candidate;
import io.github.tf2torch.verify.cause.Counterpart;
import io.github.tf2torch.verify.cause.Pitfalls;
import io.github.tf2torch.verify.cause.Span;
import io.github.tf2torch.verify.cause.Stretch;
import io.github.tf2torch.verify.engine.EngineFailure;
import io.github.tf2torch.verify.engine.RunResult;
import io.github.tf2torch.verify.engine.TensorView;
import io.github.tf2torch.verify.judge.Arrangement;
import io.github.tf2torch.verify.judge.Judgement;
import io.github.tf2torch.verify.judge.Place;
import io.github.tf2torch.verify.subject.Subject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Why a layer parts: each known pitfall is undone there, one by one, with nothing but that layer,
 * and the first with which the difference vanishes is named. In float64; where TensorFlow has none,
 * in float32.
 */
public final class Cause {
  /** What is left in float32 of a difference that has vanished, against what there was. */
  private static final double VANISHED = 0.05;

  /** Elements of a layer that are looked through for a scale and a shift. */
  private static final long MOST_FITTED = 1L << 22;

  private final Engines engines;
  private final Span span;
  private final List<TorchModel.Tap> fed;
  private final TorchModel.Tap tap;
  private final boolean isFloat64;

  private Cause(
      Engines engines, Span span, List<TorchModel.Tap> fed, TorchModel.Tap tap, boolean isFloat64) {
    this.engines = engines;
    this.span = span;
    this.fed = fed;
    this.tap = tap;
    this.isFloat64 = isFloat64;
  }

  /**
   * What comes of the search.
   *
   * @param isOwn false where the layer agrees by itself, so that there is nothing to find
   * @param fit where no known cause explains it
   * @param operators here and there, where nothing explains it
   */
  public record Finding(
      boolean isOwn, Optional<Candidate> candidate, Optional<Fit> fit, Optional<String> operators) {
    private static Finding none(boolean isOwn) {
      return new Finding(isOwn, Optional.empty(), Optional.empty(), Optional.empty());
    }
  }

  /**
   * The cause at a boundary, by its place among the taps; empty where no known one explains it.
   *
   * @param isFloat64 false of one behind an operation that TensorFlow has in float32 alone
   */
  public static Finding at(Subject subject, int place, boolean isFloat64) throws IOException {
    List<TorchModel.Tap> taps = subject.torch().taps();
    TorchModel.Tap tap = taps.get(place);
    TorchModel model = withNumbers(subject, subject.asConverted(List.of(tap)));
    List<TorchModel.Tap> before = taps.subList(0, place);
    Span span = Span.of(model, before, tap);
    Counterpart counterpart = Likeness.at(subject, before, tap, span);
    Set<String> read = new HashSet<>(span.fed());
    read.addAll(counterpart.unread().keySet());
    List<TorchModel.Tap> fed = fed(before, read);
    List<Place> asked = new ArrayList<>(List.of(Place.of(tap)));
    fed.forEach(t -> asked.add(Place.of(t)));
    try (Engines engines = new Engines(subject);
        RunResult tensorflow =
            isFloat64 ? engines.tensorflow64(asked).result() : engines.tensorflow32(asked)) {
      Cause cause = new Cause(engines, span, fed, tap, isFloat64);
      double bound = subject.bound64();
      if (!isFloat64) {
        double error = cause.error(model, tensorflow.values());
        if (error <= subject.request().tolerance()) {
          return Finding.none(false);
        }
        bound = Math.min(subject.request().tolerance(), VANISHED * error);
      }
      Stretch stretch =
          new Stretch(
              model,
              span,
              OtherValues.of(subject, engines.weights(), span.tensors(model)),
              counterpart);
      Iterator<Candidate> candidates = Pitfalls.of(stretch).iterator();
      while (candidates.hasNext()) {
        Candidate candidate = candidates.next();
        if (cause.error(candidate.program(), tensorflow.values()) <= bound) {
          return new Finding(true, Optional.of(candidate), Optional.empty(), Optional.empty());
        }
      }
      return new Finding(
          true,
          Optional.empty(),
          cause.fit(model, tensorflow.values(), bound),
          stretch.operators());
    }
  }

  /** What the code of a model of one's own holds as a tensor of one element is a number in it. */
  private static TorchModel withNumbers(Subject subject, TorchModel model) {
    Map<String, TorchModel.Tensor> numbers = new LinkedHashMap<>();
    if (subject.own().isPresent()) {
      subject.torch().tensors().stream()
          .filter(t -> t.recipe() instanceof TensorExpr.Constant && t.recipe().shape().count() == 1)
          .forEach(t -> numbers.put(t.name(), t));
    }
    return model.withTensors(
        model.tensors().stream().map(t -> numbers.getOrDefault(t.name(), t)).toList());
  }

  /** The boundaries that the layer begins with, here or in TensorFlow, one for each value. */
  private static List<TorchModel.Tap> fed(List<TorchModel.Tap> before, Set<String> read) {
    Map<String, TorchModel.Tap> byValue = new LinkedHashMap<>();
    before.stream()
        .filter(t -> read.contains(t.value()) && Alone.isFeedable(t.layout()))
        .forEach(t -> byValue.putIfAbsent(t.value(), t));
    return List.copyOf(byValue.values());
  }

  private double error(TorchModel program, List<TensorView> tensorflow) throws IOException {
    try (RunResult run = run(program, tensorflow)) {
      return Judgement.error64(Place.of(tap), tensorflow.get(0), run.values().get(0));
    } catch (EngineFailure | IllegalArgumentException e) {
      // what does not even run is not the cause
      return Double.POSITIVE_INFINITY;
    }
  }

  private Optional<Fit> fit(TorchModel program, List<TensorView> tensorflow, double bound)
      throws IOException {
    TensorView expected = tensorflow.get(0);
    try (RunResult run = run(program, tensorflow)) {
      TensorView found = run.values().get(0);
      boolean isComparable =
          expected.dtype().isFloating()
              && expected.shape().count() <= MOST_FITTED
              && Double.isFinite(Judgement.error64(Place.of(tap), expected, found));
      return isComparable
          ? Fit.of(
              expected.copy().doubles(),
              Arrangement.toTensorflow(found.copy(), tap.layout()).doubles(),
              channels(expected.shape()),
              bound)
          : Optional.empty();
    } catch (EngineFailure | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static int channels(Shape shape) {
    return shape.rank() == 0 ? 1 : Math.toIntExact(shape.dim(shape.rank() - 1));
  }

  /** Of TensorFlow's values, the boundary's is the first, then those that are fed. */
  private RunResult run(TorchModel program, List<TensorView> tensorflow) throws IOException {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    for (int i = 0; i < fed.size(); i++) {
      shapes.put(fed.get(i).value(), tensorflow.get(1 + i).shape());
    }
    TorchModel cut = Alone.cut(program, span, fed, tap, shapes);
    return engines.torchGiven(
        isFloat64 ? DType.FLOAT64 : DType.FLOAT32, cut, tensorflow.subList(1, tensorflow.size()));
  }
}
