package io.github.tf2torch.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.problem.UnsupportedOperation;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UntranslatableTest {
  private static List<String> reasons(String... ops) {
    return Untranslatable.reasons(
        Arrays.stream(ops)
            .map(op -> new Node(op, op, List.<Endpoint>of(), List.of(), Map.of()))
            .toList());
  }

  @ParameterizedTest
  @CsvSource({
    "DecodeJpeg, reads a file's bytes",
    "ParseExampleV2, reads a file's bytes",
    "StringSplitV2, reads a file's bytes",
    "LookupTableFindV2, reads a file's bytes",
    "TruncatedNormal, draws random numbers",
    "StatelessRandomUniformV2, draws random numbers",
    "LearnedUnigramCandidateSampler, draws random numbers",
    "TensorArrayReadV3, belongs to a loop or a branch",
    "StatelessWhile, belongs to a loop or a branch",
    "AssignSubVariableOp, changes a variable",
    "ResourceApplyAdam, changes a variable",
    "Conv2DBackpropFilter, computes a gradient",
    "MaxPoolGradV2, computes a gradient"
  })
  void anOpOfAKnownKindSaysWhyItIsLeft(String op, String reason) {
    assertThat(reasons(op)).singleElement().asString().startsWith(op + ": " + reason);
  }

  @Test
  void opsOfOneKindShareALineAndOthersHaveNone() {
    assertThat(reasons("DecodePng", "Frobnicate", "DecodeGif", "DecodePng", "Exit"))
        .hasSize(2)
        .first()
        .asString()
        .startsWith("DecodeGif, DecodePng: ");
  }

  @Test
  void theRefusalListsNodesThenReasonsThenWhereToAddARule() {
    assertThatThrownBy(
            () ->
                new GraphBuilder()
                    .input("x", 2)
                    .op("noise", "RandomStandardNormal", List.of("x"))
                    .op("odd", "Frobnicate", List.of("noise"))
                    .translate("odd"))
        .isInstanceOf(UnsupportedOperation.class)
        .hasMessageContainingAll(
            "2 operations have no rule:\n  noise (RandomStandardNormal)\n  odd (Frobnicate)\n"
                + "RandomStandardNormal: draws random numbers",
            "\nTo add a rule: implement");
  }
}
