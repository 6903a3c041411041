package io.github.tf2torch.read.graph;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/**
 * Placeholders by which a TF1 program says whether it trains: a flag, and the share that dropout
 * keeps. They are no inputs of the model; each gets what it is fed with at inference as its
 * default.
 */
final class ModePlaceholders {
  /** Names of flags that are true where nothing is trained. */
  private static final Pattern MEANS_INFERENCE =
      Pattern.compile(
          "(.*[/_])?(is_?)?(infer(ence|ring)?|test(ing)?|eval(uat(e|ing|ion))?"
              + "|predict(ing|ion)?|valid(at(e|ing|ion))?|deterministic)(_(mode|flag|ph|\\d+))?",
          Pattern.CASE_INSENSITIVE);

  /** How far behind an addition its random numbers are made. */
  private static final int STEPS = 5;

  private static final Set<String> SUMS = Set.of("Add", "AddV2");
  private static final Set<String> PASSES = Set.of("Identity", "Cast");

  /** What a placeholder says, and what it is fed with at inference. */
  private enum Mode {
    FLAG("says whether the model trains: it is self.training"),
    ANSWERS("says that the model only answers: it is true"),
    KEPT("is the share that dropout keeps: 1 at inference; nn.Dropout drops half in training"),
    DROPPED("is the share that dropout drops: 0 at inference; nn.Dropout drops half in training");

    private final String meaning;

    Mode(String meaning) {
      this.meaning = meaning;
    }
  }

  private final Map<String, Mode> modes = new LinkedHashMap<>();
  private final TrainingGraph graph;

  private ModePlaceholders(TrainingGraph graph) {
    this.graph = graph;
  }

  /**
   * Those among what the outputs are made of.
   *
   * @param inputs what the user feeds
   */
  static ModePlaceholders among(
      Set<NodeDef> needed, TrainingGraph graph, Collection<Endpoint> inputs) {
    ModePlaceholders mode = new ModePlaceholders(graph);
    Map<String, List<NodeDef>> readers = TrainingGraph.readers(needed);
    for (NodeDef node : needed) {
      boolean isFed = inputs.stream().anyMatch(i -> i.node().equals(node.getName()));
      if (DataSources.isPlaceholder(node) && mayBeScalar(node) && !isFed) {
        Optional<Mode> found =
            type(node) == DataType.DT_BOOL
                ? Optional.of(
                    MEANS_INFERENCE.matcher(node.getName()).matches() ? Mode.ANSWERS : Mode.FLAG)
                : mode.share(node.getName(), readers, false, STEPS).filter(m -> isFloat(node));
        found.ifPresent(m -> mode.modes.put(node.getName(), m));
      }
    }
    return mode;
  }

  /** What they are fed in training, dropout switched off; those that have a default as well. */
  static Map<Endpoint, TensorValue> inTraining(
      Set<NodeDef> needed, TrainingGraph graph, Collection<Endpoint> inputs) {
    Set<NodeDef> all = new LinkedHashSet<>();
    for (NodeDef node : needed) {
      boolean hasDefault = node.getOp().equals("PlaceholderWithDefault");
      all.add(hasDefault ? node.toBuilder().setOp("Placeholder").clearInput().build() : node);
    }
    Map<Endpoint, TensorValue> fed = new LinkedHashMap<>();
    among(all, graph, inputs)
        .modes
        .forEach((name, mode) -> fed.put(new Endpoint(name, 0), inTraining(name, mode, graph)));
    return fed;
  }

  private static TensorValue inTraining(String name, Mode mode, TrainingGraph graph) {
    boolean isDouble = graph.maker(name).filter(n -> type(n) == DataType.DT_DOUBLE).isPresent();
    DType real = isDouble ? DType.FLOAT64 : DType.FLOAT32;
    return switch (mode) {
      case FLAG -> TensorValue.ofLongs(DType.BOOL, Shape.of(), 1);
      case ANSWERS -> TensorValue.ofLongs(DType.BOOL, Shape.of(), 0);
      case KEPT -> TensorValue.ofDoubles(real, Shape.of(), 1);
      case DROPPED -> TensorValue.ofDoubles(real, Shape.of(), 0);
    };
  }

