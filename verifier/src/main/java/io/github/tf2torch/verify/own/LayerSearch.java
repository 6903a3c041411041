package io.github.tf2torch.verify.own;

import io.github.tf2torch.verify.engine.EngineFailure;
import io.github.tf2torch.verify.engine.TensorView;
import io.github.tf2torch.verify.run.Engines;
import io.github.tf2torch.verify.training.OwnLeaves;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Finds the source's layers in a program. A tensor of TensorFlow's is found by its values in
 * float64, in whatever order of axes; from a layer on at which they part, TensorFlow's value is
 * given in the place of what the same weights made, and the search goes on behind it.
 */
final class LayerSearch {
  /** In float64, what may have gathered on the way to a layer. */
  static final double SAME = 1e-8;

  /** How many layers may part until the search ends. */
  private static final int MOST_PARTED = 5;

  private final OwnProgram program;
  private final SourceLayers source;
  private final Engines engines;
  private final FoundLayers found;

  LayerSearch(OwnProgram program, SourceLayers source, Engines engines) {
    this.program = program;
    this.source = source;
    this.engines = engines;
    this.found = new FoundLayers(program.locals());
  }

  /** Looks for all of them. */
  FoundLayers run() throws IOException {
    boolean goesOn = true;
    while (goesOn && found.parted().size() < MOST_PARTED) {
      goesOn = round();
    }
    return found;
  }

  /** Finds what is the same; true where a layer parted and the search is to go on behind it. */
  private boolean round() throws IOException {
    try (ProgramValues values = ProgramValues.of(program, source, found, Map.of(), engines)) {
      Map<String, Imprint> prints = new LinkedHashMap<>();
      values.byLocal().forEach((local, view) -> prints.put(local, Imprint.of(view)));
      for (int i = 0; i < source.count(); i++) {
        if (found.isOpen(i)) {
          match(i, values.byLocal(), prints);
        }
      }
      for (int i = 0; i < source.count(); i++) {
        if (found.isOpen(i) && source.hasWeights(i) && !isRearranged(i, values.byLocal(), prints)) {
          new PartedLayer(program, source, found, engines, values.byLocal()).place(i);
          return true;
        }
      }
      return false;
    } catch (EngineFailure e) {
      if (found.parted().isEmpty()) {
        throw e;
      }
      return false; // what follows can't take TensorFlow's extents
    }
  }

  private void match(int i, Map<String, TensorView> values, Map<String, Imprint> prints) {
    for (String local : program.locals()) {
      if (found.isFree(local)
          && values.containsKey(local)
          && source.imprints().get(i).isNear(prints.get(local))) {
        Optional<Placed> same =
            Placed.of(source, i, local, values.get(local))
                .filter(p -> p.error() <= SAME)
                .findFirst();
        if (same.isPresent()) {
          found.take(i, program.tap(source.tap(i), local, same.get().layout()));
          return;
        }
      }
    }
  }

  /**
   * Whether its numbers are there in an order that no axes explain: features that become an image
   * come in the order that the image's axes have here. What follows tells whether it is that.
   */
  private boolean isRearranged(int i, Map<String, TensorView> values, Map<String, Imprint> prints) {
    Map<String, Set<String>> reads =
        OwnLeaves.since(program.subject().torch(), found.locals(), program.locals());
    Optional<String> local =
        program.locals().stream()
            .filter(l -> found.isFree(l) && values.containsKey(l))
            .filter(l -> source.imprints().get(i).isNear(prints.get(l)))
            .filter(l -> reads.getOrDefault(l, Set.of()).equals(source.leaves().get(i)))
            // not the state that a recurrent layer gives besides
            .filter(l -> values.get(l).shape().equals(source.values().get(i).shape()))
            .filter(l -> hasNumbersOf(source.values().get(i), values.get(l)))
            .findFirst();
    local.ifPresent(l -> found.rearranged(i, l));
    return local.isPresent();
  }

  private static boolean hasNumbersOf(TensorView expected, TensorView value) {
    double[] right = sorted(expected);
    double[] here = sorted(value);
    double largest = Math.max(Math.abs(right[0]), Math.abs(right[right.length - 1]));
    return IntStream.range(0, right.length)
        .allMatch(k -> Math.abs(right[k] - here[k]) <= SAME * largest);
  }

  private static double[] sorted(TensorView view) {
    double[] all = view.copy().doubles();
    Arrays.sort(all);
    return all;
  }
}
