package io.github.tf2torch.write.pt2;

import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.write.pt2.Datum.Form;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/** Operators whose results depend on the elements at their own place. */
final class ElementwiseOperators {
  private static final String SAME =
      """
      neg(Tensor self) -> Tensor
      sign(Tensor self) -> Tensor
      square(Tensor self) -> Tensor
      ceil(Tensor self) -> Tensor
      floor(Tensor self) -> Tensor
      round(Tensor self) -> Tensor
      trunc(Tensor self) -> Tensor
      relu(Tensor self) -> Tensor
      relu6(Tensor self) -> Tensor
      elu(Tensor self, Scalar alpha=1, Scalar scale=1, Scalar input_scale=1) -> Tensor
      selu(Tensor self) -> Tensor
      celu(Tensor self, Scalar alpha=1.) -> Tensor
      gelu(Tensor self, *, str approximate="none") -> Tensor
      silu(Tensor self) -> Tensor
      mish(Tensor self) -> Tensor
      leaky_relu(Tensor self, Scalar negative_slope=0.01) -> Tensor
      prelu(Tensor self, Tensor weight) -> Tensor
      hardshrink(Tensor self, Scalar lambd=0.5) -> Tensor
      hardsigmoid(Tensor self) -> Tensor
      hardswish(Tensor self) -> Tensor
      hardtanh(Tensor self, Scalar min_val=-1, Scalar max_val=1) -> Tensor
      log_sigmoid(Tensor self) -> Tensor
      softplus(Tensor self, Scalar beta=1, Scalar threshold=20) -> Tensor
      softshrink(Tensor self, Scalar lambd=0.5) -> Tensor
      threshold(Tensor self, Scalar threshold, Scalar value) -> Tensor
      bitwise_not(Tensor self) -> Tensor
      dropout(Tensor input, float p, bool train) -> Tensor
      feature_dropout(Tensor input, float p, bool train) -> Tensor
      alpha_dropout(Tensor input, float p, bool train) -> Tensor
      clone(Tensor self, *, MemoryFormat? memory_format=None) -> Tensor
      detach(Tensor self) -> Tensor
      contiguous(Tensor self, *, MemoryFormat memory_format=0) -> Tensor
      """;

  /** Of whole numbers they make float32. */
  private static final String FLOATING =
      """
      acos(Tensor self) -> Tensor
      acosh(Tensor self) -> Tensor
      asin(Tensor self) -> Tensor
      asinh(Tensor self) -> Tensor
      atan(Tensor self) -> Tensor
      atanh(Tensor self) -> Tensor
      cos(Tensor self) -> Tensor
      cosh(Tensor self) -> Tensor
      digamma(Tensor self) -> Tensor
      erf(Tensor self) -> Tensor
      erfc(Tensor self) -> Tensor
      erfinv(Tensor self) -> Tensor
      exp2(Tensor self) -> Tensor
      exp(Tensor self) -> Tensor
      expm1(Tensor self) -> Tensor
      lgamma(Tensor self) -> Tensor
      log(Tensor self) -> Tensor
      log1p(Tensor self) -> Tensor
      log2(Tensor self) -> Tensor
      log10(Tensor self) -> Tensor
      reciprocal(Tensor self) -> Tensor
      rsqrt(Tensor self) -> Tensor
      sigmoid(Tensor self) -> Tensor
      sin(Tensor self) -> Tensor
      sinh(Tensor self) -> Tensor
      sqrt(Tensor self) -> Tensor
      tan(Tensor self) -> Tensor
      tanh(Tensor self) -> Tensor
      """;

  private static final String BOOLEAN =
      """
      isfinite(Tensor self) -> Tensor
      isinf(Tensor self) -> Tensor
      isnan(Tensor self) -> Tensor
      logical_not(Tensor self) -> Tensor
      """;

  private static final String ARITHMETIC =
      """
      add.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor
      add.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor
      sub.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor
      sub.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor
      rsub.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor
      rsub.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor
      mul.Tensor(Tensor self, Tensor other) -> Tensor
      mul.Scalar(Tensor self, Scalar other) -> Tensor
      pow.Tensor_Tensor(Tensor self, Tensor exponent) -> Tensor
      pow.Tensor_Scalar(Tensor self, Scalar exponent) -> Tensor
      pow.Scalar(Scalar self, Tensor exponent) -> Tensor
      maximum(Tensor self, Tensor other) -> Tensor
      minimum(Tensor self, Tensor other) -> Tensor
      max.other(Tensor self, Tensor other) -> Tensor
      min.other(Tensor self, Tensor other) -> Tensor
      fmod.Tensor(Tensor self, Tensor other) -> Tensor
      fmod.Scalar(Tensor self, Scalar other) -> Tensor
      remainder.Tensor(Tensor self, Tensor other) -> Tensor
      remainder.Scalar(Tensor self, Scalar other) -> Tensor
      remainder.Scalar_Tensor(Scalar self, Tensor other) -> Tensor
      floor_divide(Tensor self, Tensor other) -> Tensor
      floor_divide.Scalar(Tensor self, Scalar other) -> Tensor
      bitwise_and.Tensor(Tensor self, Tensor other) -> Tensor
      bitwise_and.Scalar(Tensor self, Scalar other) -> Tensor
      bitwise_or.Tensor(Tensor self, Tensor other) -> Tensor
      bitwise_or.Scalar(Tensor self, Scalar other) -> Tensor
      bitwise_xor.Tensor(Tensor self, Tensor other) -> Tensor
      bitwise_xor.Scalar(Tensor self, Scalar other) -> Tensor
      clamp(Tensor self, Scalar? min=None, Scalar? max=None) -> Tensor
      clamp.Tensor(Tensor self, Tensor? min=None, Tensor? max=None) -> Tensor
      clamp_min(Tensor self, Scalar min) -> Tensor
      clamp_min.Tensor(Tensor self, Tensor min) -> Tensor
      clamp_max(Tensor self, Scalar max) -> Tensor
      clamp_max.Tensor(Tensor self, Tensor max) -> Tensor
      lerp.Scalar(Tensor self, Tensor end, Scalar weight) -> Tensor
      lerp.Tensor(Tensor self, Tensor end, Tensor weight) -> Tensor
      """;

