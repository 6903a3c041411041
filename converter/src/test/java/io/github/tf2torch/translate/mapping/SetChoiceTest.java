package io.github.tf2torch.translate.mapping;

import static io.github.tf2torch.translate.mapping.MappedModels.recipes;
import static io.github.tf2torch.translate.mapping.MappedModels.source;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.problem.UnmappedVariable;
import io.github.tf2torch.rules.mapping.RuleFile;
import io.github.tf2torch.translate.Translation;
import io.github.tf2torch.translate.mapping.MappedModels.Target;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SetChoiceTest {
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
