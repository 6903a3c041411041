package io.github.tf2torch.verify.gradients;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Signature;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.verify.engine.TensorFlowEngine;
import io.github.tf2torch.verify.subject.Subject;
import java.util.ArrayList;
import java.util.List;

/**
 * What a gradient is asked for: an input, or a variable or constant that parameters are made of.
 *
 * @param name the input's, or the parameters'
 * @param source TensorFlow's name for it
 * @param places where its value comes out in TensorFlow's graph
 * @param input its place among the program's inputs; -1 for a variable
 */
record Target(String name, String source, List<Endpoint> places, int input) {
  Target {
    places = List.copyOf(places);
  }

  boolean isInput() {
    return input >= 0;
  }

  /** All of a program: floating point inputs, then what its parameters are made of. */
  static List<Target> of(Subject subject, Leaves leaves, TensorFlowEngine engine) {
    List<Target> targets = new ArrayList<>();
    List<TorchModel.Input> inputs = subject.torch().inputs();
    for (int i = 0; i < inputs.size(); i++) {
      TorchModel.Input input = inputs.get(i);
      if (input.dtype().isFloating()) {
        Endpoint fed =
            subject.tensorflow().signature().inputs().stream()
                .filter(t -> t.key().equals(input.key()))
                .map(Signature.Tensor::endpoint)
                .findFirst()
                .orElseThrow();
        targets.add(new Target("input " + input.key(), fed.toString(), List.of(fed), i));
      }
    }
    leaves
        .byName()
        .forEach(
            (name, leaf) ->
                targets.add(
                    new Target(
                        String.join(", ", leaf.tensors()), name, leaf.places(name, engine), -1)));
    return targets;
  }
}
