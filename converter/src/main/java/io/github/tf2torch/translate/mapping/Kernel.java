package io.github.tf2torch.translate.mapping;

import io.github.tf2torch.rules.mapping.Layouts;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.translate.mapping.Layer.Features;
import io.github.tf2torch.translate.mapping.Layer.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A kernel and its bias: a matrix multiplication or a convolution, by the kernel's rank. Where the
 * shapes allow several readings, the layer's class decides, then its bias, then its name.
 */
final class Kernel implements Convention {
  static final Set<String> BIAS = Set.of("bias", "biases", "b");
  private static final Set<String> KERNEL = Set.of("kernel", "weights", "weight", "w", "W");
  private static final Pattern DEPTHWISE = Pattern.compile(".*(^|_)dw(_?conv)?\\d*(_.*)?");
  private static final Set<String> TO_HEADS = Set.of("query", "key", "value");

  @Override
  public List<Layer> read(Leaves leaves) {
    Optional<String> leaf = leaves.find(KERNEL);
    if (leaf.isEmpty() || leaves.rank(leaf.get()) < 2 || leaves.rank(leaf.get()) > 5) {
      return List.of();
    }
    Optional<String> biasLeaf = leaves.find(BIAS);
    TensorExpr kernel = leaves.stored(leaf.get());
    Optional<TensorExpr> bias = biasLeaf.map(leaves::stored);
    List<Reading> readings = readings(leaves, kernel, bias);
    if (readings.isEmpty()) {
      return List.of();
    }
    leaves.take(leaf.get());
    biasLeaf.ifPresent(leaves::take);
    String part = kernel.shape().rank() == 2 ? "linear" : "conv";
    return List.of(new Layer(leaves.scope(), part, readings));
  }

  private static List<Reading> readings(
      Leaves leaves, TensorExpr kernel, Optional<TensorExpr> bias) {
    if (kernel.shape().rank() == 2) {
      boolean isTable = bias.isEmpty() && leaves.layer().toLowerCase(Locale.ROOT).contains("embed");
      return isTable ? List.of(Table.reading(kernel)) : matrix(kernel, bias);
    }
    Optional<List<Reading>> heads = heads(leaves, kernel, bias);
    return heads.isPresent() ? heads.get() : convolutions(leaves, kernel, bias);
  }

  private static List<Reading> matrix(TensorExpr kernel, Optional<TensorExpr> bias) {
    boolean fits = bias.isEmpty() || bias.get().shape().dims().equals(last(kernel, 1));
    return fits ? List.of(linear(kernel, bias)) : List.of();
  }

  static Reading linear(TensorExpr kernel, Optional<TensorExpr> bias) {
    Features features = new Features(kernel.shape().dim(0), kernel.shape().dim(1), 0);
    return new Reading("linear", Separable.slots(Layouts.transpose(kernel), bias), features);
  }

  private static List<Long> last(TensorExpr kernel, int axes) {
    int rank = kernel.shape().rank();
    return kernel.shape().dims().subList(rank - axes, rank);
  }

  /**
   * Keras's attention multiplies with {@code [D, heads, size]} and back with {@code [heads, size,
   * D]} (keras/src/layers/attention/multi_head_attention.py).
   */
  private static Optional<List<Reading>> heads(
      Leaves leaves, TensorExpr kernel, Optional<TensorExpr> bias) {
    if (kernel.shape().rank() != 3) {
      return Optional.empty();
    }
    boolean isEinsum = leaves.isOf("EinsumDense") || leaves.isOf("MultiHeadAttention");
    boolean hasHeadBias = bias.isPresent() && bias.get().shape().dims().equals(last(kernel, 2));
    if (hasHeadBias || (bias.isEmpty() && TO_HEADS.contains(leaves.layer()))) {
      TensorExpr matrix = Layouts.merge(kernel, 1, 2);
      return Optional.of(List.of(linear(matrix, bias.map(b -> Layouts.merge(b, 0, 1)))));
    }
    boolean isOutput = leaves.layer().equals("attention_output");
    boolean hasBias = bias.isEmpty() || bias.get().shape().dims().equals(last(kernel, 1));
    return hasBias && (isOutput || isEinsum)
        ? Optional.of(List.of(linear(Layouts.merge(kernel, 0, 1), bias)))
        : Optional.empty();
  }

  private static List<Reading> convolutions(
      Leaves leaves, TensorExpr kernel, Optional<TensorExpr> bias) {
    int rank = kernel.shape().rank();
    long before = kernel.shape().dim(rank - 2);
    long last = kernel.shape().dim(rank - 1);
    String layer = leaves.layer().toLowerCase(Locale.ROOT);
    boolean isDepthwise = leaves.isOf("Depthwise");
    boolean isTransposed = leaves.isOf("Transpose");
    boolean isKnown = !leaves.className().isEmpty();
    List<Reading> readings = new ArrayList<>();
    if (has(bias, last) && (!isKnown || !(isDepthwise || isTransposed))) {
      readings.add(Separable.convolution(kernel, bias));
    }
    if (has(bias, before) && (!isKnown || isTransposed)) {
      boolean isNamed = isTransposed || layer.contains("transpose") || layer.contains("deconv");
      readings.add(isNamed ? 0 : readings.size(), Separable.transposed(kernel, bias));
    }
    if (has(bias, before * last) && (isKnown ? isDepthwise : last == 1 || isDepthwise(layer))) {
      boolean isBefore = isDepthwise(layer) || isDepthwise || !has(bias, last);
      readings.add(isBefore ? 0 : readings.size(), Separable.depthwise(kernel, bias));
    }
    return readings;
  }

  private static boolean isDepthwise(String layer) {
    return layer.contains("depthwise") || DEPTHWISE.matcher(layer).matches();
  }

  private static boolean has(Optional<TensorExpr> bias, long length) {
    return bias.isEmpty() || bias.get().shape().dims().equals(List.of(length));
  }
}
