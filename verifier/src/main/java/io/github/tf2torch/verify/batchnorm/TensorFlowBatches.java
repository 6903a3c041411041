package io.github.tf2torch.verify.batchnorm;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.model.target.nn.BatchNorm;
import io.github.tf2torch.model.target.nn.BiasedBatchNorm;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Evaluation;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorSource;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.dropout.Site;
import io.github.tf2torch.verify.engine.BatchNormOp;
import io.github.tf2torch.verify.engine.Precision;
import io.github.tf2torch.verify.engine.RunResult;
import io.github.tf2torch.verify.engine.TensorFlowEngine;
import io.github.tf2torch.verify.engine.TensorFlowGraph;
import io.github.tf2torch.verify.engine.TrainingMode;
import io.github.tf2torch.verify.judge.Arrangement;
import io.github.tf2torch.verify.run.Examination;
import io.github.tf2torch.verify.run.Objective;
import io.github.tf2torch.verify.subject.Retyped;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * TensorFlow's side: the graph's own training form, or a graph that has lost it switched back to
 * training.
 */
final class TensorFlowBatches {
  private final NormalizedBatches batches;
  private final Map<Site, BatchNormOp> ops = new LinkedHashMap<>();
  private final Set<Site> switched = new LinkedHashSet<>();
  private final List<String> updates = new ArrayList<>();
  private final Set<String> updated = new LinkedHashSet<>();
  private final Set<String> summed = new LinkedHashSet<>();
  private TensorFlowGraph graph;

  TensorFlowBatches(NormalizedBatches batches) throws IOException {
    this.batches = batches;
    this.graph = batches.masks().seeded(batches.side().graph());
    findOps();
    findUpdates();
  }

  /** How many operations had no training form and were given one. */
  int switched() {
    return switched.size();
  }

  /** Whether the graph moves every running statistic itself. */
  boolean movesAll() {
    return updated.size() == batches.sites().size() * Compared.STATISTICS.size();
  }

  /** Whether a value is a sum of shares whose two float32 numbers are not quite one together. */
  boolean isSummed(String name) {
    return summed.contains(name);
  }

  private void findOps() throws IOException {
    List<Endpoint> boundaries =
        batches.subject().torch().taps().stream().map(TorchModel.Tap::source).toList();
    for (Site site : batches.sites()) {
      BatchNormOp op = BatchNormOp.at(graph, site.output(), boundaries);
      if (!op.isByBatch()) {
        BatchNormOp.Switched form = op.switched(graph, parameters(site));
        graph = form.graph();
        op = form.op();
        switched.add(site);
      }
      ops.put(site, op);
    }
  }

  private BatchNormOp.Parameters parameters(Site site) throws IOException {
    BatchNorm module = BatchNormRun.module(site.module());
    return new BatchNormOp.Parameters(
        site.input().orElse(site.output()),
        site.turned(),
        site.layout().order().axes().get(1),
        inTensorflowsOrder(site, batches.value(site.path() + ".weight")),
        inTensorflowsOrder(site, batches.value(site.path() + ".bias")),
        module.eps());
  }

  private void findUpdates() {
    List<Endpoint> fed = List.copyOf(batches.side().feeds(batches.inputs().get(0)).keySet());
    for (Site site : batches.sites()) {
      for (String statistic : Compared.STATISTICS) {
        String name = site.path() + "." + statistic;
        List<String> variables = List.copyOf(batches.tensor(name).recipe().variables());
        List<TrainingMode.Update> own =
            switched.contains(site) ? List.of() : TrainingMode.updates(graph, variables, fed);
        if (!own.isEmpty()) {
          own.forEach(u -> updates.add(u.node()));
          updated.add(name);
          if (!own.stream().allMatch(TrainingMode.Update::isByShare)) {
            summed.add(Compared.after(name));
          }
        }
      }
    }
  }

  /** TensorFlow's values, and what its dropouts multiplied by in each batch. */
  record Side(
      Map<String, TensorValue> values, List<List<TensorValue>> factors, boolean isFloat64) {}

