package io.github.tf2torch.verify.run;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.verify.cause.Counterpart;
import io.github.tf2torch.verify.cause.Operators;
import io.github.tf2torch.verify.cause.Span;
import io.github.tf2torch.verify.cause.Stretch;
import io.github.tf2torch.verify.subject.OwnModel;
import io.github.tf2torch.verify.subject.Subject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What a conversion of the source has where a model of one's own has a layer. */
public final class Likeness {
  private Likeness() {}

  /** Of a layer that agrees, what the inputs at hand do not tell from TensorFlow's. */
  public static Optional<String> unseen(Subject subject, int place) {
    List<TorchModel.Tap> taps = subject.torch().taps();
    List<TorchModel.Tap> before = taps.subList(0, place);
    Span span = Span.of(subject.torch(), before, taps.get(place));
    List<String> there = at(subject, before, taps.get(place), span).operators();
    return Operators.unseen(there, Operators.of(Stretch.of(subject.torch(), span)));
  }

  /**
   * Between the same boundaries.
   *
   * @param before boundaries of the model at hand, of which some are the beginning
   * @param span of the model at hand
   */
  static Counterpart at(
      Subject subject, List<TorchModel.Tap> before, TorchModel.Tap tap, Span span) {
    Optional<TorchModel> likeness = subject.own().flatMap(OwnModel::likeness);
    Optional<TorchModel.Tap> there =
        likeness.stream()
            .flatMap(m -> m.taps().stream())
            .filter(t -> t.source().equals(tap.source()))
            .findFirst();
    return there
        .map(t -> between(subject.torch(), likeness.get(), before, t, span))
        .orElseGet(Counterpart::none);
  }

  private static Counterpart between(
      TorchModel here,
      TorchModel likeness,
      List<TorchModel.Tap> before,
      TorchModel.Tap end,
      Span span) {
    Map<Endpoint, TorchModel.Tap> known = new HashMap<>();
    before.forEach(t -> known.putIfAbsent(t.source(), t));
    List<TorchModel.Tap> begin =
        likeness.taps().stream()
            .filter(t -> known.containsKey(t.source()) && !t.value().equals(end.value()))
            .toList();
    Span there = Span.of(likeness, begin, end);
    Map<String, String> unread = new HashMap<>();
    for (TorchModel.Tap tap : begin) {
      TorchModel.Tap read = known.get(tap.source());
      if (there.fed().contains(tap.value()) && !span.fed().contains(read.value())) {
        unread.put(read.value(), read.layer());
      }
    }
    Set<String> inputs =
        likeness.inputs().stream()
            .filter(i -> there.fed().contains(i.name()))
            .map(TorchModel.Input::key)
            .collect(Collectors.toSet());
    here.inputs().stream()
        .filter(i -> inputs.contains(i.key()) && !span.fed().contains(i.name()))
        .forEach(i -> unread.put(i.name(), i.key()));
    Stretch stretch = Stretch.of(likeness, there);
    return new Counterpart(
        Counterpart.numbers(likeness, there), Operators.of(stretch), stretch.allCalls(), unread);
  }
}