  /** Quotients of whole numbers are float32. */
  private static final String DIVISION =
      """
      div.Tensor(Tensor self, Tensor other) -> Tensor
      div.Scalar(Tensor self, Scalar other) -> Tensor
      atan2(Tensor self, Tensor other) -> Tensor
      xlogy.Tensor(Tensor self, Tensor other) -> Tensor
      xlogy.Scalar_Other(Tensor self, Scalar other) -> Tensor
      xlogy.Scalar_Self(Scalar self, Tensor other) -> Tensor
      """;

  private static final String COMPARISON =
      """
      eq.Tensor(Tensor self, Tensor other) -> Tensor
      eq.Scalar(Tensor self, Scalar other) -> Tensor
      ne.Tensor(Tensor self, Tensor other) -> Tensor
      ne.Scalar(Tensor self, Scalar other) -> Tensor
      lt.Tensor(Tensor self, Tensor other) -> Tensor
      lt.Scalar(Tensor self, Scalar other) -> Tensor
      le.Tensor(Tensor self, Tensor other) -> Tensor
      le.Scalar(Tensor self, Scalar other) -> Tensor
      gt.Tensor(Tensor self, Tensor other) -> Tensor
      gt.Scalar(Tensor self, Scalar other) -> Tensor
      ge.Tensor(Tensor self, Tensor other) -> Tensor
      ge.Scalar(Tensor self, Scalar other) -> Tensor
      logical_and(Tensor self, Tensor other) -> Tensor
      logical_or(Tensor self, Tensor other) -> Tensor
      logical_xor(Tensor self, Tensor other) -> Tensor
      """;

  private static final String CHOICE =
      """
      where.self(Tensor condition, Tensor self, Tensor other) -> Tensor
      where.ScalarOther(Tensor condition, Tensor self, Scalar other) -> Tensor
      where.ScalarSelf(Tensor condition, Scalar self, Tensor other) -> Tensor
      where.Scalar(Tensor condition, Scalar self, Scalar other) -> Tensor
      """;

  private static final String FILLING =
      """
      masked_fill.Scalar(Tensor self, Tensor mask, Scalar value) -> Tensor
      masked_fill.Tensor(Tensor self, Tensor mask, Tensor value) -> Tensor
      """;

  private static final String CAST =
      """
      to.dtype(Tensor self, ScalarType dtype, bool non_blocking=False, bool copy=False, MemoryFormat? memory_format=None) -> Tensor
      """;

  private ElementwiseOperators() {}

  static Stream<Operator> all() {
    return Stream.of(
            Operator.rows(call -> call.self().form(), SAME),
            Operator.rows(call -> floating(call.self().form()), FLOATING),
            Operator.rows(call -> call.self().form().withDtype(DType.BOOL), BOOLEAN),
            Operator.rows(ElementwiseOperators::broadcast, ARITHMETIC),
            Operator.rows(call -> floating(broadcast(call)), DIVISION),
            Operator.rows(call -> broadcast(call).withDtype(DType.BOOL), COMPARISON),
            Operator.rows(ElementwiseOperators::choice, CHOICE),
            Operator.rows(call -> broadcast(call).withDtype(call.self().dtype()), FILLING),
            Operator.rows(
                call -> call.self().form().withDtype(call.type("dtype").orElseThrow()), CAST))
        .flatMap(List::stream);
  }

  private static Form floating(Form form) {
    return form.dtype().isFloating() ? form : form.withDtype(DType.FLOAT32);
  }

  private static Form broadcast(Call call) {
    return new Form(Promotion.of(call.arguments().values()), sizes(call));
  }

  private static List<Extent> sizes(Call call) {
    Collection<Datum> operands = call.arguments().values();
    return call.broadcast(
        operands.stream()
            .filter(Datum.Tensor.class::isInstance)
            .map(o -> ((Datum.Tensor) o).sizes())
            .toList());
  }

  /** The condition has no part in the type. */
  private static Form choice(Call call) {
    List<Datum> chosen =
        call.arguments().entrySet().stream()
            .filter(a -> !a.getKey().equals("condition"))
            .map(java.util.Map.Entry::getValue)
            .toList();
    return new Form(Promotion.of(chosen), sizes(call));
  }
}
