package io.github.tf2torch.write.pt2;

import io.github.tf2torch.write.pt2.Datum.Form;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Matrix products. */
final class ProductOperators {
  private static final String ELLIPSIS = "...";

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
                ProductOperators::attention,
                """
                scaled_dot_product_attention(Tensor query, Tensor key, Tensor value, Tensor? attn_mask=None, float dropout_p=0.0, bool is_causal=False, *, float? scale=None, bool enable_gqa=False) -> Tensor
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

  private static Form attention(Call call) {
    List<Extent> value = call.tensor("value").sizes();
    List<Extent> sizes = new ArrayList<>(call.self().sizes());
    call.equal(sizes.get(sizes.size() - 1), call.tensor("key").sizes().get(sizes.size() - 1));
    sizes.set(sizes.size() - 1, value.get(value.size() - 1));
    return call.as(sizes);
  }

  /** Axes that an ellipsis stands for are broadcast. */
  private static Form einsum(Call call) {
    String equation = call.text("equation").replace(" ", "");
    int arrow = equation.indexOf("->");
    if (arrow < 0) {
      throw call.refused("\"" + equation + "\" does not name its result's axes");
    }
    Map<Character, Extent> extents = new HashMap<>();
    List<Extent> others = List.of();
    String[] operands = equation.substring(0, arrow).split(",", -1);
    List<Datum.Tensor> tensors = call.tensors("tensors");
    for (int i = 0; i < operands.length; i++) {
      List<Extent> sizes = tensors.get(i).sizes();
      String before = before(operands[i]);
      String after = after(operands[i]);
      int rest = sizes.size() - after.length();
      named(before, sizes.subList(0, before.length()), extents, call);
      named(after, sizes.subList(rest, sizes.size()), extents, call);
      others = call.broadcast(List.of(others, sizes.subList(before.length(), rest)));
    }
    String result = equation.substring(arrow + 2);
    List<Extent> sizes = new ArrayList<>();
    before(result).chars().forEach(c -> sizes.add(extents.get((char) c)));
    if (result.contains(ELLIPSIS)) {
      sizes.addAll(others);
    }
    after(result).chars().forEach(c -> sizes.add(extents.get((char) c)));
    return new Form(Promotion.of(List.copyOf(tensors)), sizes);
  }

  private static String before(String axes) {
    int at = axes.indexOf(ELLIPSIS);
    return at < 0 ? axes : axes.substring(0, at);
  }

  private static String after(String axes) {
    int at = axes.indexOf(ELLIPSIS);
    return at < 0 ? "" : axes.substring(at + ELLIPSIS.length());
  }

  private static void named(
      String letters, List<Extent> sizes, Map<Character, Extent> extents, Call call) {
    for (int i = 0; i < letters.length(); i++) {
      Extent own = sizes.get(i);
      Extent other = extents.getOrDefault(letters.charAt(i), own);
      extents.put(
          letters.charAt(i), other.is(1) ? own : own.is(1) ? other : call.equal(other, own));
    }
  }
}
