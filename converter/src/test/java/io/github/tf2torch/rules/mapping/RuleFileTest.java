package io.github.tf2torch.rules.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.rules.mapping.MappingRule.Drop;
import io.github.tf2torch.rules.mapping.MappingRule.Fill;
import io.github.tf2torch.rules.mapping.MappingRule.Keep;
import io.github.tf2torch.rules.mapping.MappingRule.Move;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RuleFileTest {
  @Test
  void everyKindOfRuleIsReadWithItsLine() {
    RuleFile file =
        RuleFile.parse(
            "my.yaml",
            """
            about: a test
            prefix: bert.
            optional: true
            rules:
            - source: ['(.*)/q/kernel', '$1/k/kernel']
              target: '$1.qk.weight'
              transform: [transpose, concat: 0]
            - drop: 'global_step'
            - keep: '.*\\.position_ids'
            - target: 'offset'
              fill: 1.5
            """);
    assertThat(file.about()).isEqualTo("a test");
    assertThat(file.prefix()).isEqualTo("bert.");
    Move move = (Move) file.rules().get(0);
    assertThat(move.source().pattern()).isEqualTo("(.*)/q/kernel");
    assertThat(move.beside()).containsExactly("$1/k/kernel");
    assertThat(move.transforms().toString()).isEqualTo("[transpose, concat: 0]");
    assertThat(move.isOptional()).isTrue();
    assertThat(move.place()).isEqualTo("my.yaml line 5");
    assertThat(((Drop) file.rules().get(1)).reason()).isEqualTo("by my.yaml line 8");
    assertThat(((Keep) file.rules().get(2)).target().pattern()).isEqualTo(".*\\.position_ids");
    assertThat(((Fill) file.rules().get(3)).value()).isEqualTo(1.5);
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        Arguments.of("", "my.yaml: is empty, expected rules"),
        Arguments.of("rules: [", "my.yaml: is no YAML"),
        Arguments.of("rules: x", "my.yaml line 1: found \"x\", expected a list"),
        Arguments.of("- source: a", "my.yaml line 1: \"target\" is missing here"),
        Arguments.of("- drop: '('", "line 1: \"(\" is no regular expression"),
        Arguments.of("- drop: a\n  why: b", "line 1: \"why\" is not known here; there are [drop"),
        Arguments.of("- {source: a, target: b, transform: turn}", "no transform is named \"turn\""),
        Arguments.of(
            "- {source: a, target: b, transform: flatten}", "of 0 numbers: it takes a list"),
        Arguments.of(
            "- {source: a, target: b, transform: {transpose: 1}}", "1 numbers: it takes no number"),
        Arguments.of(
            "- {source: a, target: b, transform: {permute: [0.5, 1]}}", "line 1: no transform"),
        Arguments.of("places: 'a'\nrules: []", "found \"a\", expected a group (...)"),
        Arguments.of("- {target: b, fill: x}", "line 1: found \"x\", expected a number"),
        Arguments.of("- drop: a\n  drop: b", "found mapping, expected each key once"),
        Arguments.of("- {source: a, target: b, optional: yes}", "expected true or false"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void mistakesAreNamedWithTheirPlace(String text, String message) {
    assertThatThrownBy(() -> RuleFile.parse("my.yaml", text))
        .isInstanceOf(BadRequest.class)
        .hasMessageContaining(message);
  }

  @Test
  void namesThatHoldOneAnotherMakeNothingGrow() {
    String text = "a: &a [x, x]\nb: &b [*a, *a]\nrules: [*b, *b, *b]";
    assertThatThrownBy(() -> RuleFile.parse("my.yaml", text)).isInstanceOf(BadRequest.class);
  }

  @Test
  void allTransformsAreListed() {
    assertThat(Transform.names()).contains("transpose", "conv", "stack").isSorted();
    assertThat(List.copyOf(Transform.names())).doesNotHaveDuplicates();
  }
}
