package io.github.tf2torch.verify.engine;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.tensor.TensorValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Result;
import org.tensorflow.Tensor;

/**
 * Training in TensorFlow: gradients by its backward kernels, steps by {@link VariableStep}s. The
 * weights are variables of a graph of their own and fed to the model's, so that constants of a
 * frozen graph train as well.
 */
public final class TensorFlowTrainer implements AutoCloseable {
  private final TensorFlowEngine model;
  private final Map<String, Trainee> trainees;
  private final Map<Endpoint, Endpoint> gradients;
  private final Map<Endpoint, TensorValue> fixed;
  private final Endpoint loss;
  private final StepSession session;
  private final List<String> trained;

  /**
   * A weight that is trained.
   *
   * @param places where its value comes out in the model's graph
   */
  public record Trainee(List<Endpoint> places, StepSession.Stepped variable) {
    public Trainee {
      places = List.copyOf(places);
    }
  }

  /**
   * Prepares to train.
   *
   * @param model opened to be differentiated
   * @param weights of the outputs; their weighted sum is the loss
   * @param trainees by name
   * @param frame of their steps
   */
  public TensorFlowTrainer(
      TensorFlowEngine model,
      Map<Endpoint, TensorValue> weights,
      Map<String, Trainee> trainees,
      StepFrame frame) {
    this.model = model;
    this.trainees = new LinkedHashMap<>(trainees);
    Backward backward =
        model.backward(
            weights, trainees.values().stream().flatMap(t -> t.places().stream()).toList());
    this.fixed = backward.fed();
    this.gradients = backward.gradients();
    this.loss = backward.weightedSum();
    this.trained =
        trainees.keySet().stream()
            .filter(name -> places(name).stream().anyMatch(gradients::containsKey))
            .toList();
    Map<String, StepSession.Stepped> stepped = new LinkedHashMap<>();
    trained.forEach(name -> stepped.put(name, trainee(name).variable()));
    this.session = new StepSession(stepped, frame, model.isFloat64());
  }

  private List<Endpoint> places(String name) {
    return trainee(name).places();
  }

  private Trainee trainee(String name) {
    Trainee found = trainees.get(name);
    if (found == null) {
      throw new IllegalArgumentException("nothing trains " + name);
    }
    return found;
  }

  /** The weights that the loss depends on. */
  public List<String> trained() {
    return trained;
  }

  /**
   * One step; answers the loss before it.
   *
   * @param feeds the inputs of the model
   */
  public double step(Map<Endpoint, TensorValue> feeds) {
    Map<Endpoint, TensorValue> fed = new LinkedHashMap<>(feeds);
    fed.putAll(fixed);
    try (Result weights = session.fetched()) {
      Map<Endpoint, Tensor> current = new LinkedHashMap<>();
      for (int i = 0; i < trained.size(); i++) {
        for (Endpoint place : places(trained.get(i))) {
          current.put(place, weights.get(i));
        }
      }
      List<Endpoint> fetches = new ArrayList<>(List.of(loss));
      List<Integer> owners = new ArrayList<>();
      for (int i = 0; i < trained.size(); i++) {
        for (Endpoint place : places(trained.get(i))) {
          if (gradients.containsKey(place)) {
            fetches.add(gradients.get(place));
            owners.add(i);
          }
        }
      }
      try (Result found = model.fetch(fed, current, fetches)) {
        apply(found, owners);
        return TensorFlowTensors.view(found.get(0)).copy().doubleAt(0);
      }
    }
  }

  private void apply(Result found, List<Integer> owners) {
    List<Tensor> all = new ArrayList<>();
    List<Tensor> sums = new ArrayList<>();
    try {
      for (int i = 0; i < trained.size(); i++) {
        List<Tensor> shares = new ArrayList<>();
        for (int k = 0; k < owners.size(); k++) {
          if (owners.get(k) == i) {
            shares.add(found.get(k + 1));
          }
        }
        Tensor gradient = shares.get(0);
        if (shares.size() > 1) {
          gradient = sum(shares);
          sums.add(gradient);
        }
        all.add(gradient);
      }
      session.step(all);
    } finally {
      sums.forEach(Tensor::close);
    }
  }

  private static Tensor sum(List<Tensor> shares) {
    TensorValue first = TensorFlowTensors.view(shares.get(0)).copy();
    double[] sum = first.doubles();
    for (Tensor other : shares.subList(1, shares.size())) {
      double[] more = TensorFlowTensors.view(other).copy().doubles();
      for (int i = 0; i < sum.length; i++) {
        sum[i] += more[i];
      }
    }
    return TensorFlowTensors.toNative(TensorValue.ofDoubles(first.dtype(), first.shape(), sum));
  }

  /** The weights, in the order of {@link #trained}. */
  public RunResult values() {
    return session.values();
  }

  /** A slot of each of these, in their order. */
  public RunResult slots(String slot, List<String> names) {
    return session.slots(slot, names);
  }

  @Override
  public void close() {
    session.close();
  }
}
