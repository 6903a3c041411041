package io.github.tf2torch.translate;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.rules.ModuleCall;
import io.github.tf2torch.rules.OpContext;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** One node while its rule runs. */
final class NodeContext implements OpContext {
  private final Node node;
  private final List<Value> inputs;
  private final Program program;
  private final Set<Endpoint> read;
  private final Arrangement arrangement;
  private final SortedMap<Integer, Value> outputs = new TreeMap<>();
  private Optional<String> module = Optional.empty();

  NodeContext(Node node, List<Value> inputs, Program program, Set<Endpoint> read) {
    this.node = node;
    this.inputs = inputs;
    this.program = program;
    this.read = read;
    this.arrangement = new Arrangement(program);
  }

  @Override
  public Value input(int index) {
    return inputs.get(index);
  }

  @Override
  public Held held(int index) {
    Value value = input(index);
    if (value instanceof Held held) {
      return held;
    }
    if (value instanceof Value.Weight weight) {
      return program.attribute(weight.recipe());
    }
    return program.tensor((Value.Sizes) value);
  }

  @Override
  public Held unflattened(int index) {
    return arrangement.unflattened(held(index));
  }

  @Override
  public Held held(int index, AxisOrder order) {
    return arrangement.inOrder(held(index), order);
  }

  @Override
  public Held inOrder(Held value, AxisOrder order) {
    return arrangement.inOrder(value, order);
  }

  @Override
  public Held attribute(TensorExpr recipe) {
    return program.attribute(recipe);
  }

  @Override
  public Held assign(String name, Expr value, TensorType type) {
    return program.assign(name, value, type);
  }

  @Override
  public List<Held> assign(List<String> names, Expr value, List<TensorType> types) {
    return program.assign(names, value, types);
  }

  @Override
  public Held call(ModuleCall call, Held argument, TensorType result) {
    Held value = program.call(call, argument, result);
    module = Optional.of(program.module(call));
    return value;
  }

  @Override
  public boolean isRead(int output) {
    return read.contains(node.output(output));
  }

  @Override
  public void output(int index, Value value) {
    outputs.put(index, value);
  }

  @Override
  public void assume(String what) {
    program.assume(what);
  }

  @Override
  public RuntimeException unsupported(String what) {
    return new NoTranslation(what);
  }

  SortedMap<Integer, Value> outputs() {
    return outputs;
  }

  /** What a person calls the place: the module that was called, else the op. */
  String label() {
    return module.orElse(node.name());
  }

  /** A node that its rule can't say; collected, so that all are told together. */
  static final class NoTranslation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoTranslation(String what) {
      super(what);
    }
  }
}
