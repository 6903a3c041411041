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
        family("core", 25),
        family("convolution", 74),
        family("transposed", 28),
        family("pooling", 28),
        family("normalization", 118),
        family("activation", 72),
        family("regularization", 14),
        family("noise", 6),
        family("dropping", 116),
        family("reshaping", 32),
        family("merging", 44),
        family("recurrent", 158),
        family("cells", 193),
        family("recurrent_maps", 29),
        family("attention", 77),
        family("preprocessing", 16),
        family("structure", 62),
        family("operations", 52),
        family("rectifiers", 60),
        family("pointwise", 83),
        family("reductions", 38),
        family("rearrangements", 99),
        family("plain", 19),
        family("numbers", 59),
        family("axes", 72, "rot90_2_oblong: Rot90"),
        family("orders", 17),
        family("calls", 51),
        family("heads", 262, "hidden_two_axes: MultiHeadAttention"),
        family("queries", 96),
        family("scores", 53),
        family("einsum", 41),
        family("norms", 158),
        family("adapted", 13),
        family("spectral", 8),
        family("images", 44),
        family("categories", 26),
        family("adaptive", 28),
        family("augmentation", 50),
        family("others", 62),
        family("signals", 51),
        family("mels", 10),
        family("called", 16),
        family("distributed", 88),
        family("keras112_cnn", 1),
        family("keras213_cnn", 1),
        family("keras2_functions", 21),
        family("keras213_rnn", 1),
        family("keras231_conv1d", 1),
        family("keras231_leaky", 1),
        family("keras231_mlp", 1),
        family("local", 12),
        family("theano1", 3),
        family("theano2", 2),
        family("theano3", 3),
        family("former1", 8),
        family("former2", 4),
        family("graph_nodes", 65),
        family("op_lambdas", 72),
        family("details", 72),
        family("shared", 60),
        family("order", 112),
        family("keras1_dense", 39),
        family("keras1_convolution", 27),
        family("keras1_merge", 15),
        family("keras1_branches", 16),
        family("keras2", 18));
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
