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
        family("core", 20, "masking: Masking"),
        family("convolution", 74),
        family("transposed", 28),
        family("pooling", 28),
        family("normalization", 83),
        family("activation", 72),
        family("regularization", 12, "dropout_noise_shape: Dropout"),
        family("noise", 6),
        family("reshaping", 32),
        family("merging", 44),
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
        family("attention", 77),
        family(
            "preprocessing",
            10,
            "resized: Resizing",
            "resized_nearest: Resizing",
            "cropped: CenterCrop"),
        family("structure", 40),
        family("operations", 52),
        family("heads", 262, "hidden_two_axes: MultiHeadAttention"),
        family("queries", 96),
        family("scores", 53),
        family("einsum", 41),
        family("norms", 106),
        family("adapted", 13),
        family("spectral", 8),
        family(
            "images",
            2,
            "smaller: Resizing",
            "larger: Resizing",
            "nearest_larger: Resizing",
            "bicubic: Resizing",
            "lanczos3: Resizing",
            "lanczos5: Resizing",
            "smaller_smooth: Resizing",
            "larger_smooth: Resizing",
            "bicubic_smooth: Resizing",
            "cut: Resizing",
            "cut_wide: Resizing",
            "filled: Resizing",
            "filled_high: Resizing",
            "resized_first: Resizing",
            "centre: CenterCrop",
            "centre_whole: CenterCrop",
            "centre_first: CenterCrop",
            "centre_of_smaller: CenterCrop",
            "up_bilinear_first: UpSampling2D",
            "up_bicubic: UpSampling2D",
            "up_lanczos3: UpSampling2D"),
        family(
            "categories",
            0,
            "bins: Discretization",
            "bins_of_whole_numbers: Discretization",
            "bins_float: Discretization",
            "bins_one_hot: Discretization",
            "bins_one_hot_column: Discretization",
            "bins_multi_hot: Discretization",
            "bins_multi_hot_steps: Discretization",
            "bins_count: Discretization",
            "one_hot: CategoryEncoding",
            "one_hot_steps: CategoryEncoding",
            "multi_hot: CategoryEncoding",
            "multi_hot_steps: CategoryEncoding",
            "count: CategoryEncoding",
            "count_weighted: CategoryEncoding",
            "lookup: IntegerLookup",
            "lookup_masked: IntegerLookup",
            "lookup_two_unknown: IntegerLookup",
            "lookup_three_unknown: IntegerLookup",
            "lookup_known: IntegerLookup",
            "lookup_inverted: IntegerLookup",
            "lookup_inverted_masked: IntegerLookup",
            "lookup_one_hot: IntegerLookup",
            "lookup_multi_hot: IntegerLookup",
            "lookup_count: IntegerLookup",
            "lookup_count_padded: IntegerLookup",
            "lookup_weighted: IntegerLookup"),
        family("adaptive", 28),
        family("augmentation", 48, "of_randomcrop: RandomCrop"),
        family(
            "others",
            49,
            "embedding_only: ReversibleEmbedding",
            "embedding_back: ReversibleEmbedding",
            "embedding_back_own: ReversibleEmbedding",
            "embedding_back_capped: ReversibleEmbedding",
            "piped: Pipeline",
            "noise_shape_last: Dropout"),
        family("keras112_cnn", 1),
        family("keras213_cnn", 1),
        family("keras213_rnn", 1),
        family("keras231_conv1d", 1),
        family("keras231_leaky", 1),
        family("keras231_mlp", 1),
        family("keras2", 13, "lstm: LSTM", "gru: GRU", "gru_after: GRU"));
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
