package io.github.tf2torch.diff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tf2torch.convert.TensorFiles;
import io.github.tf2torch.diff.TensorDifference.Verdict;
import io.github.tf2torch.model.source.TensorFile;
import io.github.tf2torch.problem.BadRequest;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code a.pt}, {@code b.pt} and what NumPy finds of them: {@code make_pair.py}. */
class DiffTest {
  private static final Diff.Watcher NOBODY = (done, all) -> {};

  private static Path resource(String name) throws URISyntaxException {
    return Path.of(DiffTest.class.getResource("/" + name).toURI());
  }

  private static DiffReport diff(String a, String b, String select, Tolerance tolerance)
      throws IOException, URISyntaxException {
    try (TensorFile fileA = TensorFiles.open(resource(a));
        TensorFile fileB = TensorFiles.open(resource(b))) {
      return Diff.of(fileA, fileB, Pattern.compile(select), tolerance, NOBODY);
    }
  }

  static Stream<String> names() throws IOException, URISyntaxException {
    JsonNode expected = new ObjectMapper().readTree(resource("diff/expected.json").toFile());
    return names(expected).stream();
  }

  private static List<String> names(JsonNode node) {
    List<String> names = new java.util.ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @ParameterizedTest
  @MethodSource("names")
  void differencesAreThoseThatNumpyFinds(String name) throws Exception {
    JsonNode expected =
        new ObjectMapper().readTree(resource("diff/expected.json").toFile()).get(name);
    DiffReport report = diff("diff/a.pt", "diff/b.pt", "^" + name + "$", Tolerance.none());
    ValueDifference found = report.tensors().get(0).values().orElseThrow();
    assertThat(found.differing()).isEqualTo(expected.get("differing").asLong());
    assertThat(found.misplaced().value()).isEqualTo(expected.get("misplaced").asDouble());
    assertThat(found.largest().value()).isEqualTo(expected.get("largest").asDouble());
    assertThat(found.relative().value()).isEqualTo(expected.get("relative").asDouble());
    assertThat(found.ulps().value()).isEqualTo(expected.get("ulps").asDouble());
  }

  @Test
  void theElementIsTheOneThatDiffersMost() throws Exception {
    DiffReport report = diff("diff/a.pt", "diff/b.pt", "^int64$", Tolerance.none());
    ValueDifference found = report.tensors().get(0).values().orElseThrow();
    assertThat(found.largest()).isEqualTo(new Extreme(1024, 2));
    assertThat(found.relative().element()).isEqualTo(1);
    assertThat(found.relative().value()).isEqualTo(12d / 7, within(0d));
  }

  @Test
  void aToleranceCoversFloatsInStepsAndAllNumbersInSize() throws Exception {
    assertThat(diff("diff/a.pt", "diff/b.pt", "^float32$", new Tolerance(0, 5)).isSame()).isTrue();
    assertThat(diff("diff/a.pt", "diff/b.pt", "^float32$", new Tolerance(0, 4)).isSame()).isFalse();
    assertThat(diff("diff/a.pt", "diff/b.pt", "^uint8$", new Tolerance(255, 0)).isSame()).isTrue();
    assertThat(diff("diff/a.pt", "diff/b.pt", "^uint8$", new Tolerance(254, 9999)).isSame())
        .isFalse();
  }

  @Test
  void noToleranceCoversAMisplacedNan() throws Exception {
    DiffReport report =
        diff("diff/a.pt", "diff/b.pt", "^special$", new Tolerance(1e308, Long.MAX_VALUE));
    assertThat(report.tensors().get(0).verdict()).isEqualTo(Verdict.VALUES);
    assertThat(report.tensors().get(0).values().orElseThrow().beyond()).isEqualTo(3);
  }

  @Test
  void anotherTypeIsADifferenceEvenWhereTheNumbersAreTheSame() throws Exception {
    DiffReport report = diff("diff/a.pt", "diff/b.pt", "^mixed$", new Tolerance(1, 0));
    assertThat(report.tensors().get(0).verdict()).isEqualTo(Verdict.DTYPE);
  }

  @Test
  void aTiedTensorMatchesEitherName() throws Exception {
    DiffReport report =
        diff("torch/state_dict.pt", "torch/training.pt", "tied.weight", Tolerance.none());
    assertThat(report.tensors()).hasSize(1);
    assertThat(report.tensors().get(0).name()).isEqualTo("fc.weight");
  }

  @Test
  void nothingComparedIsNotTheSame() throws Exception {
    DiffReport report = diff("torch/views.pt", "torch/sharded", "", Tolerance.none());
    assertThat(report.isSame()).isFalse();
    assertThat(DiffText.of(report))
        .endsWith("different: 10 only in A, 3 only in B, nothing could be compared\n");
  }

  @Test
  void theTableSaysWhatDiffersAndWhere() throws Exception {
    DiffReport report = diff("diff/a.pt", "diff/b.pt", "^(int64|same)$", Tolerance.none());
    assertThat(DiffText.of(report).lines().skip(3))
        .containsExactly(
            "tensor          A         B     elements  largest      relative  ULPs",
            "int64   values  int64[3]  same  2 of 3    1024 at [2]  1.71      -",
            "",
            "different: 1 with other values, 1 the same");
  }

  @Test
  void aSelectionOfNothingIsAWrongRequest() {
    assertThatThrownBy(() -> diff("diff/a.pt", "diff/b.pt", "nowhere", Tolerance.none()))
        .isInstanceOf(BadRequest.class)
        .hasMessageContaining("--select nowhere");
  }
}