  /**
   * Runs them one after the other.
   *
   * @param uniform what dropouts draw in each batch; filled by the first run
   */
  Side run(Precision precision, List<Map<Endpoint, TensorValue>> uniform, Examination examination)
      throws IOException {
    DType dtype = precision == Precision.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32;
    Map<String, TensorValue> all = new LinkedHashMap<>();
    List<List<TensorValue>> factors = new ArrayList<>();
    try (TensorFlowEngine engine = batches.side().engine(graph, precision)) {
      Map<String, TensorValue> running = new LinkedHashMap<>();
      for (int i = 0; i < Compared.BATCHES; i++) {
        Map<Endpoint, TensorValue> feeds = batches.side().feeds(batches.inputs().get(i));
        if (uniform.size() == i) {
          uniform.add(batches.masks().uniform(batches.masks().drawn(engine, feeds), i));
        }
        feeds.putAll(uniform.get(i));
        factors.add(batches.masks().factors(engine, feeds));
        tensorflow(engine, feeds, i, all, running);
      }
      for (Site site : batches.sites()) {
        for (String statistic : Compared.STATISTICS) {
          String name = site.path() + "." + statistic;
          TensorValue value =
              updated.contains(name) ? moved(name, engine, dtype) : running.get(name);
          all.put(Compared.after(name), value);
        }
      }
      examination.describe(List.of(engine.settings()), engine.islands());
      return new Side(all, factors, precision == Precision.FLOAT64 && engine.islands().isEmpty());
    }
  }

  private void tensorflow(
      TensorFlowEngine engine,
      Map<Endpoint, TensorValue> feeds,
      int batch,
      Map<String, TensorValue> all,
      Map<String, TensorValue> running)
      throws IOException {
    List<TorchModel.Output> outputs = Objective.outputs(batches.subject().torch());
    List<Endpoint> fetches = new ArrayList<>(outputs.stream().map(o -> o.source()).toList());
    List<Site> computed =
        batches.sites().stream()
            .filter(s -> !updated.contains(s.path() + ".running_mean"))
            .toList();
    for (Site site : computed) {
      fetches.add(ops.get(site).batchMean());
      fetches.add(ops.get(site).batchVariance(isBiased(site)));
    }
    if (batch == 0) {
      batches.sites().forEach(s -> fetches.add(s.output()));
    }
    try (RunResult result = engine.step(feeds, fetches, updates)) {
      int at = 0;
      for (TorchModel.Output output : outputs) {
        Compared.join(all, output, result.values().get(at++).copy());
      }
      for (Site site : computed) {
        for (String statistic : Compared.STATISTICS) {
          String name = site.path() + "." + statistic;
          TensorValue found = result.values().get(at++).copy();
          if (!running.containsKey(name)) {
            running.put(name, batches.value(name));
          }
          running.put(name, followed(running.get(name), inTorchsOrder(site, found), site));
        }
      }
      if (batch == 0) {
        for (Site site : batches.sites()) {
          all.put(Compared.squares(site), Compared.squares(result.values().get(at++).copy()));
        }
      }
    }
  }

  /** {@code (1 - momentum) * old + momentum * batch}, in the type of the batch's. */
  private static TensorValue followed(TensorValue old, TensorValue batch, Site site) {
    float momentum = BatchNormRun.module(site.module()).momentum();
    double[] before = old.doubles();
    double[] found = batch.doubles();
    for (int i = 0; i < found.length; i++) {
      // as PyTorch has it, whose momentum it is
      found[i] = before[i] + momentum * (found[i] - before[i]);
    }
    return TensorValue.ofDoubles(batch.dtype(), batch.shape(), found);
  }

  private TensorValue moved(String name, TensorFlowEngine engine, DType dtype) throws IOException {
    TensorSource source =
        (variable, offset, target) -> {
          TensorValue value = engine.run(Map.of(), engine.reads(variable).subList(0, 1)).get(0);
          target.put(value.bytes().slice(Math.toIntExact(offset), target.remaining()));
        };
    return Evaluation.value(Retyped.of(batches.tensor(name).recipe(), dtype), source);
  }

  private static TensorValue inTensorflowsOrder(Site site, TensorValue value) {
    if (site.layout().flattened().isEmpty()) {
      return value;
    }
    TensorValue row = Compared.reshaped(value, Shape.of(1, value.shape().count()));
    return Compared.reshaped(Arrangement.toTensorflow(row, site.layout()), value.shape());
  }

  private static TensorValue inTorchsOrder(Site site, TensorValue value) {
    if (site.layout().flattened().isEmpty()) {
      return value;
    }
    TensorValue row = Compared.reshaped(value, Shape.of(1, value.shape().count()));
    return Compared.reshaped(Arrangement.toTorch(row, site.layout()), value.shape());
  }

  private static boolean isBiased(Site site) {
    return site.module() instanceof BiasedBatchNorm;
  }
}
