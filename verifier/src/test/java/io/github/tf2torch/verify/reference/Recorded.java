package io.github.tf2torch.verify.reference;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.KerasModel;
import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.read.keras.KerasFile;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Evaluation;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.Gradients;
import io.github.tf2torch.verify.engine.Precision;
import io.github.tf2torch.verify.engine.SymbolicTensor;
import io.github.tf2torch.verify.engine.TensorFlowEngine;
import io.github.tf2torch.verify.inputs.NpyFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A family of {@code reference/make_reference.py} or {@code make_old.py}: Keras's values, and the
 * reference's own.
 */
final class Recorded {
  private static final String TRAINING = "training/";

  /** Smaller values than this are not judged by their own size. */
  private static final double SMALL = 0.25;

  /** So many outputs at once: to differentiate a graph takes time by the square of its size. */
  private static final int AT_ONCE = 2;

  private final String family;
  private final Map<String, TensorValue> keras;
  private final TfModel model;

  private Recorded(String family, TfModel model) {
    this.family = family;
    this.model = model;
    this.keras = NpyFile.readAll(fixture(family + ".npz"));
  }

  /** The values under the names of the fixture, as the reference gives them. */
  static Map<String, TensorValue> computed(String family) throws IOException {
    try (KerasFile file = KerasFile.open(model(family), ReadOptions.defaults())) {
      Recorded recorded = new Recorded(family, file.model());
      Map<String, TensorValue> all = new LinkedHashMap<>(recorded.run(false));
      if (recorded.keras.keySet().stream().anyMatch(k -> k.startsWith(TRAINING))) {
        all.putAll(recorded.run(true));
      }
      return all;
    }
  }

  static Map<String, TensorValue> expected(String family) {
    return NpyFile.readAll(fixture(family + ".npz"));
  }

  static Path model(String family) {
    boolean isOld = Recorded.class.getResource("/reference/" + family + ".h5") != null;
    return fixture(family + (isOld ? ".h5" : ".keras"));
  }

