package io.github.tf2torch.verify.own;

import io.github.tf2torch.model.target.Layout;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.EngineFailure;
import io.github.tf2torch.verify.engine.RunResult;
import io.github.tf2torch.verify.engine.TensorView;
import io.github.tf2torch.verify.judge.Arrangement;
import io.github.tf2torch.verify.run.Cause;
import io.github.tf2torch.verify.run.Engines;
import io.github.tf2torch.verify.training.OwnLeaves;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Finds the source's layers in a program. A tensor of TensorFlow's is found by its values in
 * float64, in whatever order of axes; from a layer on at which they part, TensorFlow's value is
 * given in the place of what the same weights made, and the search goes on behind it.
 */
final class LayerSearch {
  /** In float64, what may have gathered on the way to a layer. */
  private static final double SAME = 1e-8;

  /** Behind what TensorFlow has in float32 alone: no other value, though it is not the same. */
  private static final double ROUNDED = 1e-6;

  /** How many layers may part until the search ends. */
  private static final int MOST_PARTED = 5;

  /** How many values of the program a layer that parts may be. */
  private static final int MOST_CANDIDATES = 6;

  /** Of how many places of a layer without weights it is tried whether it is the one that parts. */
  private static final int MOST_TRIED = 12;

  private final OwnProgram program;
  private final List<TorchModel.Tap> source;
  private final List<Set<String>> leaves;
  private final List<TensorView> expected;
  private final List<Imprint> imprints;
  private final Engines engines;
  private final Map<Integer, TorchModel.Tap> found = new TreeMap<>();
  private final Set<String> used = new HashSet<>();
  private final Set<Integer> fed = new LinkedHashSet<>();
  private final Set<Integer> missing = new TreeSet<>();

  /** What has the weights of one that is missing, with extents that can't be its own. */
  private final Map<Integer, Shape> shapes = new TreeMap<>();

  LayerSearch(
      OwnProgram program,
      List<TorchModel.Tap> source,
      List<Set<String>> leaves,
      List<TensorView> expected,
      Engines engines) {
    this.program = program;
    this.source = source;
    this.leaves = leaves;
    this.expected = expected;
    this.imprints = expected.stream().parallel().map(Imprint::of).toList();
    this.engines = engines;
  }

  /** Looks for all of them. */
  void run() throws IOException {
    boolean goesOn = true;
    while (goesOn && fed.size() < MOST_PARTED) {
      goesOn = round();
    }
  }

  /** The source's boundaries that were found, in the order of computation. */
  List<TorchModel.Tap> found() {
    return List.copyOf(found.values());
  }

  /** Layers of the source with weights that were not. */
  List<String> missing() {
    List<String> left = new ArrayList<>();
    for (int i = 0; i < source.size(); i++) {
      if (!leaves.get(i).isEmpty() && !found.containsKey(i)) {
        String shape =
            shapes.containsKey(i)
                ? " (it gives " + shapes.get(i) + ", TensorFlow " + expected.get(i).shape() + ")"
                : "";
        left.add(source.get(i).layer() + shape);
      }
    }
    return left;
  }

  /** Finds what is the same; true where a layer parted and the search is to go on behind it. */
  private boolean round() throws IOException {
    try (RunResult run = run(Map.of())) {
      Map<String, TensorView> values = values(run);
      Map<String, Imprint> prints = new LinkedHashMap<>();
      values.forEach((local, view) -> prints.put(local, Imprint.of(view)));
      for (int i = 0; i < source.size(); i++) {
        if (found.containsKey(i) || missing.contains(i)) {
          continue;
        }
        if (!match(i, values, prints) && !leaves.get(i).isEmpty()) {
          return parted(i, values);
        }
      }
      return false;
    } catch (EngineFailure e) {
      if (fed.isEmpty()) {
        throw e;
      }
      return false; // what follows can't take TensorFlow's extents
    }
  }

  private boolean match(int i, Map<String, TensorView> values, Map<String, Imprint> prints) {
    for (String local : program.locals()) {
      if (!used.contains(local)
          && values.containsKey(local)
          && imprints.get(i).isNear(prints.get(local))) {
        Optional<Placed> same =
            placed(i, local, values.get(local)).filter(p -> p.error() <= SAME).findFirst();
        if (same.isPresent()) {
          take(i, same.get());
          return true;
        }
      }
    }
    return false;
  }

  private void take(int i, Placed placed) {
    found.put(i, program.tap(source.get(i), placed.local(), placed.layout()));
    used.add(placed.local());
  }

  private Stream<Placed> placed(int i, String local, TensorView value) {
    return Placed.in(source.get(i).source(), expected.get(i), local, value);
  }

  private Stream<Placed> misfits(int i, String local, TensorView value) {
    return Placed.misfits(expected.get(i).shape(), local, value);
  }

  /** A layer with weights is not there as it should be. */
  private boolean parted(int i, Map<String, TensorView> values) throws IOException {
    Map<String, Set<String>> reads =
        OwnLeaves.since(program.subject().torch(), used, program.locals());
    if (withoutWeights(i, reads, values)) {
      return true;
    }
    List<String> locals =
        distinct(
            program.locals().stream()
                .filter(l -> !used.contains(l) && values.containsKey(l))
                .filter(l -> reads.getOrDefault(l, Set.of()).equals(leaves.get(i)))
                .toList(),
            values);
    List<Placed> candidates = locals.stream().flatMap(l -> placed(i, l, values.get(l))).toList();
    if (candidates.isEmpty()) {
      candidates = locals.stream().flatMap(l -> misfits(i, l, values.get(l))).toList();
    }
    if (candidates.isEmpty()) {
      locals.stream().findFirst().ifPresent(l -> shapes.putIfAbsent(i, values.get(l).shape()));
      missing.add(i);
      return true;
    }
    give(i, chosen(i, candidates));
    return true;
  }

