package io.github.tf2torch.verify.reference;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.verify.engine.SymbolicTensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One use of a layer.
 *
 * @param path where the layer is: names by slashes
 * @param arguments keyword arguments, tensors resolved
 * @param isTrainable whether neither it nor a model around it is frozen
 */
record LayerCall(
    Building building,
    Layer layer,
    String path,
    List<SymbolicTensor> inputs,
    Arguments arguments,
    boolean isTrainable) {
  LayerCall {
    inputs = List.copyOf(inputs);
  }

  /**
   * What a layer is called with.
   *
   * @param positional in order; tensors alone where the file lists no others
   * @param named as stored
   * @param tensors those that {@code named} mentions, by the argument's name
   */
  record Arguments(
      List<Operand> positional, Config named, Map<String, List<SymbolicTensor>> tensors) {
    static final Arguments NONE = new Arguments(List.of(), new Config.Fields(Map.of()), Map.of());

    Arguments {
      positional = List.copyOf(positional);
      tensors = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    }

    Settings settings() {
      return new Settings(named);
    }
  }

  Ops ops() {
    return building.ops(path);
  }

  Settings settings() {
    return new Settings(layer.config());
  }

  SymbolicTensor input() {
    return inputs.get(0);
  }

  boolean isTraining() {
    return building.isTraining();
  }

  /** Whether a layer that draws does so; asked where it has what to draw in training. */
  boolean drops() {
    return building.drops();
  }

  /** The variables of the layer itself, in Keras's order, without the states of generators. */
  List<String> variables() {
    return layer.weights().stream().filter(w -> !w.endsWith("seed_generator_state")).toList();
  }

  SymbolicTensor weight(int index) {
    if (index >= variables().size()) {
      throw new MissingReference(
          layer.className()
              + " \""
              + path
              + "\" with "
              + variables().size()
              + " variables, fewer than its configuration asks for");
    }
    return building.value(variables().get(index));
  }

  /** Refuses what the class could do otherwise. */
  MissingReference missing(String what) {
    return new MissingReference(layer.className() + " " + what);
  }

  Optional<SymbolicTensor> mask(int input) {
    return building.mask(inputs.get(input));
  }

  /** What another layer makes of other tensors, as part of this one. */
  List<SymbolicTensor> apply(Layer part, String name, List<SymbolicTensor> tensors) {
    return Catalogue.outputs(
        new LayerCall(
            building,
            part,
            path + "/" + name,
            tensors,
            Arguments.NONE,
            isTrainable && isTrainable(part)));
  }

  static boolean isTrainable(Layer layer) {
    return new Settings(layer.config()).flag(true, "trainable");
  }

  Layer part(int index) {
    if (index >= layer.layers().size()) {
      throw missing("\"" + path + "\" without the layer that it wraps");
    }
    return layer.layers().get(index);
  }

  /**
   * An argument that may be no tensor.
   *
   * @param stored as the file has it
   */
  record Operand(Optional<SymbolicTensor> tensor, Config stored) {}
}
