package io.github.tf2torch.translate;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.target.nn.Loop;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value.Held;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What the module of a loop answers, each thing once: lists of what its steps collect, then states
 * after the last step. Outputs of the node are made of them.
 */
final class LoopAnswers {
  private final LoopInputs inputs;
  private final List<Loop.Collected> collected = new ArrayList<>();
  private final List<TensorType> types = new ArrayList<>();
  private final SortedSet<Integer> states = new TreeSet<>();
  private final List<Answer> answers = new ArrayList<>();

  LoopAnswers(LoopInputs inputs) {
    this.inputs = inputs;
  }

  /**
   * An output of the node.
   *
   * @param place the state, or the list by {@code -1 - number}
   * @param isLast whether it is a list of what the last step answers alone
   */
  private record Answer(int output, int place, boolean isLast) {}

  /**
   * An output that lists what each step answers.
   *
   * @param isLast whether nothing but the last of them is asked for
   */
  void collect(int output, String name, Held item, boolean isLast) {
    answers.add(new Answer(output, -1 - collected.size(), isLast));
    int axis = Math.min(1, item.type().rank());
    collected.add(new Loop.Collected(name, item.expr(), axis));
    List<Long> extents = new ArrayList<>(item.type().dims().extents());
    extents.add(0, inputs.known());
    types.add(
        new TensorType(
            item.type().dtype(), new Dims(extents), LoopInputs.batchFirst(extents.size())));
  }

  /** An output that lists the last step's answer alone, which is a state. */
  void lastOf(int output, int state) {
    states.add(state);
    answers.add(new Answer(output, state, true));
  }

  /** An output that is a state after the last step. */
  void state(int output, int state) {
    states.add(state);
    answers.add(new Answer(output, state, false));
  }

  List<Loop.Collected> collected() {
    return List.copyOf(collected);
  }

  /** Numbers of the states that are answered. */
  List<Integer> states() {
    return List.copyOf(states);
  }

  /** Of everything that the module answers. */
  List<TensorType> types(List<Held> ofStates) {
    List<TensorType> all = new ArrayList<>(types);
    states.forEach(i -> all.add(ofStates.get(i).type()));
    return all;
  }

  /** Says the outputs of the node, of what a call of the module gave. */
  void output(List<Held> results, NodeContext context) {
    for (Answer answer : answers) {
      int index =
          answer.place() < 0
              ? -1 - answer.place()
              : collected.size() + states.headSet(answer.place()).size();
      context.output(answer.output(), answered(results.get(index), answer, context));
    }
  }

  private static Held answered(Held value, Answer answer, NodeContext context) {
    if (!answer.isLast()) {
      return value;
    }
    Held last = answer.place() < 0 ? LoopLists.last(value, context) : value;
    return LoopLists.ofOne(last, context);
  }
}
