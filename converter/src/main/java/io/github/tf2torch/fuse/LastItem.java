package io.github.tf2torch.fuse;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.tensor.TensorValue;
import java.util.Optional;
import java.util.Set;

/** Takes the last state of a loop where a graph takes the only item of a list that holds it. */
record LastItem(LoopReading reading) {
  void ofStates(Rewriting rewriting) {
    for (Node node : reading.graph.nodes()) {
      if (node.op().equals("StridedSlice") && isOnlyItem(node)) {
        reading
            .outside
            .maker(LoopReading.origin(node.input(0), reading.outside), LoopReading.STACKS)
            .flatMap(this::state)
            .ifPresent(s -> rewriting.replace(node, Rewriting.passing(node, s)));
      }
    }
  }

  /** {@code [-1]} or {@code [0]}. */
  private boolean isOnlyItem(Node slice) {
    Optional<TensorValue> begin = reading.outside.constant(slice.input(1));
    Optional<TensorValue> step = reading.outside.constant(slice.input(3));
    return begin
            .filter(b -> b.shape().count() == 1 && Set.of(-1L, 0L).contains(b.longAt(0)))
            .isPresent()
        && step.filter(s -> s.shape().count() == 1 && s.longAt(0) == 1).isPresent()
        && slice.intAttr("shrink_axis_mask") == 1
        && slice.intAttr("begin_mask") == 0
        && slice.intAttr("new_axis_mask") == 0
        && slice.intAttr("ellipsis_mask") == 0;
  }

  /** The state that goes into the only place of the list that a node stacks. */
  private Optional<Endpoint> state(Node stack) {
    Endpoint list = LoopReading.origin(LoopReading.list(stack), reading.outside);
    if (!list.node().equals(reading.loop.name()) || !reading.written.contains(list.index())) {
      return Optional.empty();
    }
    Node write = reading.write(list.index());
    Endpoint item = LoopReading.origin(write.input(2), reading.inside);
    return reading.isZeroInside(write.input(1))
        ? reading.states.stream()
            .filter(
                i -> LoopReading.origin(reading.body.results().get(i), reading.inside).equals(item))
            .map(reading.loop::output)
            .findFirst()
        : Optional.empty();
  }
}
