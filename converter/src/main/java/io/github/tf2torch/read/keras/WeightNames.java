package io.github.tf2torch.read.keras;

import io.github.tf2torch.model.source.Config;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a layer's variables are called, in the order in which Keras stores them: trainable ones as
 * built, then the others ({@code Layer.save_own_variables}). Keras 3 stores numbers alone.
 */
final class WeightNames {
  private static final List<String> KERNEL_BIAS = List.of("kernel", "bias");
  private static final List<String> RECURRENT = List.of("kernel", "recurrent_kernel", "bias");
  private static final List<String> SEPARABLE =
      List.of("depthwise_kernel", "pointwise_kernel", "bias");
  private static final List<String> GAMMA_BETA = List.of("gamma", "beta");

  private static final Map<String, List<String>> BY_CLASS =
      Map.ofEntries(
          Map.entry("stft_spectrogram", List.of("real_kernel", "imag_kernel")),
          Map.entry("dense", KERNEL_BIAS),
          Map.entry("einsum_dense", KERNEL_BIAS),
          Map.entry("conv1d", KERNEL_BIAS),
          Map.entry("conv2d", KERNEL_BIAS),
          Map.entry("conv3d", KERNEL_BIAS),
          Map.entry("conv1d_transpose", KERNEL_BIAS),
          Map.entry("conv2d_transpose", KERNEL_BIAS),
          Map.entry("conv3d_transpose", KERNEL_BIAS),
          Map.entry("depthwise_conv1d", KERNEL_BIAS),
          Map.entry("depthwise_conv2d", KERNEL_BIAS),
          Map.entry("separable_conv1d", SEPARABLE),
          Map.entry("separable_conv2d", SEPARABLE),
          Map.entry(
              "batch_normalization", List.of("gamma", "beta", "moving_mean", "moving_variance")),
          Map.entry("layer_normalization", GAMMA_BETA),
          Map.entry("group_normalization", GAMMA_BETA),
          Map.entry("rms_normalization", List.of("scale")),
          Map.entry("spectral_normalization", List.of("vector_u")),
          Map.entry("normalization", List.of("mean", "variance", "count")),
          // of keras.applications: the attribute, since Keras gives the variable no name
          Map.entry("layer_scale", List.of("gamma")),
          Map.entry("embedding", List.of("embeddings")),
          Map.entry("reversible_embedding", List.of("embeddings", "reverse_embeddings")),
          Map.entry("p_re_lu", List.of("alpha")),
          Map.entry("attention", List.of("scale", "concat_score_weight")),
          Map.entry("additive_attention", List.of("scale")),
          Map.entry("lstm_cell", RECURRENT),
          Map.entry("gru_cell", RECURRENT),
          Map.entry("simple_rnn_cell", RECURRENT),
          Map.entry("conv_lstm_cell", RECURRENT),
          Map.entry("seed_generator", List.of("seed_generator_state")));

  /** Which flag of a layer's configuration leaves a variable out. */
  private static final Map<String, String> FLAGS =
      Map.of("bias", "use_bias", "gamma", "scale", "beta", "center", "scale", "use_scale");

  /**
   * Whose last variables are left out by what no flag tells: {@code bias_axes}, {@code
   * rms_scaling}.
   */
  private static final Set<String> SHORTENED =
      Set.of("einsum_dense", "attention", "reversible_embedding", "layer_normalization");

  private static final Set<String> NOT_TRAINED =
      Set.of(
          "moving_mean",
          "moving_variance",
          "running_mean",
          "running_std",
          "mean",
          "variance",
          "count",
          "vector_u",
          "seed_generator_state");

  private WeightNames() {}

  /**
   * @param kind the class in Keras's snake case
   * @param config the layer's, where there is one: its flags leave variables out
   * @param count how many variables the file has; empty where the names would not be sure
   */
  static Optional<List<String>> of(String kind, Optional<Config> config, int count) {
    List<String> all = BY_CLASS.get(kind);
    if (all == null) {
      return Optional.empty();
    }
    List<String> names = new ArrayList<>();
    for (String name : all) {
      String flag = FLAGS.get(name);
      boolean isLeftOut =
          flag != null
              && config.flatMap(c -> c.get(flag)).equals(Optional.of(new Config.Bool(false)));
      if (!isLeftOut) {
        names.add(name);
      }
    }
    boolean mayLackBias = config.isEmpty() && count == names.size() - 1;
    if (mayLackBias && names.get(count).equals("bias")) {
      names.remove(count);
    }
    if (SHORTENED.contains(kind) && count < names.size()) {
      return Optional.of(names.subList(0, count));
    }
    return names.size() == count ? Optional.of(names) : Optional.empty();
  }

  /** Whether an optimizer trains the variable of that name, its layer permitting. */
  static boolean isTrained(String name) {
    String last = name.substring(name.lastIndexOf('/') + 1);
    return NOT_TRAINED.stream().noneMatch(n -> last.equals(n) || last.endsWith("_" + n));
  }
}
