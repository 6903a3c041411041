package io.github.tf2torch.translate.mapping;

import static io.github.tf2torch.translate.mapping.MappedModels.recipes;
import static io.github.tf2torch.translate.mapping.MappedModels.source;
import static io.github.tf2torch.translate.mapping.MappedModels.translated;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.problem.UnmappedVariable;
import io.github.tf2torch.translate.mapping.MappedModels.Target;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SuggestionsTest {
  static Stream<Arguments> doubts() {
    return Stream.of(
        Arguments.of(
            "a square matrix that nobody calls a kernel",
            List.of("proj/matrix[4, 4]"),
            List.of("proj.weight[4, 4]"),
            "proj/matrix: in several ways into proj.weight"),
        Arguments.of(
            "square matrices of transformers' Conv1D, which holds them as TensorFlow does",
            List.of("fc/kernel[4, 8]", "fc/bias[8]", "proj/kernel[4, 4]", "proj/bias[4]"),
            List.of("fc.weight[4, 8]", "fc.bias[8]", "proj.weight[4, 4]", "proj.bias[4]"),
            """
            # choose: way 1 of 2
            - source: 'proj/kernel'
              target: 'proj.weight'
              transform: stored
            - source: 'proj/bias'
              target: 'proj.bias'
              transform: stored
            # choose: way 2 of 2
            - source: 'proj/kernel'
              target: 'proj.weight'
              transform: transpose
            """
                .strip()),
        Arguments.of(
            "a square parameter where another is held the other way round",
            List.of("W1[4, 4]", "W2[4, 3]"),
            List.of("W1[4, 4]", "W2[3, 4]"),
            "W1: in several ways into W1"),
        Arguments.of(
            "two alike, whose numbers say nothing",
            List.of("dense/kernel[4, 4]", "dense_1/kernel[4, 4]"),
            List.of("net.0.weight[4, 4]", "net.2.weight[4, 4]"),
            "dense_1/kernel: net.0 or net.2"),
        Arguments.of(
            "a head of one, where the model has another",
            List.of("enc/query/kernel[4, 4]", "enc/key/kernel[4, 4]", "pooler/dense/kernel[4, 4]"),
            List.of("query.weight[4, 4]", "key.weight[4, 4]", "transform.dense.weight[4, 4]"),
            "pooler/dense/kernel: perhaps transform.dense"),
        Arguments.of(
            "a matrix that may make an image, of 2×2 with five channels",
            List.of("fc/kernel[7, 20]", "fc/bias[20]", "conv/kernel[3, 3, 5, 2]"),
            List.of("fc.weight[20, 7]", "fc.bias[20]", "conv.weight[2, 5, 3, 3]"),
            """
            # choose: way 2 of 2
            - source: 'fc/kernel'
              target: 'fc.weight'
              transform: [{reshape: [7, 2, 2, 5]}, {permute: [0, 3, 1, 2]}, {reshape: [7, 20]}, transpose]
            - source: 'fc/bias'
              target: 'fc.bias'
              transform: [{reshape: [2, 2, 5]}, {permute: [2, 0, 1]}, {reshape: [20]}]
            """
                .strip()),
        Arguments.of(
            "query, key and value in one, which some models hold head by head",
            List.of("a/query/kernel[4, 2, 3]", "a/key/kernel[4, 2, 3]", "a/value/kernel[4, 2, 3]"),
            List.of("attn.qkv.weight[18, 4]"),
            """
            # choose: way 1 of 2
            - source: ['a/query/kernel', 'a/key/kernel', 'a/value/kernel']
              target: 'attn.qkv.weight'
              transform: [{reshape: [4, 6]}, transpose, {concat: 0}]
            # choose: way 2 of 2
            - source: ['a/query/kernel', 'a/key/kernel', 'a/value/kernel']
              target: 'attn.qkv.weight'
              transform: [{reshape: [4, 6]}, transpose, {reshape: [2, 1, 3, 4]}, {concat: 1}, {reshape: [18, 4]}]
            """
                .strip()),
        Arguments.of(
            "more of a kind than the model has, of which none is dropped",
            List.of("dense/kernel[4, 4]", "dense_1/kernel[4, 4]"),
            List.of("fc.weight[4, 4]"),
            "# choose one that is taken above, or another: dense_1/kernel"),
        Arguments.of(
            "one of several that Keras counts, where the model has a module of that number",
            List.of("batch_normalization/gamma[4]", "batch_normalization_1/gamma[4]"),
            List.of("bn1.weight[4]", "layer1.0.bn1.weight[4]"),
            "batch_normalization_1/gamma: bn1 or layer1.0.bn1"),
        Arguments.of(
            "a matrix that may follow a flattened image",
            List.of("conv/kernel[3, 3, 1, 5]", "fc/kernel[30, 2]"),
            List.of("conv.weight[5, 1, 3, 3]", "fc.weight[2, 30]"),
            "fc/kernel: into fc, by the extents of the image that it may follow"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("doubts")
  void whatIsInDoubtIsAskedFor(
      String what, List<String> source, List<String> target, String message) {
    assertThatThrownBy(
            () ->
                translated(
                    source(source.toArray(String[]::new)),
                    Target.of(target.toArray(String[]::new)),
                    ""))
        .isInstanceOf(UnmappedVariable.class)
        .hasMessageContaining("nothing is written")
        .hasMessageContaining(message);
  }

  static Stream<Arguments> alike() {
    return Stream.of(
        Arguments.of(
            "LSTM",
            List.of("kernel[3, 16]", "recurrent_kernel[4, 16]", "bias[16]"),
            List.of(
                "weight_ih_l0[16, 3]", "weight_hh_l0[16, 4]", "bias_ih_l0[16]", "bias_hh_l0[16]")),
        Arguments.of(
            "GRU, whose one variable has both biases",
            List.of("kernel[3, 12]", "recurrent_kernel[4, 12]", "bias[2, 12]"),
            List.of(
                "weight_ih_l0[12, 3]", "weight_hh_l0[12, 4]", "bias_ih_l0[12]", "bias_hh_l0[12]")),
        Arguments.of(
            "depthwise convolution",
            List.of("depthwise_kernel[3, 3, 5, 2]", "bias[10]"),
            List.of("weight[10, 1, 3, 3]", "bias[10]")),
        Arguments.of("convolution", List.of("kernel[3, 3, 4, 5]"), List.of("weight[5, 4, 3, 3]")),
        Arguments.of(
            "attention, whose query, key and value are one tensor",
            List.of(
                "query/kernel[4, 2, 3]",
                "query/bias[2, 3]",
                "key/kernel[4, 2, 3]",
                "key/bias[2, 3]",
                "value/kernel[4, 2, 3]",
                "value/bias[2, 3]",
                "attention_output/kernel[2, 3, 4]",
                "attention_output/bias[4]"),
            List.of(
                "in_proj_weight[18, 4]",
                "in_proj_bias[18]",
                "out_proj.weight[4, 6]",
                "out_proj.bias[4]")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("alike")
  void pastedLinesSayOfTwoAlikeWhatIsKnownOfOne(
      String what, List<String> variables, List<String> tensors) throws IOException {
    List<String> sources =
        Stream.of("rnn/cell/", "rnn_1/cell/")
            .flatMap(p -> variables.stream().map(p::concat))
            .toList();
    List<String> targets =
        Stream.of("first.", "second.").flatMap(p -> tensors.stream().map(p::concat)).toList();
    List<String> one =
        recipes(
            translated(
                source(sources.subList(0, variables.size()).toArray(String[]::new)),
                Target.of(targets.subList(0, tensors.size()).toArray(String[]::new)),
                ""));
    TfModel source = source(sources.toArray(String[]::new));
    Target target = Target.of(targets.toArray(String[]::new));
    String message =
        catchThrowableOfType(UnmappedVariable.class, () -> translated(source, target, ""))
            .getMessage();
    String pasted = message.substring(message.indexOf("\n- source") + 1);
    assertThat(recipes(translated(source, target, pasted)).subList(0, tensors.size()))
        .isEqualTo(one);
    assertThat(message).contains("# choose: first or second");
  }

  @Test
  void whatNoRuleCanSayStandsInACommentBesideTheOthers() {
    assertThatThrownBy(
            () ->
                translated(
                    source(
                        "a/basic_lstm_cell/kernel[7, 16]",
                        "a/basic_lstm_cell/bias[16]",
                        "b/basic_lstm_cell/kernel[7, 16]",
                        "b/basic_lstm_cell/bias[16]"),
                    Target.of(
                        "one.weight_ih_l0[16, 3]",
                        "one.weight_hh_l0[16, 4]",
                        "one.bias_ih_l0[16]",
                        "one.bias_hh_l0[16]",
                        "two.weight_ih_l0[16, 3]",
                        "two.weight_hh_l0[16, 4]",
                        "two.bias_ih_l0[16]",
                        "two.bias_hh_l0[16]"),
                    ""))
        .hasMessageContaining(
            """
            - source: 'a/basic_lstm_cell/kernel'
              target: ['one.weight_ih_l0', 'one.weight_hh_l0']
              transform: [transpose, {split: 1}, {gates: [0, 2, 1, 3]}]
            - source: 'a/basic_lstm_cell/bias'
              target: 'one.bias_ih_l0'
              transform: {gates: [0, 2, 1, 3]}
            # no rule says it: one.bias_hh_l0 =\
            """)
        .hasMessageNotContaining("keep");
  }
}
