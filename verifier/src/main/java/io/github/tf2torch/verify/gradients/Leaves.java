package io.github.tf2torch.verify.gradients;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.TensorFlowEngine;
import io.github.tf2torch.verify.engine.TensorView;
import io.github.tf2torch.verify.subject.KerasSide;
import io.github.tf2torch.verify.subject.Subject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** What a program's parameters are made of: TensorFlow's variables, or constants of its graph. */
public final class Leaves {
  private final Map<String, Leaf> byName = new LinkedHashMap<>();
  private final Map<String, TensorExpr> recipes = new LinkedHashMap<>();

  private Leaves() {}

  /**
   * A variable or a constant.
   *
   * @param tensors the parameters that are made of it
   */
  public record Leaf(TensorExpr expression, List<String> tensors) {
    public Shape shape() {
      return expression.shape();
    }

    boolean isConstant() {
      return expression instanceof TensorExpr.Constant;
    }

    /** Where its value comes out in TensorFlow's graph. */
    public List<Endpoint> places(String name, TensorFlowEngine engine) {
      return isConstant() ? List.of(new Endpoint(name, 0)) : engine.reads(name);
    }
  }

  /**
   * Of every trainable tensor of a subject's program. What a Keras file holds among the arguments
   * of a call has no place in TensorFlow's graph at which it could be trained.
   */
  public static Leaves of(Subject subject) {
    Leaves leaves = of(subject.torch());
    if (KerasSide.isOf(subject.tensorflow())) {
      leaves.byName.values().removeIf(Leaf::isConstant);
    }
    return leaves;
  }

  /** Of every trainable tensor of the program. */
  public static Leaves of(TorchModel model) {
    Leaves leaves = new Leaves();
    for (TorchModel.Tensor tensor : model.tensors()) {
      if (tensor.kind() == TorchModel.Kind.PARAMETER && tensor.recipe().dtype().isFloating()) {
        leaves.recipes.put(tensor.name(), tensor.recipe());
        leaves.add(tensor.recipe(), tensor.name());
      }
    }
    return leaves;
  }

  private void add(TensorExpr recipe, String tensor) {
    recipe.inputs().forEach(i -> add(i, tensor));
    name(recipe)
        .ifPresent(
            name -> {
              Leaf leaf = byName.computeIfAbsent(name, n -> new Leaf(recipe, new ArrayList<>()));
              if (!leaf.tensors().contains(tensor)) {
                leaf.tensors().add(tensor);
              }
            });
  }

  private static Optional<String> name(TensorExpr expr) {
    if (expr instanceof TensorExpr.Stored e) {
      return Optional.of(e.variable());
    }
    return expr instanceof TensorExpr.Constant e ? Optional.of(e.node()) : Optional.empty();
  }

  /** In the order of the program's tensors. */
  public Map<String, Leaf> byName() {
    return byName;
  }

  /** What a tensor is made of; empty for one of fill alone. */
  public List<String> of(String tensor) {
    return byName.entrySet().stream()
        .filter(e -> e.getValue().tensors().contains(tensor))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** The variable or the constant itself. */
  public TensorExpr expression(String name) {
    return byName.get(name).expression();
  }

  /** A leaf's gradient, in its own order, from those of the parameters that are made of it. */
  public Optional<TensorView> gradient(
      String name, Function<String, Optional<TensorView>> parameters) {
    Leaf leaf = byName.get(name);
    double[] sum = new double[Math.toIntExact(leaf.shape().count())];
    boolean isReached = false;
    for (String tensor : leaf.tensors()) {
      Optional<TensorView> gradient = parameters.apply(tensor);
      isReached |= gradient.isPresent();
      gradient.ifPresent(
          g ->
              Adjoint.back(
                  recipes.get(tensor),
                  g.copy().doubles(),
                  (expr, share) -> {
                    // rules give constants of their own the same name
                    if (expr.equals(leaf.expression())) {
                      for (int i = 0; i < sum.length; i++) {
                        sum[i] += share[i];
                      }
                    }
                  }));
    }
    return isReached
        ? Optional.of(TensorView.of(TensorValue.ofDoubles(DType.FLOAT64, leaf.shape(), sum)))
        : Optional.empty();
  }
}
