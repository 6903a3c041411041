package io.github.tf2torch.read.graph;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Signature;
import io.github.tf2torch.tensor.TensorValue;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.proto.GraphDef;

/**
 * One step of the training that a graph was written for.
 *
 * @param graph what the step needs, as stored
 * @param loss what is differentiated; a sum where it is more than one number
 * @param targets the operations that make the step
 * @param inputs the model's
 * @param labels what the loss compares its results with
 * @param settings what else is fed in training: flags, and dropout switched off
 * @param gated the operations that change what was trained, and what each of them must wait for: a
 *     step of TF1 reads variables where they are, and may read what another of its operations has
 *     changed by then
 * @param rates where learning rates go into the operations that apply them
 * @param handles node → the variable that it holds
 */
public record TrainingStep(
    GraphDef graph,
    Endpoint loss,
    List<String> targets,
    List<Signature.Tensor> inputs,
    List<Signature.Tensor> labels,
    Map<Endpoint, TensorValue> settings,
    Gate gated,
    List<Endpoint> rates,
    Map<String, String> handles) {
  public TrainingStep {
    targets = List.copyOf(targets);
    inputs = List.copyOf(inputs);
    labels = List.copyOf(labels);
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    rates = List.copyOf(rates);
    handles = Collections.unmodifiableMap(new LinkedHashMap<>(handles));
  }

  /** An order that a graph leaves open: {@code last} run when {@code first} have. */
  public record Gate(List<String> first, List<String> last) {
    public Gate {
      first = List.copyOf(first);
      last = List.copyOf(last);
    }
  }
}
