package io.github.tf2torch.translate;

import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.rules.OpContext;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntPredicate;

/** One node while its rule runs. */
final class NodeContext extends ProgramWriting implements OpContext {
  private final Node node;
  private final List<Value> inputs;
  private final IntPredicate isRead;
  private final SortedMap<Integer, Value> outputs = new TreeMap<>();

  /**
   * @param layer the names that its modules go by; empty where their variables' names say it
   */
  NodeContext(
      Node node, List<Value> inputs, Program program, List<String> layer, IntPredicate isRead) {
    super(program, layer);
    this.node = node;
    this.inputs = List.copyOf(inputs);
    this.isRead = isRead;
  }

  @Override
  public Value input(int index) {
    return inputs.get(index);
  }

  @Override
  public Held held(int index) {
    return held(input(index));
  }

  @Override
  public Held unflattened(int index) {
    return unflattened(held(index));
  }

  @Override
  public Held held(int index, AxisOrder order) {
    return inOrder(held(index), order);
  }

  @Override
  public boolean isRead(int output) {
    return isRead.test(output);
  }

  @Override
  public void output(int index, Value value) {
    outputs.put(index, value);
  }

  SortedMap<Integer, Value> outputs() {
    return outputs;
  }

  /** What a person calls the place: the module that was called, else the op. */
  String label() {
    return module().orElse(node.name());
  }
}
