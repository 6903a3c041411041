package io.github.tf2torch.verify.recorded;

import io.github.tf2torch.tensor.Evaluation;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.gradients.Leaves;
import io.github.tf2torch.verify.subject.Subject;
import io.github.tf2torch.verify.trace.TraceFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which variable of a trace is which of the source. The values say it: the trace recorded the model
 * whose weights were converted. Among several with the same values, and where none has them, names
 * do, read from their end.
 *
 * @param byLeaf the trace's name of each variable that parameters are made of
 * @param others variables of the source whose namesake in the trace holds other values
 */
record TraceVariables(Map<String, String> byLeaf, List<String> others) {

  static TraceVariables of(Subject subject, Leaves leaves, TraceFile trace) throws IOException {
    Map<String, TensorValue> recorded = new LinkedHashMap<>();
    for (String name : trace.names(TraceFile.Kind.VARIABLE)) {
      recorded.put(name, trace.value(TraceFile.Kind.VARIABLE, name).orElseThrow());
    }
    Map<String, String> byLeaf = new LinkedHashMap<>();
    List<String> others = new ArrayList<>();
    for (Map.Entry<String, Leaves.Leaf> leaf : leaves.byName().entrySet()) {
      TensorValue value =
          Evaluation.value(leaf.getValue().expression(), subject.tensorflow().tensors());
      List<String> alike = new ArrayList<>();
      List<String> namesakes = new ArrayList<>();
      recorded.forEach(
          (name, found) -> {
            if (found.shape().equals(value.shape())) {
              namesakes.add(name);
              if (found.bytes().equals(value.bytes())) {
                alike.add(name);
              }
            }
          });
      Optional<String> same = nearest(leaf.getKey(), alike, alike.size() == 1 ? 0 : 1);
      if (same.isPresent()) {
        byLeaf.put(leaf.getKey(), same.get());
      } else if (alike.isEmpty() && nearest(leaf.getKey(), namesakes, 2).isPresent()) {
        others.add(leaf.getKey());
      }
    }
    return new TraceVariables(byLeaf, others);
  }

  /** The one with the most parts in common from the end; empty for a tie or too few. */
  private static Optional<String> nearest(String name, List<String> candidates, int fewest) {
    int most = fewest - 1;
    Optional<String> nearest = Optional.empty();
    for (String candidate : candidates) {
      int common = common(name, candidate);
      if (common == most) {
        nearest = Optional.empty();
      } else if (common > most) {
        most = common;
        nearest = Optional.of(candidate);
      }
    }
    return nearest;
  }

  private static int common(String left, String right) {
    String[] a = left.split("[/.]");
    String[] b = right.split("[/.]");
    int count = 0;
    while (count < Math.min(a.length, b.length)
        && a[a.length - 1 - count].equals(b[b.length - 1 - count])) {
      count++;
    }
    return count;
  }
}
