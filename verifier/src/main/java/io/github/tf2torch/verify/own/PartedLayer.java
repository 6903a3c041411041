package io.github.tf2torch.verify.own;

import io.github.tf2torch.model.target.Layout;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.verify.engine.EngineFailure;
import io.github.tf2torch.verify.engine.TensorView;
import io.github.tf2torch.verify.judge.Arrangement;
import io.github.tf2torch.verify.run.Cause;
import io.github.tf2torch.verify.run.Engines;
import io.github.tf2torch.verify.training.OwnLeaves;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Which value of a program is a layer of the source's, where none has its values. */
final class PartedLayer {
  /** Behind what TensorFlow has in float32 alone: no other value, though it is not the same. */
  private static final double ROUNDED = 1e-6;

  /** How many values of the program a layer that parts may be. */
  private static final int MOST_CANDIDATES = 6;

  /** Of how many places of a layer without weights it is tried whether it is the one that parts. */
  private static final int MOST_TRIED = 12;

  private final OwnProgram program;
  private final SourceLayers source;
  private final FoundLayers found;
  private final Engines engines;
  private final Map<String, TensorView> values;

  PartedLayer(
      OwnProgram program,
      SourceLayers source,
      FoundLayers found,
      Engines engines,
      Map<String, TensorView> values) {
    this.program = program;
    this.source = source;
    this.found = found;
    this.engines = engines;
    this.values = values;
  }

  /** Finds a place for a layer with weights, or for one without before it that is to blame. */
  void place(int i) throws IOException {
    Map<String, Set<String>> reads =
        OwnLeaves.since(program.subject().torch(), found.locals(), program.locals());
    if (withoutWeights(i, reads)) {
      return;
    }
    // with what is inside it here: a convolution together with its bias
    Set<String> leaves = source.leavesSince(found.layers(), i);
    List<String> locals =
        distinct(
            program.locals().stream()
                .filter(l -> found.isFree(l) && values.containsKey(l))
                .filter(l -> reads.getOrDefault(l, Set.of()).equals(leaves))
                .toList());
    List<Placed> candidates = locals.stream().flatMap(l -> placed(i, l)).toList();
    if (candidates.isEmpty()) {
      candidates = locals.stream().flatMap(l -> misfits(i, l)).toList();
    }
    if (candidates.isEmpty()) {
      found.miss(i, locals.stream().findFirst().map(l -> values.get(l).shape()));
    } else {
      part(i, chosen(i, candidates));
    }
  }

  private void part(int i, Placed placed) {
    found.part(i, program.tap(source.tap(i), placed.local(), placed.layout()));
  }

  private Stream<Placed> placed(int i, String local) {
    return Placed.of(source, i, local, values.get(local));
  }

  private Stream<Placed> misfits(int i, String local) {
    return Placed.misfits(source.values().get(i).shape(), local, values.get(local));
  }

  /** Without what only passes a value on: a dropout in evaluation is not the layer before it. */
  private List<String> distinct(List<String> locals) {
    List<String> first = new ArrayList<>();
    for (String local : locals) {
      if (first.stream().noneMatch(f -> isSame(values.get(f), values.get(local)))) {
        first.add(local);
      }
    }
    return first;
  }

  private static boolean isSame(TensorView one, TensorView other) {
    return one.dtype() == other.dtype()
        && one.shape().equals(other.shape())
        && one.bytes().mismatch(other.bytes()) < 0;
  }

  /** The one at which a known cause explains the difference; else the nearest. */
  private Placed chosen(int i, List<Placed> candidates) throws IOException {
    Optional<Placed> rounded =
        candidates.stream()
            .filter(c -> c.error() <= ROUNDED)
            .min(Comparator.comparingDouble(Placed::error));
    if (rounded.isPresent()) {
      return rounded.get();
    }
    List<Placed> few = candidates.subList(0, Math.min(candidates.size(), MOST_CANDIDATES));
    if (few.size() > 1) {
      // an activation that is another is one thing, and no missing one before a needless one
      for (int k = few.size() - 1; k >= 0; k--) {
        Placed candidate = few.get(k);
        List<TorchModel.Tap> taps = new ArrayList<>(found.before(candidate.local()));
        taps.add(program.tap(source.tap(i), candidate.local(), candidate.layout()));
        if (Cause.at(program.tapped(taps), taps.size() - 1, true).candidate().isPresent()) {
          return candidate;
        }
      }
    }
    Layout likely = few.get(0).layout();
    return few.stream()
        .filter(c -> c.layout().equals(likely))
        .min(Comparator.comparingDouble(Placed::error))
        .orElseThrow();
  }

  /**
   * Whether it is a layer without weights before this one that parts: with TensorFlow's value in
   * its place, this one is as it should be.
   */
  private boolean withoutWeights(int i, Map<String, Set<String>> reads) throws IOException {
    int tried = 0;
    for (int p = found.lastBefore(i) + 1; p < i; p++) {
      if (found.has(p) || source.hasWeights(p)) {
        continue;
      }
      for (String local : program.locals()) {
        boolean isOpen =
            found.isFree(local)
                && values.containsKey(local)
                && reads.getOrDefault(local, Set.of("")).isEmpty()
                // the same in another order is no other value: whoever reads it has to know
                && !source.imprints().get(p).isNear(Imprint.of(values.get(local)));
        Optional<Placed> placed =
            isOpen
                ? Stream.concat(placed(p, local), misfits(p, local)).findFirst()
                : Optional.empty();
        if (placed.isPresent() && ++tried <= MOST_TRIED && explains(p, placed.get(), i)) {
          part(p, placed.get());
          return true;
        }
      }
    }
    return false;
  }

  private boolean explains(int p, Placed placed, int i) throws IOException {
    TensorView right = source.values().get(p);
    try (ProgramValues with =
        ProgramValues.of(
            program,
            source,
            found,
            Map.of(placed.local(), Arrangement.toTorch(right.copy(), placed.layout())),
            engines)) {
      return with.byLocal().entrySet().stream()
          .filter(e -> found.isFree(e.getKey()) && !e.getKey().equals(placed.local()))
          .filter(e -> source.imprints().get(i).isNear(Imprint.of(e.getValue())))
          .anyMatch(
              e ->
                  Placed.of(source, i, e.getKey(), e.getValue())
                      .anyMatch(f -> f.error() <= LayerSearch.SAME));
    } catch (EngineFailure e) {
      return false; // of extents that what follows can't take
    }
  }
}