  /** Without what only passes a value on: a dropout in evaluation is not the layer before it. */
  private static List<String> distinct(List<String> locals, Map<String, TensorView> values) {
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

  private void give(int i, Placed placed) {
    take(i, placed);
    fed.add(i);
  }

  /** The one at which a known cause explains the difference; else the nearest. */
  private Placed chosen(int i, List<Placed> candidates) throws IOException {
    Optional<Placed> rounded =
        candidates.stream()
            .filter(c -> c.error() <= ROUNDED)
            .min((a, b) -> Double.compare(a.error(), b.error()));
    if (rounded.isPresent()) {
      return rounded.get();
    }
    List<Placed> few = candidates.subList(0, Math.min(candidates.size(), MOST_CANDIDATES));
    if (few.size() > 1) {
      // an activation that is another is one thing, and no missing one before a needless one
      for (int k = few.size() - 1; k >= 0; k--) {
        Placed candidate = few.get(k);
        List<TorchModel.Tap> taps = new ArrayList<>(before(i));
        taps.add(program.tap(source.get(i), candidate.local(), candidate.layout()));
        if (Cause.at(program.tapped(taps), taps.size() - 1, true).candidate().isPresent()) {
          return candidate;
        }
      }
    }
    Layout likely = few.get(0).layout();
    return few.stream()
        .filter(c -> c.layout().equals(likely))
        .min((a, b) -> Double.compare(a.error(), b.error()))
        .orElseThrow();
  }

  private List<TorchModel.Tap> before(int i) {
    return found.entrySet().stream().filter(e -> e.getKey() < i).map(Map.Entry::getValue).toList();
  }

  /**
   * Whether it is a layer without weights before this one that parts: with TensorFlow's value in
   * its place, this one is as it should be.
   */
  private boolean withoutWeights(
      int i, Map<String, Set<String>> reads, Map<String, TensorView> values) throws IOException {
    int last = found.keySet().stream().filter(k -> k < i).reduce(-1, Math::max);
    int tried = 0;
    for (int p = last + 1; p < i; p++) {
      if (found.containsKey(p) || !leaves.get(p).isEmpty()) {
        continue;
      }
      for (String local : program.locals()) {
        boolean isOpen =
            !used.contains(local)
                && values.containsKey(local)
                && reads.getOrDefault(local, Set.of("")).isEmpty()
                // the same in another order is no other value: whoever reads it has to know
                && !imprints.get(p).isNear(Imprint.of(values.get(local)));
        Optional<Placed> placed =
            isOpen
                ? Stream.concat(
                        placed(p, local, values.get(local)), misfits(p, local, values.get(local)))
                    .findFirst()
                : Optional.<Placed>empty();
        if (placed.isPresent() && ++tried <= MOST_TRIED && explains(p, placed.get(), i)) {
          give(p, placed.get());
          return true;
        }
      }
    }
    return false;
  }

  private boolean explains(int p, Placed placed, int i) throws IOException {
    TensorView value = expected.get(p);
    try (RunResult run =
        run(Map.of(placed.local(), Arrangement.toTorch(value.copy(), placed.layout())))) {
      Map<String, TensorView> values = values(run);
      return values.entrySet().stream()
          .filter(e -> !used.contains(e.getKey()) && !e.getKey().equals(placed.local()))
          .filter(e -> imprints.get(i).isNear(Imprint.of(e.getValue())))
          .anyMatch(e -> placed(i, e.getKey(), e.getValue()).anyMatch(f -> f.error() <= SAME));
    } catch (EngineFailure e) {
      return false; // of extents that what follows can't take
    }
  }

  private Map<String, TensorView> values(RunResult run) {
    Map<String, TensorView> values = new LinkedHashMap<>();
    int outputs = program.subject().torch().outputs().size();
    for (int k = 0; k < program.locals().size(); k++) {
      values.put(program.locals().get(k), run.values().get(outputs + k));
    }
    return values;
  }

  /** Every value of the program, with TensorFlow's own where a layer has parted. */
  private RunResult run(Map<String, TensorValue> more) throws IOException {
    Map<String, TensorValue> given = new LinkedHashMap<>(more);
    for (int i : fed) {
      TorchModel.Tap tap = found.get(i);
      given.put(tap.value(), Arrangement.toTorch(expected.get(i).copy(), tap.layout()));
    }
    TorchModel all =
        OwnLeaves.given(program.subject().asConverted(List.of()), List.copyOf(given.keySet()));
    List<TorchModel.Tap> taps = new ArrayList<>();
    for (String local : program.locals()) {
      taps.add(
          new TorchModel.Tap(
              source.get(0).source(), local, DType.FLOAT32, Layout.tensorflow(0), local));
    }
    TorchModel tapped =
        new TorchModel(
            all.className(),
            all.inputs(),
            all.modules(),
            all.tensors(),
            all.body(),
            all.outputs(),
            taps);
    return engines.torchGiven(
        DType.FLOAT64, tapped, given.values().stream().map(TensorView::of).toList());
  }
}