  private static Path fixture(String name) {
    try {
      return Path.of(Recorded.class.getResource("/reference/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private Map<String, TensorValue> run(boolean isTraining) {
    Map<String, TensorValue> all = new LinkedHashMap<>();
    for (Variable variable : model.variables()) {
      if (variable.dtype() == DType.FLOAT32) {
        all.put("after/" + variable.name(), stored(variable));
      }
    }
    for (int from = 0; from < cases().size(); from += AT_ONCE) {
      int to = Math.min(from + AT_ONCE, cases().size());
      run(IntStream.range(from, to).boxed().toList(), isTraining, all);
    }
    return all;
  }

  private void run(List<Integer> outputs, boolean isTraining, Map<String, TensorValue> all) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    keras.forEach(
        (name, value) -> {
          if (name.startsWith("x/")) {
            shapes.put(name.substring(2), value.shape());
          }
        });
    KerasModel chosen = Chosen.outputs(model.keras().orElseThrow(), outputs);
    Reference reference = KerasReference.build(chosen, model.variables(), shapes, isTraining);
    Map<Endpoint, TensorValue> feeds = new LinkedHashMap<>();
    reference.inputs().forEach((name, place) -> feeds.put(place, keras.get("x/" + name)));
    List<String> names = outputs.stream().map(cases()::get).toList();
    try (TensorFlowEngine engine =
        TensorFlowEngine.openDifferentiable(
            reference.graph(), model.variables(), model.tensors(), Precision.FLOAT32, 1)) {
      String prefix = isTraining ? TRAINING : "";
      List<TensorValue> results = engine.run(feeds, outputs(reference));
      for (int i = 0; i < names.size(); i++) {
        all.put(prefix + "y/" + names.get(i), results.get(i));
      }
      if (keras.keySet().stream().anyMatch(k -> k.startsWith("d/"))) {
        gradients(reference, names, engine, feeds, prefix, all);
      }
      List<String> moved = List.copyOf(reference.updates().keySet());
      List<TensorValue> after =
          moved.isEmpty()
              ? List.of()
              : engine.run(feeds, moved.stream().map(reference.updates()::get).toList());
      for (int i = 0; i < moved.size(); i++) {
        all.put("after/" + moved.get(i), after.get(i));
      }
    }
  }

  private TensorValue stored(Variable variable) {
    try {
      return Evaluation.value(
          new TensorExpr.Stored(variable.name(), variable.dtype(), variable.shape()),
          model.tensors());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Endpoint> outputs(Reference reference) {
    return reference.outputs().values().stream().map(SymbolicTensor::endpoint).toList();
  }

  /** In the order of the model's outputs. */
  private List<String> cases() {
    return keras.keySet().stream()
        .filter(k -> k.startsWith("y/"))
        .map(k -> k.substring(2))
        .toList();
  }

  private void gradients(
      Reference reference,
      List<String> names,
      TensorFlowEngine engine,
      Map<Endpoint, TensorValue> feeds,
      String prefix,
      Map<String, TensorValue> all) {
    Map<Endpoint, TensorValue> weights = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      TensorValue answer = keras.get("y/" + names.get(i));
      if (answer.dtype().isFloating()) {
        weights.put(outputs(reference).get(i), weights(answer.shape()));
      }
    }
    if (weights.isEmpty()) {
      return;
    }
    Map<Endpoint, String> places = new LinkedHashMap<>();
    reference
        .inputs()
        .forEach(
            (name, place) -> {
              if (keras.get("x/" + name).dtype() == DType.FLOAT32) {
                places.put(place, name);
              }
            });
    model.variables().stream()
        .filter(v -> v.dtype() == DType.FLOAT32)
        .forEach(v -> engine.reads(v.name()).forEach(place -> places.put(place, v.name())));
    try (Gradients gradients = engine.gradients(feeds, weights, new ArrayList<>(places.keySet()))) {
      places.forEach(
          (place, name) ->
              gradients
                  .of(place)
                  .ifPresent(g -> all.merge(prefix + "d/" + name, g.copy(), Recorded::sum)));
    }
  }

  private static TensorValue sum(TensorValue a, TensorValue b) {
    double[] sum = a.doubles().clone();
    double[] more = b.doubles();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += more[i];
    }
    return TensorValue.ofDoubles(DType.FLOAT32, a.shape(), sum);
  }

  /** What the sum of outputs that was differentiated has each element times. */
  static TensorValue weights(Shape shape) {
    double[] values =
        IntStream.range(0, Math.toIntExact(shape.count()))
            .mapToDouble(i -> (float) Math.cos(i + 1))
            .toArray();
    return TensorValue.ofDoubles(DType.FLOAT32, shape, values);
  }

  /**
   * How large the values are that one is of. Gradients are sums, of which one may vanish where
   * others of its layer don't, as that of a bias before a normalization: then it is what rounding
   * leaves of terms as large as theirs.
   */
  static double scale(String name, Map<String, TensorValue> keras) {
    if (!isGradient(name)) {
      return SMALL;
    }
    String layer = name.substring(0, name.lastIndexOf("d/") + 2) + layer(name) + "/";
    return keras.keySet().stream()
        .filter(other -> isGradient(other) && other.startsWith(layer))
        .mapToDouble(other -> largest(keras.get(other)))
        .reduce(SMALL, Math::max);
  }

  private static String layer(String name) {
    return name.substring(name.lastIndexOf("d/") + 2).split("/", -1)[0];
  }

  private static boolean isGradient(String name) {
    return name.startsWith("d/") || name.startsWith(TRAINING + "d/");
  }

  private static double largest(TensorValue value) {
    return Arrays.stream(value.doubles()).map(Math::abs).max().orElse(0);
  }

  /**
   * Where two differ by more than a share of the largest value, as words.
   *
   * @param floor what counts as largest where all are smaller
   */
  static Optional<String> difference(
      TensorValue expected, TensorValue computed, double rounding, double floor) {
    if (computed == null) {
      return Optional.of("is missing");
    }
    if (!expected.shape().equals(computed.shape())) {
      return Optional.of(computed.shape() + " instead of " + expected.shape());
    }
    double[] e = expected.doubles();
    double[] c = computed.doubles();
    double largest = floor;
    double error = 0;
    for (int i = 0; i < e.length; i++) {
      largest = Math.max(largest, Math.abs(e[i]));
      error = Math.max(error, Math.abs(e[i] - c[i]));
    }
    return error <= rounding * largest
        ? Optional.empty()
        : Optional.of("differs by " + error + " of " + largest);
  }

  @Override
  public String toString() {
    return family;
  }
}
