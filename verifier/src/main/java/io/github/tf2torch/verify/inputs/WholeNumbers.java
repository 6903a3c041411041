package io.github.tf2torch.verify.inputs;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.source.Signature;
import io.github.tf2torch.model.source.TfModel;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Inputs of floating point whose fractions nothing reads: a graph that casts them to whole numbers
 * makes all that lies between 0 and 1 the same.
 */
public final class WholeNumbers {
  private static final long BOUND = 2;
  private static final Set<String> PASSING = Set.of("Identity", "Reshape", "ExpandDims", "Squeeze");

  private WholeNumbers() {}

  /** The end of the range that {@link SeededInputs} draws such inputs from, by their keys. */
  public static Map<String, Long> bounds(TfModel model) {
    return model.signature().inputs().stream()
        .filter(i -> i.dtype().isFloating() && isCast(model.graph().nodes(), i.endpoint()))
        .collect(Collectors.toMap(Signature.Tensor::key, i -> BOUND));
  }

  /** Whether a value is read, and only to be cast to whole numbers. */
  private static boolean isCast(List<Node> nodes, Endpoint value) {
    List<Node> readers = nodes.stream().filter(n -> n.inputs().contains(value)).toList();
    return !readers.isEmpty()
        && readers.stream()
            .allMatch(
                n ->
                    n.op().equals("Cast")
                        ? !n.typeAttr("DstT").isFloating()
                        : PASSING.contains(n.op()) && isCast(nodes, n.output(0)));
  }
}
