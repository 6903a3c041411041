package io.github.tf2torch.verify.reference;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the rules make of layers, run by PyTorch, against what Keras gave: outputs, gradients of
 * inputs and parameters, and where recorded the outputs and statistics of training.
 */
class RulesTest {
  /** A family, the number of values compared, and its cases that a rule refuses or lacks. */
  static Stream<Arguments> families() {
    return Stream.of(
        family("core", 13, "einsum: EinsumDense", "einsum_plain: EinsumDense", "masking: Masking"),
        family("convolution", 74),
        family("transposed", 28),
        family("pooling", 28),
        family(
            "normalization",
            59,
            "layer_axes: LayerNormalization",
            "group: GroupNormalization",
            "group_each: GroupNormalization",
            "root_mean_square: RMSNormalization",
            "unit: UnitNormalization",
            "unit_axis: UnitNormalization"),
        family("activation", 72),
        family("regularization", 12, "dropout_noise_shape: Dropout"),
        family(
            "noise",
            0,
            "gaussian_noise: GaussianNoise",
            "gaussian_dropout: GaussianDropout",
            "alpha_dropout: AlphaDropout"),
        family("reshaping", 32),
        family(
            "merging", 32, "dot: Dot", "dot_axes: Dot", "dot_vectors: Dot", "dot_normalized: Dot"),
        family(
            "recurrent",
            74,
            "lstm_states: LSTM",
            "gru_before: GRU",
            "gru_unbiased: GRU",
            "with_state: LSTM",
            "seq2seq: LSTM",
            "stacked: RNN",
            "both_states: Bidirectional",
            "masked_lstm: LSTM",
            "masked_zero: GRU",
            "masked_back: LSTM",
            "masked_both: Bidirectional",
            "masked_mean: GlobalAveragePooling1D"),
        family(
            "attention",
            0,
            "self: MultiHeadAttention",
            "cross: MultiHeadAttention",
            "keyed: MultiHeadAttention",
            "causal: MultiHeadAttention",
            "scores: MultiHeadAttention",
            "masked: MultiHeadAttention",
            "dot_attention: Attention",
            "dot_scaled: Attention",
            "dot_masked: Attention",
            "additive: AdditiveAttention",
            "additive_plain: AdditiveAttention"),
        family(
            "preprocessing",
            8,
            "normalized_axis: Normalization",
            "resized: Resizing",
            "resized_nearest: Resizing",
            "cropped: CenterCrop"),
        family("structure", 40),
        family("operations", 52),
        family("keras112_cnn", 1),
        family("keras213_cnn", 1),
        family("keras213_rnn", 1),
        family("keras231_conv1d", 1),
        family("keras231_leaky", 1),
        family("keras231_mlp", 1),
        family("keras2", 12, "lstm: LSTM", "gru: GRU", "gru_after: GRU", "causal: Attention"));
  }

  private static Arguments family(String name, int compared, String... refused) {
    return Arguments.of(name, compared, List.of(refused));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("families")
  void giveWhatKerasGave(String family, int compared, List<String> refused, @TempDir Path folder)
      throws IOException {
    RuleRun run = RuleRun.of(family, folder);
    assertThat(run.wrong()).isEmpty();
    SoftAssertions.assertSoftly(
        softly -> {
          softly.assertThat(run.refused()).isEqualTo(refused);
          softly.assertThat(run.compared()).isEqualTo(compared);
        });
  }
}
