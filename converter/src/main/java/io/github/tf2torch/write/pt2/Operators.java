package io.github.tf2torch.write.pt2;

import io.github.tf2torch.problem.UnsupportedOperation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The operators that a graph may call, a group a file. Schemas are those that {@code
 * torch._C._jit_get_schemas_for_operator} of PyTorch 2.13 lists.
 */
final class Operators {
  private final Map<String, List<Operator>> byName = new LinkedHashMap<>();

  Operators() {
    Stream.of(
            ElementwiseOperators.all(),
            ProductOperators.all(),
            ReductionOperators.all(),
            ReshapingOperators.all(),
            SelectionOperators.all(),
            ConvolutionOperators.all(),
            LayerOperators.all(),
            SignalOperators.all(),
            FactoryOperators.all())
        .flatMap(s -> s)
        .forEach(o -> byName.computeIfAbsent(o.schema().name(), n -> new ArrayList<>()).add(o));
  }

  /** Every overload that is known. */
  List<Operator> all() {
    return byName.values().stream().flatMap(List::stream).toList();
  }

  /** The first overload that takes such arguments, as TorchScript chooses. */
  Operator find(String name, List<Datum> given) {
    List<Operator> overloads = byName.get(name);
    if (overloads == null) {
      throw new UnsupportedOperation(
          name + " is not among the operators that model.pt2 is written with");
    }
    return overloads.stream()
        .filter(o -> o.schema().bound(given).isPresent())
        .findFirst()
        .orElseThrow(
            () ->
                new UnsupportedOperation(
                    name + " has no overload for " + given.size() + " such arguments"));
  }
}
