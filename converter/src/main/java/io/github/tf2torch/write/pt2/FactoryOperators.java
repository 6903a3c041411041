package io.github.tf2torch.write.pt2;

import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.write.pt2.Datum.Form;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Operators that make tensors of numbers. */
final class FactoryOperators {
  private FactoryOperators() {}

  static Stream<Operator> all() {
    return Stream.of(
            Operator.rows(
                call -> call.as(call.extents("size")),
                """
                new_zeros(Tensor self, SymInt[] size) -> Tensor
                new_ones(Tensor self, SymInt[] size) -> Tensor
                new_full(Tensor self, SymInt[] size, Scalar fill_value) -> Tensor
                """),
            Operator.rows(
                call -> call.self().form(),
                """
                zeros_like(Tensor self) -> Tensor
                ones_like(Tensor self) -> Tensor
                full_like(Tensor self, Scalar fill_value) -> Tensor
                """),
            Operator.rows(
                call ->
                    new Form(
                        Promotion.of(List.of(call.arguments().get("fill_value"))),
                        call.extents("size")),
                """
                full(SymInt[] size, Scalar fill_value) -> Tensor
                """),
            Operator.rows(
                call -> new Form(DType.FLOAT32, call.extents("size")),
                """
                zeros(SymInt[] size) -> Tensor
                ones(SymInt[] size) -> Tensor
                """),
            Operator.rows(
                FactoryOperators::range,
                """
                arange(Scalar end) -> Tensor
                arange.start(Scalar start, Scalar end) -> Tensor
                arange.start_step(Scalar start, Scalar end, Scalar step=1) -> Tensor
                """))
        .flatMap(List::stream);
  }

  private static Form range(Call call) {
    if (call.arguments().values().stream().anyMatch(a -> !(a instanceof Datum.Whole))) {
      throw call.refused("counts in floats");
    }
    Extent start = call.extent("start").orElse(Extent.of(0));
    Extent end = call.extent("end").orElseThrow();
    long step = call.whole("step", 1);
    List<Extent> sizes = new ArrayList<>();
    sizes.add(
        step > 0
            ? end.minus(start).plus(step - 1).over(step)
            : start.minus(end).plus(-step - 1).over(-step));
    return new Form(DType.INT64, sizes);
  }
}
