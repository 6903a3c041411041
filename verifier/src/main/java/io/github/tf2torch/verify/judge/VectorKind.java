package io.github.tf2torch.verify.judge;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.verify.cause.ExprMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a layer's vector is to it, as far as random values for it have to know. */
public enum VectorKind {
  /** A bias, a beta, a mean. */
  ANY,
  /** A gamma or a variance. */
  POSITIVE;

  private static final Pattern ANY_NAME =
      Pattern.compile(".*(bias|beta|moving_mean|running_mean|offset)(_\\d+)?$");
  private static final Pattern POSITIVE_NAME =
      Pattern.compile(".*(gamma|moving_variance|running_var|scale)(_\\d+)?$");

  /** Of a tensor of the program; empty of what is no such vector, or not known to be one. */
  public static Optional<VectorKind> of(TorchModel model, TorchModel.Tensor tensor) {
    if (tensor.recipe().shape().rank() != 1 || !tensor.recipe().dtype().isFloating()) {
      return Optional.empty();
    }
    int dot = tensor.name().lastIndexOf('.');
    String name = tensor.name().substring(dot + 1);
    if (name.equals("running_mean") || name.startsWith("bias")) {
      return Optional.of(ANY);
    }
    boolean isNormalization =
        dot > 0
            && model.modules().stream()
                .anyMatch(
                    m ->
                        m.path().equals(tensor.name().substring(0, dot))
                            && m.module().pythonClass().contains("Norm"));
    if (name.equals("running_var") || name.equals("weight") && isNormalization) {
      return Optional.of(POSITIVE);
    }
    Optional<VectorKind> used = byUse(model, tensor.name());
    return used.isPresent() ? used : byName(tensor);
  }

  /** By its place among the arguments of a normalization that the root calls itself. */
  private static Optional<VectorKind> byUse(TorchModel model, String tensor) {
    List<Integer> places = new ArrayList<>();
    model
        .body()
        .forEach(
            s ->
                ExprMap.statement(
                    s,
                    e -> {
                      if (e instanceof Expr.Aten call && call.operator().equals("batch_norm")) {
                        places.add(call.arguments().indexOf(new Expr.Attribute(tensor)));
                      }
                      return e;
                    }));
    // input, weight, bias, running_mean, running_var
    return places.stream().anyMatch(p -> p == 1 || p == 4)
        ? Optional.of(POSITIVE)
        : places.stream().anyMatch(p -> p == 2 || p == 3) ? Optional.of(ANY) : Optional.empty();
  }

  private static Optional<VectorKind> byName(TorchModel.Tensor tensor) {
    return tensor.recipe().variables().stream()
        .findFirst()
        .flatMap(
            v ->
                ANY_NAME.matcher(v).matches()
                    ? Optional.of(ANY)
                    : POSITIVE_NAME.matcher(v).matches()
                        ? Optional.of(POSITIVE)
                        : Optional.empty());
  }
}
