package io.github.tf2torch.verify.engine;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.TensorSource;
import io.github.tf2torch.tensor.TensorValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** TensorFlow training a graph by the graph's own operations. */
public final class GraphTrainer implements AutoCloseable {
  private static final String READ = "tf2torch/trained/";

  private final TensorFlowEngine engine;
  private final Step step;
  private final Map<String, Endpoint> reads = new LinkedHashMap<>();
  private final List<String> counters;

  private GraphTrainer(TensorFlowEngine engine, Step step, List<String> counters) {
    this.engine = engine;
    this.step = step;
    this.counters = counters;
  }

  /**
   * What a step is.
   *
   * @param loss a sum where it is more than one number
   * @param operations that are run
   * @param first operations that run before those of {@code last}
   * @param rates the learning rates that they take
   * @param counters variables by which an optimizer counts its steps; TensorFlow has them in
   *     float32 whatever it trains, and so they stay
   */
  public record Step(
      Endpoint loss,
      List<String> operations,
      List<String> first,
      List<String> last,
      List<Endpoint> rates,
      List<String> counters) {
    public Step {
      first = List.copyOf(first);
      last = List.copyOf(last);
      operations = List.copyOf(operations);
      rates = List.copyOf(rates);
      counters = List.copyOf(counters);
    }
  }

  /** Loads a graph and assigns all variables in it, slots as well. */
  public static GraphTrainer open(
      TensorFlowGraph graph,
      List<Variable> variables,
      TensorSource tensors,
      Precision precision,
      Step step) {
    GraphDef.Builder complete = ordered(graph.graph(), step);
    Map<String, Endpoint> reads = new LinkedHashMap<>();
    Map<String, NodeDef> nodes = new LinkedHashMap<>();
    graph.graph().getNodeList().forEach(n -> nodes.put(n.getName(), n));
    graph
        .handles()
        .forEach(
            (node, variable) -> {
              NodeDef handle = nodes.get(node);
              if (handle != null && reads.get(variable) == null) {
                NodeDef read = read(handle, READ + reads.size());
                complete.addNode(read);
                reads.put(variable, new Endpoint(read.getName(), 0));
              }
            });
    List<String> counted = new ArrayList<>();
    for (Variable variable : variables) {
      if (step.counters().contains(variable.name())
          && variable.dtype() == DType.FLOAT32
          && reads.containsKey(variable.name())) {
        counted.add(variable.name());
      }
    }
    TensorFlowEngine engine =
        TensorFlowEngine.open(
            new TensorFlowGraph(complete.build(), graph.handles()),
            variables,
            tensors,
            precision,
            1);
    GraphTrainer trainer = new GraphTrainer(engine, step, counted);
    trainer.reads.putAll(reads);
    return trainer;
  }

  private static GraphDef.Builder ordered(GraphDef graph, Step step) {
    GraphDef.Builder ordered = graph.toBuilder();
    for (int i = 0; i < ordered.getNodeCount(); i++) {
      if (step.last().contains(ordered.getNode(i).getName())) {
        NodeDef.Builder node = ordered.getNodeBuilder(i);
        step.first().forEach(f -> node.addInput("^" + f));
      }
    }
    return ordered;
  }

  private static NodeDef read(NodeDef handle, String name) {
    boolean isReference = handle.getOp().startsWith("Variable");
    AttrValue type =
        handle.getAttrOrDefault("dtype", AttrValue.newBuilder().setType(DataType.DT_FLOAT).build());
    return NodeScope.node(name, isReference ? "Identity" : "ReadVariableOp", handle.getName())
        .putAttr(isReference ? "T" : "dtype", type)
        .build();
  }

  /** Of the engine. */
  public EngineSettings settings() {
    return engine.settings();
  }

  /** Nodes of a float64 run that compute in float32. */
  public List<String> islands() {
    return engine.islands();
  }

  /**
   * What a step gave.
   *
   * @param loss before it
   * @param rates by the places that were not fed
   * @param beside what else was asked for, as it was before the step
   */
  public record Stepped(double loss, Map<Endpoint, Double> rates, List<TensorValue> beside) {
    public Stepped {
      rates = Map.copyOf(rates);
      beside = List.copyOf(beside);
    }
  }

  public Stepped step(Map<Endpoint, TensorValue> feeds) {
    return step(feeds, List.of());
  }

  /** A step that also gives these values, of the same run. */
  public Stepped step(Map<Endpoint, TensorValue> feeds, List<Endpoint> beside) {
    List<Endpoint> fetches = new ArrayList<>(List.of(step.loss()));
    step.rates().stream().filter(r -> !feeds.containsKey(r)).forEach(fetches::add);
    int own = fetches.size();
    fetches.addAll(beside);
    try (RunResult result = engine.step(feeds, fetches, step.operations())) {
      double loss = 0;
      for (double part : result.values().get(0).copy().doubles()) {
        loss += part;
      }
      Map<Endpoint, Double> rates = new LinkedHashMap<>();
      for (int i = 1; i < own; i++) {
        rates.put(fetches.get(i), result.values().get(i).copy().doubleAt(0));
      }
      if (engine.isFloat64()) {
        counters.forEach(this::round);
      }
      List<TensorValue> asked =
          result.values().subList(own, fetches.size()).stream().map(TensorView::copy).toList();
      return new Stepped(loss, rates, asked);
    }
  }

  private void round(String variable) {
    TensorValue value = value(variable);
    double[] rounded = value.doubles();
    for (int i = 0; i < rounded.length; i++) {
      rounded[i] = (float) rounded[i];
    }
    engine.assign(variable, TensorValue.ofDoubles(DType.FLOAT64, value.shape(), rounded));
  }

  /** Whether the step has such a variable. */
  public boolean has(String variable) {
    return reads.containsKey(variable);
  }

  /** A variable as it is after the steps so far. */
  public TensorValue value(String variable) {
    Endpoint read = reads.get(variable);
    if (read == null) {
      throw new EngineFailure("the graph that trains has no variable " + variable);
    }
    return engine.run(Map.of(), List.of(read)).get(0);
  }

  @Override
  public void close() {
    engine.close();
  }
}
