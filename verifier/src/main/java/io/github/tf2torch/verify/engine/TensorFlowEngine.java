package io.github.tf2torch.verify.engine;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.tensor.TensorSource;
import io.github.tf2torch.tensor.TensorValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.proto.GraphDef;

/** TensorFlow, holding one graph whose variables have been given their values. CPU only. */
public final class TensorFlowEngine implements AutoCloseable {
  private final Graph graph;
  private final Session session;
  private final Precision precision;
  private final Map<Endpoint, Endpoint> moved;
  private final List<String> islands;
  private final Set<String> behindIslands;
  private final EngineSettings settings;
  private final GraphDef definition;
  private final Map<String, List<Endpoint>> reads;
  private final List<VariableAssignment.Step> steps;

  private TensorFlowEngine(
      GraphDef graphDef,
      Opening opening,
      Float64Rewrite.Result rewrite,
      Map<String, List<Endpoint>> reads,
      List<VariableAssignment.Step> steps,
      TensorFlowLibrary library) {
    this.reads = reads;
    this.steps = steps;
    this.precision = opening.precision();
    this.moved = rewrite.moved();
    this.behindIslands = rewrite.behindIslands();
    this.islands =
        rewrite.islands().stream().map(Float64Rewrite.Island::toString).sorted().toList();
    this.settings = settings(library, opening.threads(), precision);
    this.definition = graphDef;
    this.graph = new Graph();
    try {
      graph.importGraphDef(graphDef);
    } catch (RuntimeException e) {
      graph.close();
      throw new EngineFailure("TensorFlow does not take the graph: " + e.getMessage(), e);
    }
    this.session = new Session(graph, false, SessionConfig.of(opening.threads()));
  }

  private record Opening(Precision precision, int threads) {}

  /** Loads a graph and assigns its variables from {@code tensors}, one at a time. */
  public static TensorFlowEngine open(
      TensorFlowGraph graph,
      List<Variable> variables,
      TensorSource tensors,
      Precision precision,
      int threads) {
    return open(graph, variables, tensors, new Opening(precision, threads), false);
  }

  /** The same, in the form in which gradients can be asked for. */
  public static TensorFlowEngine openDifferentiable(
      TensorFlowGraph graph,
      List<Variable> variables,
      TensorSource tensors,
      Precision precision,
      int threads) {
    return open(graph, variables, tensors, new Opening(precision, threads), true);
  }

  private static TensorFlowEngine open(
      TensorFlowGraph graph,
      List<Variable> variables,
      TensorSource tensors,
      Opening opening,
      boolean isDifferentiable) {
    TensorFlowLibrary library = TensorFlowLibrary.load();
    Map<String, Variable> byName =
        variables.stream().collect(Collectors.toMap(Variable::name, Function.identity()));
    GraphDef own = VariableAssignment.withOwnHandles(graph, byName);
    Float64Rewrite.Result rewrite =
        opening.precision() == Precision.FLOAT64
            ? Float64Rewrite.rewrite(own, library)
            : Float64Rewrite.Result.none(own);
    // last, so that what the rewrite expands is differentiated node by node as well
    GraphDef computed = isDifferentiable ? Differentiable.of(rewrite.graph()) : rewrite.graph();
    GraphDef.Builder complete = computed.toBuilder();
    List<VariableAssignment.Step> steps =
        VariableAssignment.append(complete, graph.handles(), byName);
    TensorFlowEngine engine =
        new TensorFlowEngine(
            complete.build(),
            opening,
            rewrite,
            Differentiable.reads(computed, graph.handles()),
            steps,
            library);
    try {
      engine.values().assign(byName, tensors);
      return engine;
    } catch (RuntimeException e) {
      engine.close();
      throw e;
    }
  }

  /** Gives a variable another value from now on; false where the graph has no such variable. */
  public boolean assign(String variable, TensorValue value) {
    return values().assign(variable, value);
  }

  private HeldVariables values() {
    return new HeldVariables(session, precision, steps);
  }

  private static EngineSettings settings(
      TensorFlowLibrary library, int threads, Precision precision) {
    Map<String, String> settings = new TreeMap<>(library.environment());
    settings.put("device", "cpu");
    settings.put("graph optimizer", "off");
    settings.put("inter-op threads", "1");
    settings.put("precision", precision.name().toLowerCase(java.util.Locale.ROOT));
    return new EngineSettings(
        "TensorFlow", library.version(), "TensorFlow-Java 1.1.0", threads, settings);
  }

  public EngineSettings settings() {
    return settings;
  }

  /** Nodes of a float64 run that compute in float32, with their operations: {@code lrn (LRN)}. */
  public List<String> islands() {
    return islands;
  }

  /** Whether this output is computed in float64 from the inputs on, past no island. */
  public boolean isFloat64(Endpoint endpoint) {
    return precision == Precision.FLOAT64 && !behindIslands.contains(endpoint.node());
  }

  /** As {@link #answer} does, with values to keep. */
  public List<TensorValue> run(Map<Endpoint, TensorValue> feeds, List<Endpoint> fetches) {
    try (RunResult result = answer(feeds, fetches)) {
      return result.copies();
    }
  }

