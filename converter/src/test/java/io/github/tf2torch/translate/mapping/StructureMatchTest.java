package io.github.tf2torch.translate.mapping;

import static io.github.tf2torch.translate.mapping.MappedModels.recipes;
import static io.github.tf2torch.translate.mapping.MappedModels.source;
import static io.github.tf2torch.translate.mapping.MappedModels.translated;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.translate.Account;
import io.github.tf2torch.translate.Translation;
import io.github.tf2torch.translate.mapping.MappedModels.Target;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class StructureMatchTest {
  /** BERT's matrices of one layer are all square, and alike in every layer. */
  @Test
  void namesAreEnoughWhereTheyCanOnlyMeanEachOther() throws IOException {
    Translation translation =
        translated(
            source(
                "bert/encoder/layer_0/attention/self/key/kernel[4, 4]",
                "bert/encoder/layer_0/attention/self/query/kernel[4, 4]",
                "bert/encoder/layer_0/attention/self/query/kernel/adam_m[4, 4]",
                "bert/encoder/layer_1/attention/self/key/kernel[4, 4]",
                "bert/encoder/layer_1/attention/self/query/kernel[4, 4]",
                "bert/embeddings/word_embeddings[7, 4]"),
            Target.of(
                "embeddings.position_ids[1, 9] int64",
                "embeddings.word_embeddings.weight=decoder.weight[7, 4]",
                "encoder.layer.0.attention.self.query.weight[4, 4]",
                "encoder.layer.0.attention.self.key.weight[4, 4]",
                "encoder.layer.1.attention.self.query.weight[4, 4]",
                "encoder.layer.1.attention.self.key.weight[4, 4]"),
            "");
    String layer = "bert/encoder/layer_%d/attention/self/%s/kernel.permute[1, 0]";
    assertThat(recipes(translation))
        .containsExactly(
            "embeddings.position_ids = target:embeddings.position_ids",
            "embeddings.word_embeddings.weight = bert/embeddings/word_embeddings",
            "decoder.weight = bert/embeddings/word_embeddings",
            "encoder.layer.0.attention.self.query.weight = " + layer.formatted(0, "query"),
            "encoder.layer.0.attention.self.key.weight = " + layer.formatted(0, "key"),
            "encoder.layer.1.attention.self.query.weight = " + layer.formatted(1, "query"),
            "encoder.layer.1.attention.self.key.weight = " + layer.formatted(1, "key"));
    assertThat(translation.account().dropped())
        .containsExactly(
            new Account.Dropped(
                "bert/encoder/layer_0/attention/self/query/kernel/adam_m", "optimizer slot"));
    assertThat(translation.account().assumed())
        .contains("\"embeddings.position_ids\" stays as the target has it");
  }

  /** An expansion and its way back would fit each other's place, were they transposed. */
  @Test
  void kernelsStayAsStoredWhereTheTargetHoldsThemSo() throws IOException {
    Translation translation =
        translated(
            source("c_fc/kernel[4, 8]", "c_fc/bias[8]", "c_proj/kernel[8, 4]", "c_proj/bias[4]"),
            Target.of("c_fc.weight[4, 8]", "c_fc.bias[8]", "c_proj.weight[8, 4]", "c_proj.bias[4]"),
            "");
    assertThat(recipes(translation))
        .containsExactly(
            "c_fc.weight = c_fc/kernel",
            "c_fc.bias = c_fc/bias",
            "c_proj.weight = c_proj/kernel",
            "c_proj.bias = c_proj/bias");
  }

  static Stream<Arguments> recurrent() {
    List<String> two =
        List.of(
            "a/lstm_cell/kernel[3, 16]",
            "a/lstm_cell/recurrent_kernel[4, 16]",
            "b/lstm_cell/kernel[4, 16]",
            "b/lstm_cell/recurrent_kernel[4, 16]");
    return Stream.of(
        Arguments.of(
            "two layers of one nn.LSTM",
            two,
            List.of(
                "rnn.weight_ih_l0[16, 3]",
                "rnn.weight_hh_l0[16, 4]",
                "rnn.weight_ih_l1[16, 4]",
                "rnn.weight_hh_l1[16, 4]"),
            List.of(
                "rnn.weight_ih_l0 = a/lstm_cell/kernel.permute[1, 0]",
                "rnn.weight_hh_l0 = a/lstm_cell/recurrent_kernel.permute[1, 0]",
                "rnn.weight_ih_l1 = b/lstm_cell/kernel.permute[1, 0]",
                "rnn.weight_hh_l1 = b/lstm_cell/recurrent_kernel.permute[1, 0]")),
        Arguments.of(
            "nn.LSTMCell, which has two biases, too",
            List.of(
                "a/lstm_cell/kernel[3, 16]",
                "a/lstm_cell/recurrent_kernel[4, 16]",
                "a/lstm_cell/bias[16]"),
            List.of(
                "cell.weight_ih[16, 3]",
                "cell.weight_hh[16, 4]",
                "cell.bias_ih[16]",
                "cell.bias_hh[16]"),
            List.of(
                "cell.weight_ih = a/lstm_cell/kernel.permute[1, 0]",
                "cell.weight_hh = a/lstm_cell/recurrent_kernel.permute[1, 0]",
                "cell.bias_ih = a/lstm_cell/bias",
                "cell.bias_hh = fill[0.0]")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("recurrent")
  void recurrentLayersFill(
      String what, List<String> source, List<String> target, List<String> expected)
      throws IOException {
    Translation translation =
        translated(
            source(source.toArray(String[]::new)), Target.of(target.toArray(String[]::new)), "");
    assertThat(recipes(translation)).isEqualTo(expected);
  }
}
