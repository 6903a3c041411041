package io.github.tf2torch.write.pt2;

import io.github.tf2torch.write.pt2.Datum.Form;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Matrix products. */
final class ProductOperators {
  private ProductOperators() {}

  static Stream<Operator> all() {
    return Stream.of(
            Operator.rows(
                ProductOperators::linear,
                """
                linear(Tensor input, Tensor weight, Tensor? bias=None) -> Tensor
                """),
            Operator.rows(
                ProductOperators::matmul,
                """
                matmul(Tensor self, Tensor other) -> Tensor
                bmm(Tensor self, Tensor mat2) -> Tensor
                """),
            Operator.rows(
                ProductOperators::einsum,
                """
                einsum(str equation, Tensor[] tensors, *, int[]? path=None) -> Tensor
                """))
        .flatMap(List::stream);
  }

  private static Form linear(Call call) {
    List<Extent> weight = call.tensor("weight").sizes();
    List<Extent> sizes = new ArrayList<>(call.self().sizes());
    int last = sizes.size() - 1;
    call.equal(sizes.get(last), weight.get(1));
    sizes.set(last, weight.get(0));
    return call.as(sizes);
  }

  private static Form matmul(Call call) {
    List<Extent> left = call.self().sizes();
    List<Extent> right = call.tensor(call.schema().arguments().get(1).name()).sizes();
    int l = left.size();
    int r = right.size();
    if (l == 0 || r == 0) {
      throw call.refused("has a factor without dimensions");
    }
    call.equal(left.get(l - 1), right.get(Math.max(r - 2, 0)));
    List<List<Extent>> batches =
        List.of(left.subList(0, Math.max(l - 2, 0)), right.subList(0, Math.max(r - 2, 0)));
    List<Extent> sizes = new ArrayList<>(call.broadcast(batches));
    if (l > 1) {
      sizes.add(left.get(l - 2));
    }
    if (r > 1) {
      sizes.add(right.get(r - 1));
    }
    return call.as(sizes);
  }

  private static Form einsum(Call call) {
    String equation = call.text("equation").replace(" ", "");
    int arrow = equation.indexOf("->");
    if (arrow < 0 || equation.contains(".")) {
      throw call.refused("\"" + equation + "\" does not name all of its axes");
    }
    Map<Character, Extent> extents = new HashMap<>();
    String[] operands = equation.substring(0, arrow).split(",", -1);
    List<Datum.Tensor> tensors = call.tensors("tensors");
    for (int i = 0; i < operands.length; i++) {
      for (int axis = 0; axis < operands[i].length(); axis++) {
        Extent own = tensors.get(i).sizes().get(axis);
        Extent other = extents.getOrDefault(operands[i].charAt(axis), own);
        extents.put(
            operands[i].charAt(axis),
            other.is(1) ? own : own.is(1) ? other : call.equal(other, own));
      }
    }
    List<Extent> sizes = new ArrayList<>();
    for (char letter : equation.substring(arrow + 2).toCharArray()) {
      sizes.add(extents.get(letter));
    }
    return new Form(Promotion.of(List.copyOf(tensors)), sizes);
  }
}