  /**
   * Runs the graph once. In float64, float32 feeds are widened and every floating point result is
   * float64. An input that no output needs is in no pruned graph, and is not fed.
   */
  public RunResult answer(Map<Endpoint, TensorValue> feeds, List<Endpoint> fetches) {
    return step(feeds, fetches, List.of());
  }

  private static EngineFailure failure(RuntimeException e) {
    return MissingKernel.of(e)
        .or(() -> FixedBatch.of(e))
        .orElseGet(
            () -> new EngineFailure("TensorFlow fails to run the graph: " + e.getMessage(), e));
  }

  /** Where the value of a variable comes out, once for each time that the graph reads it. */
  public List<Endpoint> reads(String variable) {
    return reads.getOrDefault(variable, List.of());
  }

  /**
   * The gradients of all outputs, each weighted by what is given for it and summed, for every
   * target. Of an engine that was opened to be differentiated.
   *
   * @throws MissingGradient where TensorFlow has none for an operation in between
   */
  public Gradients gradients(
      Map<Endpoint, TensorValue> feeds,
      Map<Endpoint, TensorValue> outputs,
      List<Endpoint> targets) {
    Backward backward = backward(outputs, targets);
    Map<Endpoint, TensorValue> fed = new LinkedHashMap<>(feeds);
    fed.putAll(backward.fed());
    List<Endpoint> reached = List.copyOf(backward.gradients().keySet());
    if (reached.isEmpty()) {
      return new Gradients(reached, RunResult.of(List.of()));
    }
    try {
      return new Gradients(reached, answer(fed, List.copyOf(backward.gradients().values())));
    } catch (MissingKernel e) {
      throw e;
    } catch (EngineFailure e) {
      throw new MissingGradient("TensorFlow fails to differentiate: " + e.getMessage(), e);
    }
  }

  Backward backward(Map<Endpoint, TensorValue> outputs, List<Endpoint> targets) {
    return Backward.of(graph, definition, moved, outputs, targets);
  }

  /** Whether everything is widened to float64. */
  boolean isFloat64() {
    return precision == Precision.FLOAT64;
  }

  /** A run with some feeds that TensorFlow holds already. */
  Result fetch(
      Map<Endpoint, TensorValue> feeds, Map<Endpoint, Tensor> held, List<Endpoint> fetches) {
    List<Tensor> fed = new ArrayList<>();
    try {
      Session.Runner runner = runner(feeds, fed);
      held.forEach((place, tensor) -> runner.feed(place.node(), place.index(), tensor));
      fetches.forEach(fetch -> runner.fetch(fetch.node(), fetch.index()));
      return runner.run();
    } catch (TensorFlowException | IllegalArgumentException | UnsupportedOperationException e) {
      throw failure(e);
    } finally {
      fed.forEach(Tensor::close);
    }
  }

  /** A run that also runs these operations, which may change variables. */
  public RunResult step(
      Map<Endpoint, TensorValue> feeds, List<Endpoint> fetches, List<String> operations) {
    fetches.forEach(this::requireOutput);
    List<Tensor> fed = new ArrayList<>();
    try {
      Session.Runner runner = runner(feeds, fed);
      // an output may be a boundary too: each is fetched once, however often it is asked for
      List<Endpoint> distinct = fetches.stream().distinct().toList();
      for (Endpoint fetch : distinct) {
        Endpoint place = moved.getOrDefault(fetch, fetch);
        runner.fetch(place.node(), place.index());
      }
      operations.forEach(runner::addTarget);
      return viewed(runner.run(), fetches.stream().map(distinct::indexOf).toList());
    } catch (TensorFlowException | IllegalArgumentException | UnsupportedOperationException e) {
      throw failure(e);
    } finally {
      fed.forEach(Tensor::close);
    }
  }

  private Session.Runner runner(Map<Endpoint, TensorValue> feeds, List<Tensor> fed) {
    Session.Runner runner = session.runner();
    feeds.forEach(
        (endpoint, value) -> {
          Endpoint place = moved.getOrDefault(endpoint, endpoint);
          if (graph.operation(place.node()) == null) {
            return;
          }
          Tensor tensor =
              TensorFlowTensors.toNative(
                  precision == Precision.FLOAT64 ? TensorFlowTensors.widened(value) : value);
          fed.add(tensor);
          runner.feed(place.node(), place.index(), tensor);
        });
    return runner;
  }

  /** All that a run gave, in its order. */
  static RunResult viewed(Result result) {
    return viewed(result, IntStream.range(0, result.size()).boxed().toList());
  }

  private static RunResult viewed(Result result, List<Integer> order) {
    try {
      return new RunResult(
          order.stream().map(i -> TensorFlowTensors.view(result.get(i))).toList(), result);
    } catch (RuntimeException e) {
      result.close();
      throw e;
    }
  }

  private void requireOutput(Endpoint endpoint) {
    Endpoint place = moved.getOrDefault(endpoint, endpoint);
    if (graph.operation(place.node()) == null
        || place.index() >= graph.operation(place.node()).numOutputs()) {
      throw new BadRequest("the graph has no output " + endpoint);
    }
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}
