package io.github.tf2torch.read.graph;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.tensor.DType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Constants of every type in every form, against what a session of TensorFlow's makes of them. */
class FrozenConstantsTest {
  private static final HexFormat HEX = HexFormat.of();

  static Stream<Arguments> files() {
    return Stream.of(
        Arguments.of("dtypes.pb", MessageFile.Limits.USUAL),
        Arguments.of("dtypes.pb", FrozenGraphTest.MAPPED),
        Arguments.of("dtypes.pbtxt", MessageFile.Limits.USUAL));
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyConstantIsWhatTensorflowReads(String name, MessageFile.Limits limits)
      throws IOException {
    JsonNode expected =
        new ObjectMapper().readTree(FrozenGraphTest.fixture("dtypes.json").toFile());
    TfModel model = variables(name, limits);
    Map<String, Variable> read =
        model.variables().stream().collect(Collectors.toMap(Variable::name, v -> v));
    assertThat(model.problems()).isEmpty();
    assertThat(read.keySet())
        .containsExactlyInAnyOrderElementsOf(expected::fieldNames)
        .hasSizeGreaterThan(150);
    for (Variable variable : model.variables()) {
      JsonNode value = expected.get(variable.name());
      assertThat(variable.dtype().torchName()).isEqualTo(value.path("dtype").asText());
      assertThat(variable.shape().dims()).as(variable.name()).isEqualTo(longs(value.path("shape")));
      if (variable.dtype() == DType.STRING) {
        assertThat(model.tensors().strings(variable.name()).stream().map(HEX::formatHex))
            .as(variable.name())
            .containsExactlyElementsOf(texts(value.path("strings")));
      } else {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(variable.bytes()));
        model.tensors().read(variable.name(), 0, bytes);
        assertThat(HEX.formatHex(bytes.array()))
            .as(variable.name())
            .isEqualTo(value.path("bytes").asText());
      }
    }
  }

  @Test
  void constantsOfFunctionsAreNamedAfterBoth() throws IOException {
    TfModel model = variables("functions.pb", MessageFile.Limits.USUAL);
    assertThat(model.variables())
        .extracting(Variable::name)
        .contains("while/input_5")
        .anyMatch(n -> n.startsWith("while_body_") && n.endsWith("/add_1/y"));
  }

  private static TfModel variables(String name, MessageFile.Limits limits) throws IOException {
    try (FrozenGraph file =
        FrozenGraph.open(FrozenGraphTest.fixture(name), ReadOptions.defaults(), limits)) {
      return file.variables();
    }
  }

  private static List<Long> longs(JsonNode array) {
    List<Long> longs = new ArrayList<>();
    array.forEach(n -> longs.add(n.asLong()));
    return longs;
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(n -> texts.add(n.asText()));
    return texts;
  }
}
