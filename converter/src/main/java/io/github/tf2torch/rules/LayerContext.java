package io.github.tf2torch.rules;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a rule may ask and say while one call of a Keras layer is translated. */
public interface LayerContext extends ProgramContext {
  /** The layer's configuration, asked by the names of its constructor's arguments. */
  Settings settings();

  /** The tensors that the layer is called with, in order. */
  List<Held> inputs();

  /** The first of them. */
  default Held input() {
    return inputs().get(0);
  }

  /**
   * Everything that the layer is called with, in order: tensors, and numbers where Keras 3 stores
   * some between them.
   */
  List<Argument> positional();

  /** Keyword arguments of the call as stored, tensors left out: {@code mask}, {@code training}. */
  Settings arguments();

  /** A keyword argument that is a tensor. */
  Optional<Held> argument(String name);

  /** A keyword argument that is tensors: {@code initial_state}. */
  List<Held> tensors(String argument);

  /** An argument of a call: a tensor, or a value as stored. */
  record Argument(Optional<Held> tensor, Config stored) {}

  /** The layer's own variables in the order of {@code layer.weights}. */
  List<TensorExpr> weights();

  /** One of them; {@code what} it is to the layer, for the message where there is none. */
  default TensorExpr weight(int index, String what) {
    if (index >= weights().size()) {
      throw unsupported(
          "has " + weights().size() + " variables, and its configuration asks for its " + what);
    }
    return weights().get(index);
  }

  /**
   * The first output of a TensorFlow op, said by the rule that it has in graphs, so that layouts,
   * padding and the like are known in one place.
   *
   * @param attrs those that the op's rule asks for; there are no defaults
   */
  Value op(String name, Map<String, Attr> attrs, List<? extends Value> inputs);

  /** Some outputs of an op. */
  List<Value> op(String name, Map<String, Attr> attrs, List<? extends Value> inputs, int outputs);

  /**
   * What a tensor stands for, where a layer before gave something that is known at conversion or
   * computed in Python's ints: extents, a constant. Else the tensor.
   */
  Value known(Held tensor);

  /** What another layer, which this one wraps or holds, makes of values. */
  List<Held> apply(Layer part, List<Held> inputs);

  /** The same under a mask, whatever mask its input has. */
  List<Held> apply(Layer part, List<Held> inputs, Held mask);

  /**
   * The same for tensors that hold {@code steps} calls, one behind another for each example: (N *
   * steps, ...). What is kept from call to call goes through the steps in their order.
   */
  List<Held> applyToSteps(Layer part, List<Held> inputs, long steps);

  /** In how many calls Keras would make this one; -1 where that is not known. */
  long steps();

  /** Whether anything takes this output of the layer. */
  boolean isRead(int output);

  /** True where an element of the input is to be seen; empty where all are. */
  Optional<Held> mask(int input);

  /** The same of a value that the call takes by a keyword. */
  Optional<Held> maskOf(Held value);

  /** Layers that take the value after this one are not told of its mask. */
  void unmask(Held value);

  /** Says which elements of the outputs are to be seen. */
  void mask(Held mask);

  /** Says it of one output. */
  void mask(Held value, Held mask);

  /** False where the layer, or a model around it, is frozen. */
  boolean isTrainable();

  /** Whether the layer, or a model around it, is called with {@code training=False}. */
  boolean isForInference();

  /** Whether it is a function of {@code keras.ops}, not a layer of the same name. */
  boolean isOperation();

  /** The Keras that wrote the file. */
  KerasVersion version();

  /** What the backend makes of kernels: Theano's convolutions turn them by half a circle. */
  boolean isOfTheano();

  /** The layer's own name. */
  String name();

  /** Says what an output of the call is. */
  void output(int index, Value value);

  /** Says what the only output is. */
  default void output(Value value) {
    output(0, value);
  }
}
