package io.github.tf2torch.write.pt2;

import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.write.pt2.Datum.Form;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Operators along axes: sums, extremes, running sums, softmax, order. */
final class ReductionOperators {
  private static final String SAME_TYPE =
      """
      mean(Tensor self, *, ScalarType? dtype=None) -> Tensor
      mean.dim(Tensor self, int[1]? dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor
      var(Tensor self, bool unbiased=True) -> Tensor
      var.dim(Tensor self, int[1]? dim, bool unbiased=True, bool keepdim=False) -> Tensor
      std(Tensor self, bool unbiased=True) -> Tensor
      std.dim(Tensor self, int[1]? dim, bool unbiased=True, bool keepdim=False) -> Tensor
      amax(Tensor self, int[1] dim=[], bool keepdim=False) -> Tensor
      amin(Tensor self, int[1] dim=[], bool keepdim=False) -> Tensor
      max(Tensor self) -> Tensor
      min(Tensor self) -> Tensor
      logsumexp(Tensor self, int[1] dim, bool keepdim=False) -> Tensor
      norm.Scalar(Tensor self, Scalar p=2) -> Tensor
      """;

  /** Sums of whole numbers are int64. */
  private static final String SUMS =
      """
      sum(Tensor self, *, ScalarType? dtype=None) -> Tensor
      sum.dim_IntList(Tensor self, int[1]? dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor
      prod(Tensor self, *, ScalarType? dtype=None) -> Tensor
      prod.dim_int(Tensor self, int dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor
      """;

  private static final String PLACES =
      """
      argmax(Tensor self, int? dim=None, bool keepdim=False) -> Tensor
      argmin(Tensor self, int? dim=None, bool keepdim=False) -> Tensor
      """;

  private static final String TRUTHS =
      """
      all(Tensor self) -> Tensor
      all.dim(Tensor self, int dim, bool keepdim=False) -> Tensor
      all.dims(Tensor self, int[]? dim=None, bool keepdim=False) -> Tensor
      any(Tensor self) -> Tensor
      any.dim(Tensor self, int dim, bool keepdim=False) -> Tensor
      any.dims(Tensor self, int[]? dim=None, bool keepdim=False) -> Tensor
      """;

  private static final String RUNNING =
      """
      cumsum(Tensor self, int dim, *, ScalarType? dtype=None) -> Tensor
      cumprod(Tensor self, int dim, *, ScalarType? dtype=None) -> Tensor
      """;

  private static final String SAME_FORM =
      """
      softmax.int(Tensor self, int dim, ScalarType? dtype=None) -> Tensor
      log_softmax.int(Tensor self, int dim, ScalarType? dtype=None) -> Tensor
      flip(Tensor self, int[] dims) -> Tensor
      roll(Tensor self, SymInt[1] shifts, int[1] dims=[]) -> Tensor
      tril(Tensor self, SymInt diagonal=0) -> Tensor
      triu(Tensor self, SymInt diagonal=0) -> Tensor
      """;

  private static final String EXTREMES =
      """
      max.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)
      min.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)
      """;

  private static final String LARGEST =
      """
      topk(Tensor self, SymInt k, int dim=-1, bool largest=True, bool sorted=True) -> (Tensor values, Tensor indices)
      """;

  private static final String ORDER =
      """
      sort(Tensor self, int dim=-1, bool descending=False) -> (Tensor values, Tensor indices)
      """;

  private static final String LOSS =
      """
      cross_entropy_loss(Tensor self, Tensor target, Tensor? weight=None, int reduction=1, SymInt ignore_index=-100, float label_smoothing=0.) -> Tensor
      """;

  private ReductionOperators() {}

  static Stream<Operator> all() {
    return Stream.of(
            Operator.rows(ReductionOperators::reduced, SAME_TYPE),
            Operator.rows(call -> widened(reduced(call)), SUMS),
            Operator.rows(call -> reduced(call).withDtype(DType.INT64), PLACES),
            Operator.rows(call -> reduced(call).withDtype(DType.BOOL), TRUTHS),
            Operator.rows(call -> widened(call.self().form()), RUNNING),
            Operator.rows(call -> call.self().form(), SAME_FORM),
            Operator.several(call -> withPlaces(reduced(call)), EXTREMES),
            Operator.several(call -> withPlaces(largest(call)), LARGEST),
            Operator.several(call -> withPlaces(call.self().form()), ORDER),
            Operator.rows(ReductionOperators::loss, LOSS))
        .flatMap(List::stream);
  }

  private static Form reduced(Call call) {
    int rank = call.self().rank();
    List<Long> named = call.wholes("dim");
    Set<Integer> gone = named.stream().map(d -> call.axis(d, rank)).collect(Collectors.toSet());
    boolean isKept = call.flag("keepdim", false);
    List<Extent> sizes = new ArrayList<>();
    for (int i = 0; i < rank; i++) {
      boolean isGone = gone.isEmpty() || gone.contains(i);
      if (!isGone) {
        sizes.add(call.self().sizes().get(i));
      } else if (isKept) {
        sizes.add(Extent.of(1));
      }
    }
    return call.as(sizes);
  }

  private static Form widened(Form form) {
    return form.dtype().isFloating() ? form : form.withDtype(DType.INT64);
  }

  private static List<Form> withPlaces(Form values) {
    return List.of(values, values.withDtype(DType.INT64));
  }

  private static Form largest(Call call) {
    List<Extent> sizes = new ArrayList<>(call.self().sizes());
    sizes.set(call.axis("dim", -1), call.extent("k").orElseThrow());
    return call.as(sizes);
  }

  /** Of the classes along axis 1; the reduction 0 leaves a loss for each example. */
  private static Form loss(Call call) {
    if (call.whole("reduction", 1) != 0) {
      return call.as(Collections.emptyList());
    }
    List<Extent> sizes = new ArrayList<>(call.self().sizes());
    sizes.remove(Math.min(1, sizes.size() - 1));
    return call.as(sizes);
  }
}