  private static DataType type(NodeDef node) {
    return node.getAttrOrDefault("dtype", AttrValue.getDefaultInstance()).getType();
  }

  private static boolean isFloat(NodeDef node) {
    return type(node) == DataType.DT_FLOAT || type(node) == DataType.DT_DOUBLE;
  }

  private static boolean mayBeScalar(NodeDef node) {
    AttrValue shape = node.getAttrOrDefault("shape", AttrValue.getDefaultInstance());
    return shape.getShape().getDimCount() == 0; // of unknown rank too
  }

  /**
   * Dropout is {@code floor(keep + random)}, or {@code random >= rate}; either may be computed from
   * the other.
   */
  private Optional<Mode> share(
      String node, Map<String, List<NodeDef>> readers, boolean isInverted, int steps) {
    for (NodeDef reader : steps == 0 ? List.<NodeDef>of() : readers.getOrDefault(node, List.of())) {
      Optional<Mode> found = Optional.empty();
      if (SUMS.contains(reader.getOp()) && readsNoise(reader)) {
        found = Optional.of(isInverted ? Mode.DROPPED : Mode.KEPT);
      } else if (reader.getOp().equals("GreaterEqual") && readsNoise(reader)) {
        found = Optional.of(isInverted ? Mode.KEPT : Mode.DROPPED);
      } else if (reader.getOp().equals("Sub")) {
        found = share(reader.getName(), readers, !isInverted, steps - 1);
      } else if (PASSES.contains(reader.getOp())) {
        found = share(reader.getName(), readers, isInverted, steps - 1);
      }
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private boolean readsNoise(NodeDef reader) {
    return reader.getInputList().stream().anyMatch(i -> isNoise(i, STEPS));
  }

  private boolean isNoise(String input, int steps) {
    return steps > 0
        && graph
            .maker(input)
            .filter(
                n ->
                    n.getOp().contains("RandomUniform")
                        || n.getInputList().stream().anyMatch(i -> isNoise(i, steps - 1)))
            .isPresent();
  }

  /** One line each, of what was chosen. */
  List<String> assumed() {
    List<String> lines = new ArrayList<>();
    modes.forEach((name, mode) -> lines.add("placeholder " + name + " " + mode.meaning));
    return lines;
  }

  /** The graph, in which each has its default. */
  GraphDef withDefaults(GraphDef stored) {
    if (modes.isEmpty()) {
      return stored;
    }
    GraphDef.Builder changed = stored.toBuilder().clearNode();
    for (NodeDef node : stored.getNodeList()) {
      Mode mode = modes.get(node.getName());
      if (mode == null) {
        changed.addNode(node);
        continue;
      }
      String constant = node.getName() + "/at_inference";
      changed.addNode(
          NodeDef.newBuilder()
              .setName(constant)
              .setOp("Const")
              .putAttr("dtype", AttrValue.newBuilder().setType(type(node)).build())
              .putAttr("value", AttrValue.newBuilder().setTensor(value(mode, type(node))).build()));
      changed.addNode(
          NodeDef.newBuilder()
              .setName(node.getName())
              .setOp("PlaceholderWithDefault")
              .addInput(constant)
              .putAttr("dtype", AttrValue.newBuilder().setType(type(node)).build())
              .putAttr(
                  "shape",
                  AttrValue.newBuilder().setShape(TensorShapeProto.getDefaultInstance()).build()));
    }
    return changed.build();
  }

  private static TensorProto value(Mode mode, DataType type) {
    TensorProto.Builder value =
        TensorProto.newBuilder()
            .setDtype(type)
            .setTensorShape(TensorShapeProto.getDefaultInstance());
    double share = mode == Mode.KEPT ? 1 : 0;
    return switch (type) {
      case DT_BOOL -> value.addBoolVal(mode == Mode.ANSWERS).build();
      case DT_DOUBLE -> value.addDoubleVal(share).build();
      default -> value.addFloatVal((float) share).build();
    };
  }
}
