package io.github.tf2torch.read.graph;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.ElementValue;
import io.github.tf2torch.tensor.TensorSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.DoubleBinaryOperator;
import org.tensorflow.proto.NodeDef;

/** The numbers that a graph feeds its optimizer with: constants, variables, schedules. */
final class Hyperparameters {
  static final Set<String> PASSES =
      Set.of("Identity", "ReadVariableOp", "Cast", "Enter", "PlaceholderWithDefault", "Snapshot");
  private static final Map<String, DoubleBinaryOperator> ARITHMETIC =
      Map.ofEntries(
          Map.entry("Add", Double::sum),
          Map.entry("AddV2", Double::sum),
          Map.entry("Sub", (a, b) -> a - b),
          Map.entry("Mul", (a, b) -> a * b),
          Map.entry("RealDiv", (a, b) -> a / b),
          Map.entry("Div", (a, b) -> a / b),
          Map.entry("Pow", Math::pow),
          Map.entry("Minimum", Math::min),
          Map.entry("Maximum", Math::max),
          Map.entry("Floor", (a, b) -> Math.floor(a)),
          Map.entry("Sqrt", (a, b) -> Math.sqrt(a)),
          Map.entry("Neg", (a, b) -> -a),
          Map.entry("Exp", (a, b) -> Math.exp(a)),
          Map.entry("Cos", (a, b) -> Math.cos(a)));
  private static final int MOST_STEPS = 64;

  private final TrainingGraph graph;
  private final Map<String, Variable> variables;
  private final TensorSource tensors;

  /**
   * @param variables node → the variable that it holds
   */
  Hyperparameters(TrainingGraph graph, Map<String, Variable> variables, TensorSource tensors) {
    this.graph = graph;
    this.variables = variables;
    this.tensors = tensors;
  }

  /** A number, a schedule in the words of Keras, or a text that says why it is neither. */
  Config of(Endpoint endpoint) {
    Endpoint origin = graph.origin(endpoint, PASSES);
    return number(origin).or(() -> decay(origin)).orElseGet(() -> computed(origin));
  }

  /** The same of a learning rate, which may follow any formula of the number of steps. */
  Config rate(Endpoint endpoint) {
    Endpoint origin = graph.origin(endpoint, PASSES);
    return number(origin)
        .or(() -> decay(origin))
        .or(() -> new ComputedRate(graph, variables, this::number).of(input(origin)))
        .orElseGet(() -> computed(origin));
  }

  private static String input(Endpoint endpoint) {
    return endpoint.index() == 0 ? endpoint.node() : endpoint.node() + ":" + endpoint.index();
  }

  private Config computed(Endpoint origin) {
    if (graph.maker(origin).filter(DataSources::isPlaceholder).isPresent()) {
      return new Config.Text("fed by " + origin.node());
    }
    double now = evaluate(origin, 0);
    boolean isConstant =
        graph.behind(origin).stream().noneMatch(n -> variables.containsKey(n.getName()));
    if (Double.isNaN(now)) {
      return new Config.Text("computed in the graph");
    }
    return isConstant
        ? new Config.Real(now)
        : new Config.Text("computed in the graph: " + (float) now + " at this checkpoint");
  }

  private Optional<Config> number(Endpoint endpoint) {
    Optional<NodeDef> maker = graph.maker(endpoint);
    if (maker.isEmpty()) {
      return Optional.empty();
    }
    if (maker.get().getOp().equals("Const")) {
      return constant(maker.get(), Hyperparameters::numeric);
    }
    return Optional.ofNullable(variables.get(endpoint.node())).flatMap(this::stored);
  }

  private static <T> Optional<T> constant(
      NodeDef node, BiFunction<DType, ByteBuffer, Optional<T>> value) {
    return new ConstantReader()
        .read(node.getName(), TrainingGraph.attr(node, "value").getTensor())
        .flatMap(
            a ->
                a instanceof Attr.Tensor t && t.value().shape().count() == 1
                    ? value.apply(t.value().dtype(), t.value().bytes())
                    : Optional.empty());
  }

  /** A truth is 1 or 0. */
  private Optional<Double> number(NodeDef constant) {
    return constant(
        constant,
        (dtype, bytes) ->
            dtype == DType.BOOL
                ? Optional.of(bytes.get(0) != 0 ? 1.0 : 0.0)
                : numeric(dtype, bytes).map(Hyperparameters::real));
  }

  private static double real(Config number) {
    return number instanceof Config.Whole w ? w.value() : ((Config.Real) number).value();
  }

  private Optional<Config> stored(Variable variable) {
    if (variable.shape().count() != 1 || variable.dtype().bytes() == 0) {
      return Optional.empty();
    }
    ByteBuffer bytes = ByteBuffer.allocate(variable.dtype().bytes()).order(ByteOrder.LITTLE_ENDIAN);
    try {
      tensors.read(variable.name(), 0, bytes);
    } catch (DamagedFile e) {
      return Optional.empty(); // told where the variable itself is read
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return numeric(variable.dtype(), bytes);
  }

  private static Optional<Config> numeric(DType dtype, ByteBuffer bytes) {
    return switch (dtype) {
      case FLOAT16, BFLOAT16, FLOAT32, FLOAT64 ->
          Optional.of(new Config.Real(ElementValue.real(bytes, 0, dtype)));
      case INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32 ->
          Optional.of(new Config.Whole(ElementValue.whole(bytes, 0, dtype)));
      default -> Optional.empty();
    };
  }

  private Optional<Config> decay(Endpoint rate) {
    return new RateDecay(graph, variables::containsKey, this::constant).of(rate);
  }

  /** Without a look for a schedule, which would look for its numbers here. */
  private Config constant(Endpoint endpoint) {
    return number(endpoint).orElseGet(() -> computed(endpoint));
  }

  /** NaN where the graph alone does not say it. */
  private double evaluate(Endpoint endpoint, int depth) {
    Endpoint origin = graph.origin(endpoint, PASSES);
    Optional<Config> number = number(origin);
    if (number.isPresent()) {
      return real(number.get());
    }
    Optional<NodeDef> node = graph.maker(origin).filter(n -> ARITHMETIC.containsKey(n.getOp()));
    if (node.isEmpty() || depth > MOST_STEPS) {
      return Double.NaN;
    }
    List<Endpoint> inputs = TrainingGraph.inputs(node.get());
    if (inputs.isEmpty() || inputs.size() > 2) {
      return Double.NaN;
    }
    double a = evaluate(inputs.get(0), depth + 1);
    double b = inputs.size() > 1 ? evaluate(inputs.get(1), depth + 1) : 0;
    return Double.isNaN(a) || Double.isNaN(b)
        ? Double.NaN
        : ARITHMETIC.get(node.get().getOp()).applyAsDouble(a, b);
  }
}
