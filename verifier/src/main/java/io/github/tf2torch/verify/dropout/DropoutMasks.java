package io.github.tf2torch.verify.dropout;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.model.target.nn.Dropout;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.DropoutOp;
import io.github.tf2torch.verify.engine.TensorFlowEngine;
import io.github.tf2torch.verify.engine.TensorFlowGraph;
import io.github.tf2torch.verify.inputs.OpSeed;
import io.github.tf2torch.verify.inputs.TensorFlowRandom;
import io.github.tf2torch.verify.judge.Arrangement;
import io.github.tf2torch.verify.run.WithoutDropout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The dropouts of a model and their masks, the same for both sides: what TensorFlow's random
 * operations draw from their seeds is fed to them, and what TensorFlow's dropout makes of ones goes
 * to PyTorch's program as factors.
 */
public final class DropoutMasks {
  private static final String FACTOR = "factor_of_dropout_";

  /** Where the graph gives no seed: the first of TensorFlow's default, the second counts. */
  private static final long DEFAULT_SEED = 87654321;

  private final List<Dropped> dropouts;

  private DropoutMasks(List<Dropped> dropouts) {
    this.dropouts = List.copyOf(dropouts);
  }

  /** A dropout on both sides. */
  record Dropped(Site site, DropoutOp op, boolean isSeededHere) {}

  /** All dropouts of a program that TensorFlow's graph has as well. */
  public static DropoutMasks of(TorchModel model, TensorFlowGraph training) {
    List<Endpoint> boundaries = model.taps().stream().map(TorchModel.Tap::source).toList();
    List<Dropped> found = new ArrayList<>();
    for (Site site : Site.of(model, m -> m instanceof Dropout)) {
      Optional<DropoutOp> op =
          site.input().flatMap(x -> DropoutOp.at(training, site.output(), boundaries));
      op.map(
              o ->
                  o.isSeeded()
                      ? new Dropped(site, o, false)
                      : new Dropped(site, o.seeded(DEFAULT_SEED, found.size()), true))
          .ifPresent(found::add);
    }
    return new DropoutMasks(found);
  }

  public List<Dropped> dropouts() {
    return dropouts;
  }

  /** The graph in which every dropout has seeds. */
  public TensorFlowGraph seeded(TensorFlowGraph graph) {
    return DropoutOp.in(graph, dropouts.stream().map(Dropped::op).toList());
  }

  /**
   * The uniform numbers of each dropout, by Philox, of the shapes that TensorFlow draws.
   *
   * @param drawn what TensorFlow's operations gave
   * @param run 0 for the operations' first
   */
  public Map<Endpoint, TensorValue> uniform(List<TensorValue> drawn, long run) {
    Map<Endpoint, TensorValue> uniform = new LinkedHashMap<>();
    for (int i = 0; i < dropouts.size(); i++) {
      DropoutOp op = dropouts.get(i).op();
      TensorValue like = drawn.get(i);
      uniform.put(
          op.drawn(),
          TensorFlowRandom.ofRun(new OpSeed(op.seed(), op.seed2()), run, like.shape().count())
              // a graph that is widened to float64 keeps what it draws in float32
              .uniform(DType.FLOAT32, like.shape()));
    }
    return uniform;
  }

  /** What TensorFlow's random operations draw by themselves. */
  public List<TensorValue> drawn(TensorFlowEngine engine, Map<Endpoint, TensorValue> feeds) {
    List<Endpoint> places = dropouts.stream().map(d -> d.op().drawn()).toList();
    return places.isEmpty() ? List.of() : engine.run(feeds, places);
  }

  /**
   * What TensorFlow's dropouts multiply by: what they make of ones, in TensorFlow's order.
   *
   * @param feeds with the uniform numbers of each
   */
  public List<TensorValue> factors(TensorFlowEngine engine, Map<Endpoint, TensorValue> feeds) {
    List<TensorValue> factors = new ArrayList<>();
    for (Dropped dropped : dropouts) {
      Endpoint x = dropped.site().input().orElseThrow();
      TensorValue value = engine.run(feeds, List.of(x)).get(0);
      double[] ones = new double[Math.toIntExact(value.shape().count())];
      Arrays.fill(ones, 1);
      Map<Endpoint, TensorValue> ofOnes = new HashMap<>(feeds);
      ofOnes.put(x, TensorValue.ofDoubles(DType.FLOAT32, value.shape(), ones));
      factors.add(engine.run(ofOnes, List.of(dropped.site().output())).get(0));
    }
    return factors;
  }

  /** Factors as {@link #program} takes them, behind its own inputs. */
  public List<TensorValue> arguments(List<TensorValue> factors) {
    List<TensorValue> arguments = new ArrayList<>();
    for (int i = 0; i < dropouts.size(); i++) {
      arguments.add(Arrangement.toTorch(factors.get(i), dropouts.get(i).site().layout()));
    }
    return arguments;
  }

  /** The program that takes factors in the place of its dropouts; others drop nothing. */
  public TorchModel program(TorchModel model) {
    Map<String, String> factorOf = new HashMap<>();
    List<TorchModel.Input> inputs = new ArrayList<>(model.inputs());
    for (int i = 0; i < dropouts.size(); i++) {
      Site site = dropouts.get(i).site();
      String factor = FACTOR + i;
      factorOf.put(site.value(), factor);
      inputs.add(
          new TorchModel.Input(
              factor,
              factor,
              new Endpoint(factor, 0),
              DType.FLOAT32,
              new Dims(List.of()),
              site.layout()));
    }
    List<Statement> body = new ArrayList<>();
    for (Statement statement : model.body()) {
      body.add(
          statement instanceof Statement.Assign a
                  && a.value() instanceof Expr.ModuleCall call
                  && factorOf.containsKey(a.targets().get(0))
              ? new Statement.Assign(
                  a.targets(),
                  Expr.aten(
                      "mul", call.arguments().get(0), Expr.local(factorOf.get(a.targets().get(0)))))
              : statement);
    }
    return new TorchModel(
        model.className(),
        inputs,
        model.modules().stream().map(WithoutDropout::of).toList(),
        model.tensors(),
        body,
        model.outputs(),
        model.taps());
  }
}
