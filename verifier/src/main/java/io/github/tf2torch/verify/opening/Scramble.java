package io.github.tf2torch.verify.opening;

import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Evaluation;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorSource;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.inputs.TensorFlowRandom;
import io.github.tf2torch.verify.judge.VectorKind;
import io.github.tf2torch.verify.subject.Subject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Random biases, gammas and statistics on both sides, the same by a variable's name: zeros and ones
 * hide swapped gates, forgotten terms and the running statistics of a network that was never
 * trained. TensorFlow's variables and constants are given the values, and the port makes its
 * tensors of them by the recipes of the conversion.
 */
public final class Scramble {
  private static final long STREAM = 0x73637261;

  private final Subject subject;
  private final Map<String, TensorValue> drawn = new TreeMap<>();

  private Scramble(Subject subject) {
    this.subject = subject;
    draw();
  }

  /** What is verified with other values. */
  public static Subject of(Subject subject) throws IOException {
    return new Scramble(subject).scrambled();
  }

  /** For the report: how many of each kind a scramble gives other values. */
  public static String said(Subject subject) {
    Map<VectorKind, Integer> counts = new TreeMap<>();
    kinds(subject).values().forEach(k -> counts.merge(k.kind(), 1, Integer::sum));
    return counts.isEmpty()
        ? "nothing to draw: no bias, gamma or statistic is a variable or constant of its own"
        : "drawn from the seed for both sides: "
            + counts.getOrDefault(VectorKind.ANY, 0)
            + " biases, betas and means from -0.5 to 0.5, "
            + counts.getOrDefault(VectorKind.POSITIVE, 0)
            + " gammas and variances from 0.5 to 1.5; the files' own values are held by weights";
  }

  private record Leaf(VectorKind kind, TensorExpr expression) {}

  /** Variables and constants that vectors are made of, and nothing else. */
  private static Map<String, Leaf> kinds(Subject subject) {
    Map<String, Leaf> found = new TreeMap<>();
    Set<String> shared = new HashSet<>();
    TorchModel model = subject.torch();
    for (TorchModel.Tensor tensor : model.tensors()) {
      Optional<VectorKind> kind = VectorKind.of(model, tensor);
      for (TensorExpr leaf : leaves(tensor.recipe())) {
        if (kind.isPresent() && isCommon(leaf.dtype())) {
          Leaf before = found.put(name(leaf), new Leaf(kind.get(), leaf));
          if (before != null && before.kind() != kind.get()) {
            shared.add(name(leaf));
          }
        } else {
          shared.add(name(leaf));
        }
      }
    }
    found.keySet().removeAll(shared);
    return found;
  }

  private static boolean isCommon(DType dtype) {
    return dtype == DType.FLOAT32 || dtype == DType.FLOAT64;
  }

  private void draw() {
    kinds(subject)
        .forEach(
            (name, leaf) -> {
              double[] values =
                  TensorFlowRandom.stateless(
                          subject.request().inputs().seed(), STREAM + drawn.size())
                      .uniform(DType.FLOAT32, leaf.expression().shape())
                      .doubles();
              double from = leaf.kind() == VectorKind.POSITIVE ? 0.5 : -0.5;
              for (int i = 0; i < values.length; i++) {
                values[i] += from;
              }
              drawn.put(
                  name,
                  TensorValue.ofDoubles(
                      leaf.expression().dtype(), leaf.expression().shape(), values));
            });
  }

  private Subject scrambled() throws IOException {
    TensorSource tensors = new DrawnTensors(subject.tensorflow().tensors(), drawn);
    Map<String, TensorValue> remade = new HashMap<>();
    List<TorchModel.Tensor> recipes = new ArrayList<>();
    for (TorchModel.Tensor tensor : subject.torch().tensors()) {
      boolean isDrawn = leaves(tensor.recipe()).stream().anyMatch(l -> drawn.containsKey(name(l)));
      TensorExpr recipe = isDrawn ? LeafMap.of(tensor.recipe(), this::replaced) : tensor.recipe();
      recipes.add(tensor.with(recipe));
      if (isDrawn) {
        remade.put(tensor.name(), Evaluation.value(recipe, tensors));
      }
    }
    Subject on =
        subject.withTensorflow(
            subject.tensorflow().withTensors(tensors),
            subject.translation().withModel(withTensors(subject.torch(), recipes)),
            subject.inputs(),
            subject.sourceGraph().withConstants(drawn));
    return on.withAltered(
        m ->
            withTensors(
                subject.altered().apply(m),
                subject.altered().apply(m).tensors().stream()
                    .map(
                        t ->
                            remade.containsKey(t.name())
                                ? t.with(new TensorExpr.Constant(t.name(), remade.get(t.name())))
                                : t)
                    .toList()));
  }

  private TensorExpr replaced(TensorExpr leaf) {
    return leaf instanceof TensorExpr.Constant c && drawn.containsKey(c.node())
        ? new TensorExpr.Constant(c.node(), drawn.get(c.node()))
        : leaf;
  }

  private static List<TensorExpr> leaves(TensorExpr recipe) {
    if (recipe instanceof TensorExpr.Stored || recipe instanceof TensorExpr.Constant) {
      return List.of(recipe);
    }
    return recipe.inputs().stream().flatMap(i -> leaves(i).stream()).toList();
  }

  private static String name(TensorExpr leaf) {
    return leaf instanceof TensorExpr.Stored s ? s.variable() : ((TensorExpr.Constant) leaf).node();
  }

  private static TorchModel withTensors(TorchModel model, List<TorchModel.Tensor> tensors) {
    return model.withTensors(tensors);
  }
}
