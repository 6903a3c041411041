package io.github.tf2torch.translate.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.tf2torch.model.source.Provenance;
import io.github.tf2torch.model.source.Role;
import io.github.tf2torch.model.source.TensorFile;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.problem.UnmappedVariable;
import io.github.tf2torch.rules.mapping.RuleFile;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorSource;
import io.github.tf2torch.translate.Account;
import io.github.tf2torch.translate.Translation;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class IntoModelTest {
  /** A target without values; {@code a=b[2]} is one tensor under two names. */
  private record Target(List<Variable> variables) implements TensorFile {
    static Target of(String... tensors) {
      return new Target(Arrays.stream(tensors).map(IntoModelTest::tensor).toList());
    }

    @Override
    public Provenance provenance() {
      return new Provenance("target.pt", "PyTorch checkpoint", "");
    }

    @Override
    public TensorSource tensors() {
      return (name, offset, target) -> target.position(target.limit());
    }

    @Override
    public void close() {}
  }

  private static Variable tensor(String text) {
    List<String> names = List.of(text.substring(0, text.indexOf('[')).split("="));
    String dims = text.substring(text.indexOf('[') + 1, text.indexOf(']'));
    List<Long> extents =
        dims.isEmpty() ? List.of() : Arrays.stream(dims.split(", ")).map(Long::parseLong).toList();
    String name = names.get(0);
    Role role = name.contains("/adam_") ? Role.SLOT : Role.WEIGHT;
    DType dtype = text.endsWith("int64") ? DType.INT64 : DType.FLOAT32;
    dtype = text.endsWith("half") ? DType.FLOAT16 : dtype;
    return new Variable(
        name, name, dtype, new Shape(extents), role, names.subList(1, names.size()));
  }

  private static TfModel source(String... variables) {
    return TfModel.of(
        new Provenance("model.ckpt", "test", ""),
        Arrays.stream(variables).map(IntoModelTest::tensor).toList(),
        List.of(),
        (name, offset, target) -> {},
        List.of());
  }

  private static Translation translated(TfModel source, Target target, String rules)
      throws IOException {
    Optional<RuleFile> file =
        rules.isEmpty() ? Optional.empty() : Optional.of(RuleFile.parse("my.yaml", rules));
    return IntoModel.translate(source, target, file, List.of(), "Model");
  }

  private static List<String> recipes(Translation translation) {
    return translation.model().tensors().stream()
        .map(t -> t.name() + " = " + t.recipe().describe())
        .toList();
  }

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

  static Stream<Arguments> doubts() {
    return Stream.of(
        Arguments.of(
            "a square matrix that nobody calls a kernel",
            List.of("proj/matrix[4, 4]"),
            List.of("proj.weight[4, 4]"),
            "proj/matrix: in several ways into proj.weight"),
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
        Arguments.of("convolution", List.of("kernel[3, 3, 4, 5]"), List.of("weight[5, 4, 3, 3]")));
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

  @Test
  void aShippedSetThatHasNoWordForANameIsPassedOver() throws IOException {
    RuleFile other = RuleFile.parse("other", "rules:\n- {source: '(w)', target: '${1:word}'}");
    Translation translation =
        IntoModel.translate(
            source("w[3]"), Target.of("w[3]"), Optional.empty(), List.of(other), "Model");
    assertThat(recipes(translation)).containsExactly("w = w");
  }

  private static final RuleFile TEXT =
      RuleFile.parse(
          "text",
          """
          about: text
          rules:
          - {source: 'words', target: 'emb.weight', transform: stored}
          - {source: 'h/w', target: 'h.weight', transform: stored}
          - {source: 'h/g', target: 'norm.weight', transform: stored}
          - {source: 'head/w', target: 'head.weight', transform: stored, optional: true}
          """);

  private static Translation byText(TfModel source, Target target, String rules)
      throws IOException {
    Optional<RuleFile> own =
        rules.isEmpty() ? Optional.empty() : Optional.of(RuleFile.parse("my.yaml", rules));
    return IntoModel.translate(source, target, own, List.of(TEXT), "Model");
  }

  static Stream<Arguments> nearly() {
    return Stream.of(
        Arguments.of(
            "a vocabulary padded to a round number",
            List.of("emb.weight=decoder.weight[8, 2]", "h.weight[2, 2]", "norm.weight[2]"),
            "transform: pad\n- drop: 'head/w'",
            List.of(
                "emb.weight = concat[words, fill[0.0].reshape[3, 2]].axis[0]",
                "decoder.weight = concat[words, fill[0.0].reshape[3, 2]].axis[0]",
                "h.weight = h/w",
                "norm.weight = h/g")),
        Arguments.of(
            "a vocabulary that was cut",
            List.of("emb.weight[3, 2]", "h.weight[2, 2]", "norm.weight[2]", "head.weight[3, 2]"),
            "transform: cut",
            List.of(
                "emb.weight = words.slice[0, 0, 3]",
                "h.weight = h/w",
                "norm.weight = h/g",
                "head.weight = head/w")),
        Arguments.of(
            "another head",
            List.of("emb.weight[5, 2]", "h.weight[2, 2]", "norm.weight[2]", "score.weight[4, 2]"),
            "- drop: 'head/w'\n- keep: 'score\\.weight'",
            List.of(
                "emb.weight = words",
                "h.weight = h/w",
                "norm.weight = h/g",
                "score.weight = target:score.weight")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("nearly")
  void aSetThatFitsAllButSomeIsTakenForTheRestOfWhatIsPasted(
      String what, List<String> target, String lines, List<String> expected) throws IOException {
    TfModel source = source("words[5, 2]", "h/w[2, 2]", "h/g[2]", "head/w[3, 2]");
    Target into = Target.of(target.toArray(String[]::new));
    String message =
        catchThrowableOfType(UnmappedVariable.class, () -> byText(source, into, "")).getMessage();
    assertThat(message).contains("by the rules of the set \"text\" (text), which fit", lines);
    String pasted = message.substring(message.indexOf("to be completed:\n") + 17);
    assertThat(recipes(byText(source, into, pasted))).isEqualTo(expected);
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

  @Test
  void aShippedSetIsChosenWhereItFitsEverything() throws IOException {
    RuleFile other = RuleFile.parse("other", "about: x\nrules:\n- {source: z, target: y}");
    RuleFile fitting = RuleFile.parse("fits", "about: y\nrules:\n- {source: w, target: y}");
    Translation translation =
        IntoModel.translate(
            source("w[3]"), Target.of("y[3]"), Optional.empty(), List.of(other, fitting), "Model");
    assertThat(translation.account().assumed())
        .containsExactly("the rules of the set \"fits\" (y), which fit every variable and tensor");
  }
}
