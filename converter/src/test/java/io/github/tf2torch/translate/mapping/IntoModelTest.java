package io.github.tf2torch.translate.mapping;

import static io.github.tf2torch.translate.mapping.MappedModels.recipes;
import static io.github.tf2torch.translate.mapping.MappedModels.source;
import static io.github.tf2torch.translate.mapping.MappedModels.translated;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.problem.UnmappedVariable;
import io.github.tf2torch.translate.Translation;
import io.github.tf2torch.translate.mapping.MappedModels.Target;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class IntoModelTest {
  static Stream<Arguments> transforms() {
    return Stream.of(
        Arguments.of(
            "one tensor of three, in the order of the rule",
            """
            - source: ['(.*)/q/kernel', '$1/k/kernel', '$1/v/kernel']
              target: '$1.in_proj_weight'
              transform: [transpose, concat: 0]
            """,
            List.of("a/k/kernel[4, 2]", "a/q/kernel[4, 2]", "a/v/kernel[4, 2]"),
            List.of("a.in_proj_weight[6, 4]"),
            List.of(
                "a.in_proj_weight = concat[a/q/kernel.permute[1, 0], a/k/kernel.permute[1, 0],"
                    + " a/v/kernel.permute[1, 0]].axis[0]")),
        Arguments.of(
            "three of one",
            """
            - source: 'qkv'
              target: [q, k, v]
              transform: [transpose, split]
            """,
            List.of("qkv[4, 6]"),
            List.of("q[2, 4]", "k[3, 4]", "v[1, 4]"),
            List.of(
                "q = qkv.permute[1, 0].slice[0, 0, 2]",
                "k = qkv.permute[1, 0].slice[0, 2, 3]",
                "v = qkv.permute[1, 0].slice[0, 5, 1]")),
        Arguments.of(
            "layers of a scan taken apart",
            """
            - source: 'scan/kernel'
              target: 'layer.$i.weight'
              transform: [unstack, transpose]
            """,
            List.of("scan/kernel[2, 3, 4]"),
            List.of("layer.0.weight[4, 3]", "layer.1.weight[4, 3]"),
            List.of(
                "layer.0.weight = scan/kernel.slice[0, 0, 1].reshape[3, 4].permute[1, 0]",
                "layer.1.weight = scan/kernel.slice[0, 1, 1].reshape[3, 4].permute[1, 0]")),
        Arguments.of(
            "layers put together in the order of their numbers",
            """
            - source: 'layer_(\\d+)/bias'
              target: 'biases'
              transform: stack
            """,
            List.of("layer_10/bias[3]", "layer_9/bias[3]"),
            List.of("biases[2, 3]"),
            List.of(
                "biases = concat[layer_9/bias.reshape[1, 3], layer_10/bias.reshape[1,"
                    + " 3]].axis[0]")),
        Arguments.of(
            "a vocabulary that is shorter",
            """
            - {source: 'words', target: 'emb.weight', transform: pad}
            """,
            List.of("words[5, 2]"),
            List.of("emb.weight[8, 2]"),
            List.of("emb.weight = concat[words, fill[0.0].reshape[3, 2]].axis[0]")),
        Arguments.of(
            "names by a number less one, a word, and a place among others",
            """
            words: {gamma: weight}
            places: 'block(\\d+[a-z])_bn/.*'
            rules:
            - {source: 'block(\\d+[a-z])_bn/(gamma)', target: 'b.${1:place}.${2:word}'}
            - {source: 'layer(\\d+)/gamma', target: 'l.${1*2-2}.weight'}
            """,
            List.of("block10a_bn/gamma[3]", "block2a_bn/gamma[3]", "layer3/gamma[2]"),
            List.of("b.0.weight[3]", "b.1.weight[3]", "l.4.weight[2]"),
            List.of(
                "b.0.weight = block2a_bn/gamma",
                "b.1.weight = block10a_bn/gamma",
                "l.4.weight = layer3/gamma")),
        Arguments.of(
            "one name for two things, told apart by what else there is",
            """
            - {source: '(b\\d)/conv/w', if: '$1/conv_1/w', target: '$1.expand', transform: stored}
            - {source: '(b\\d)/conv(?:_1)?/w', target: '$1.project', transform: stored}
            """,
            List.of("b0/conv/w[3]", "b1/conv/w[3]", "b1/conv_1/w[3]"),
            List.of("b0.project[3]", "b1.expand[3]", "b1.project[3]"),
            List.of("b0.project = b0/conv/w", "b1.expand = b1/conv/w", "b1.project = b1/conv_1/w")),
        Arguments.of(
            "a bias in front of batch normalization, and another epsilon",
            """
            - {source: ['(.*)_bn/mean', '$1/bias'], target: mean, transform: minus}
            - {source: '.*_bn/variance', target: var, transform: {add: 1e-8}}
            - {source: '.*/kernel', target: w, transform: [{squeeze: [0]}, transpose]}
            """,
            List.of("c/bias[3]", "c_bn/mean[3]", "c_bn/variance[3]", "c/kernel[1, 2, 3]"),
            List.of("mean[3]", "var[3]", "w[3, 2]"),
            List.of(
                "mean = sum[c_bn/mean, c/bias.scale[-1.0]].terms[2]",
                "var = c_bn/variance.add[1.0E-8]",
                "w = c/kernel.reshape[2, 3].permute[1, 0]")),
        Arguments.of(
            "a model without the prefix, and no head",
            """
            prefix: bert.
            optional: true
            rules:
            - {source: 'bert/w', target: 'bert.w'}
            - {source: 'cls/w', target: 'cls.w'}
            """,
            List.of("bert/w[3]", "cls/w[2]"),
            List.of("w[3]"),
            List.of("w = bert/w")),
        Arguments.of(
            "another type",
            "- {source: 'w', target: 'x'}",
            List.of("w[3]"),
            List.of("x[3] half"),
            List.of("x = w.cast[float16]")),
        Arguments.of(
            "one value everywhere",
            "- {target: 'x', fill: 1}",
            List.of(),
            List.of("x[3]"),
            List.of("x = fill[1.0]")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("transforms")
  void rulesMake(
      String what, String rules, List<String> source, List<String> target, List<String> expected)
      throws IOException {
    Translation translation =
        translated(
            source(source.toArray(String[]::new)), Target.of(target.toArray(String[]::new)), rules);
    assertThat(recipes(translation)).isEqualTo(expected);
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        Arguments.of(
            "- {source: '(\\w)', target: '${1-1}'}", "line 1: \"w\" is no number, from which -1"),
        Arguments.of("- {source: '(\\w)', target: '${1:word}'}", "${1:word} of \"w\" is not known"),
        Arguments.of("- {source: '(\\w)', target: '${1:place}'}", "the file says places []"),
        Arguments.of("- {source: '(\\w)', target: '$2'}", "speaks of group 2"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mistakes")
  void namesThatCannotBeMadeAreMistakes(String rules, String message) {
    assertThatThrownBy(() -> translated(source("w[3]"), Target.of("x[3]"), rules))
        .isInstanceOf(BadRequest.class)
        .hasMessageContaining(message);
  }

  static Stream<Arguments> transformsOfAnotherShape() {
    return Stream.of(
        Arguments.of("{concat: 7}", "concat: 7: is not for [4, 2]"),
        Arguments.of("{flatten: [3, 1]}", "flatten: [3, 1]: [4, 2] does not reshape"),
        Arguments.of("{flatten: [4]}", "flatten: 4: takes [height, width, channels] and a matrix"),
        Arguments.of("{gates: [0, 0]}", "takes each of as many blocks as divide the rows once"),
        Arguments.of("{gates: [0, 2, 1]}", "not [0, 2, 1] of [4, 2]"),
        Arguments.of("{permute: [0, 2]}", "permute: [0, 2]: [0, 2] does not permute [4, 2]"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("transformsOfAnotherShape")
  void transformsSayWhatTheyAreFor(String transform, String message) {
    assertThatThrownBy(
            () ->
                translated(
                    source("w[4, 2]"),
                    Target.of("x[2, 4]"),
                    "- {source: 'w', target: 'x', transform: " + transform + "}"))
        .isInstanceOf(UnmappedVariable.class)
        .hasMessageContaining("my.yaml line 1: \"w\": ")
        .hasMessageContaining(message);
  }

  @Test
  void aRuleThatMatchesNothingIsTold() throws IOException {
    Translation translation =
        translated(
            source("w[3]"),
            Target.of("x[3]"),
            """
            - {source: 'w', target: 'x'}
            - {source: 'v', target: 'y'}
            - {keep: 'z'}
            """);
    assertThat(translation.account().assumed())
        .containsExactly(
            "my.yaml line 2 is for nothing: no variable has a name that is \"v\"",
            "my.yaml line 3 is for nothing: no tensor has a name that is \"z\"");
  }

  /** Rows that are cut off are gone; what is split over two tensors is not. */
  @Test
  void whatIsCutIsListedAsLossy() throws IOException {
    Translation translation =
        translated(
            source("words[5, 2]", "qk[4, 2]"),
            Target.of("emb.weight[3, 2]", "q[1, 2]", "k[3, 2]"),
            """
            - {source: 'words', target: 'emb.weight', transform: cut}
            - {source: 'qk', target: [q, k], transform: split}
            """);
    assertThat(translation.account().lossy()).containsExactly("emb.weight");
  }

  /** transformers 5 ties the logits of every T5 to its embeddings; v1.1 has a kernel of its own. */
  @Test
  void whatTheTargetTiesIsNotFilledByTwoVariables() {
    assertThatThrownBy(
            () ->
                translated(
                    source("shared/embedding[5, 2]", "decoder/logits/kernel[2, 5]"),
                    Target.of("shared.weight=lm_head.weight[5, 2]"),
                    """
                    - {source: 'shared/embedding', target: 'shared.weight'}
                    - {source: 'decoder/logits/kernel', target: 'lm_head.weight'}
                    """))
        .hasMessageContaining(
            "\"shared.weight\" and \"lm_head.weight\" are one tensor in the target, and would be"
                + " shared/embedding and decoder/logits/kernel.permute[1, 0]");
  }
}
