package io.github.tf2torch.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tf2torch.diff.Diff;
import io.github.tf2torch.diff.DiffReport;
import io.github.tf2torch.diff.TensorDifference.Verdict;
import io.github.tf2torch.diff.Tolerance;
import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.model.source.Role;
import io.github.tf2torch.model.source.TensorFile;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorSource;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RawConversionTest {
  @TempDir Path folder;

  private static Path resource(String name) throws URISyntaxException {
    return Path.of(RawConversionTest.class.getResource("/" + name).toURI());
  }

  private RawConversion write(String source, String select) throws Exception {
    RawOptions options = new RawOptions(ReadOptions.defaults(), Pattern.compile(select), true);
    return RawConversion.write(resource(source), folder.resolve("out"), options, Progress.silent());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "savedmodel/keras_export",
        "savedmodel/tf1",
        "savedmodel/twins",
        "savedmodel/branches",
        "torch/training.pt",
        "torch/views.pt",
        "torch/big_endian.pt",
        "torch/sharded",
      })
  void whatIsWrittenIsWhatIsStored(String source) throws Exception {
    write(source, "");
    try (TensorFile stored = TensorFiles.open(resource(source));
        TensorFile written = TensorFiles.open(folder.resolve("out"))) {
      DiffReport report =
          Diff.of(stored, written, Pattern.compile(""), Tolerance.none(), (done, all) -> {});
      assertThat(report.isSame()).isTrue();
      assertThat(report.tensors()).hasSameSizeAs(stored.variables());
      assertThat(report.count(Verdict.SAME)).isEqualTo(stored.variables().size());
    }
  }

  @Test
  void theSameSourceGivesTheSameBytes() throws Exception {
    write("torch/training.pt", "");
    byte[] first = Files.readAllBytes(folder.resolve("out/model.safetensors"));
    write("torch/training.pt", "");
    assertThat(folder.resolve("out/model.safetensors")).hasBinaryContent(first);
  }

  @Test
  void conversionJsonAccountsForEveryVariable() throws Exception {
    write("torch/dtypes.pt", "^(complex|float32|int64)");
    JsonNode json = new ObjectMapper().readTree(folder.resolve("out/conversion.json").toFile());
    assertThat(json.get("options").get("raw").asBoolean()).isTrue();
    assertThat(json.get("options").get("select").asText()).isEqualTo("^(complex|float32|int64)");
    assertThat(texts(json.get("tensors"), "name")).containsExactly("float32", "int64", "complex64");
    assertThat(json.get("tensors").get(0).get("checksum").asText()).startsWith("crc32c:");
    assertThat(json.get("dropped")).hasSize(18);
    assertThat(json.get("dropped"))
        .anySatisfy(
            d -> {
              assertThat(d.get("name").asText()).isEqualTo("complex128");
              assertThat(d.get("reason").asText()).contains("no type for complex128");
            });
  }

  @Test
  void aTiedTensorIsWrittenOnceAndItsAliasListed() throws Exception {
    write("torch/state_dict.pt", "^(fc|tied)");
    JsonNode json = new ObjectMapper().readTree(folder.resolve("out/conversion.json").toFile());
    assertThat(texts(json.get("tensors"), "name")).containsExactly("fc.weight", "fc.bias");
    assertThat(json.get("tensors").get(0).get("aliases").get(0).asText()).isEqualTo("tied.weight");
  }

  @Test
  void whatWouldBeEmptyIsNotWritten() {
    assertThatThrownBy(() -> write("torch/state_dict.pt", "^nowhere"))
        .isInstanceOf(BadRequest.class)
        .hasMessageContaining("nothing would be written, 9 are: not selected");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void quantizedNumbersKeepTheirBytesAndHandlesAreLeftOut() {
    List<Variable> variables =
        List.of(
            variable("q", DType.QUINT8),
            variable("n", DType.STRING),
            variable("h", DType.RESOURCE),
            variable("__metadata__", DType.FLOAT32));
    RawPlan plan = RawPlan.of(variables, Pattern.compile(""));
    assertThat(plan.tensors())
        .singleElement()
        .satisfies(
            t -> {
              assertThat(t.name()).isEqualTo("q");
              assertThat(t.recipe().dtype()).isEqualTo(DType.UINT8);
            });
    assertThat(plan.assumed()).singleElement().asString().contains("\"q\" is quint8", "uint8");
    assertThat(plan.strings()).extracting(Variable::name).containsExactly("n");
    assertThat(plan.dropped()).extracting(d -> d.name()).containsExactly("h", "__metadata__");
  }

  @Test
  void stringsAreTextOrSayThatTheyAreNot() throws Exception {
    TensorSource source =
        new TensorSource() {
          @Override
          public void read(String variable, long offset, ByteBuffer target) {
            throw new AssertionError(variable);
          }

          @Override
          public List<byte[]> strings(String variable) {
            return variable.equals("text")
                ? List.of("größe".getBytes(StandardCharsets.UTF_8), new byte[0])
                : List.of(new byte[] {(byte) 0xff, 0}, new byte[] {1});
          }
        };
    Path file = folder.resolve("strings.json");
    StringsFile.write(
        List.of(variable("text", DType.STRING), variable("bytes", DType.STRING)), source, file);
    JsonNode json = new ObjectMapper().readTree(file.toFile());
    assertThat(json.get("text").toString())
        .isEqualTo("{\"shape\":[2],\"encoding\":\"utf-8\",\"values\":[\"größe\",\"\"]}");
    assertThat(json.get("bytes").toString())
        .isEqualTo("{\"shape\":[2],\"encoding\":\"base64\",\"values\":[\"/wA=\",\"AQ==\"]}");
    try (RawFolder folder = new RawFolder(TensorFiles.open(resource("diff/a.pt")), file)) {
      assertThat(folder.variables()).hasSize(19);
      for (String name : List.of("text", "bytes")) {
        assertThat(folder.tensors().strings(name))
            .usingRecursiveComparison()
            .isEqualTo(source.strings(name));
      }
    }
  }

  private static Variable variable(String name, DType dtype) {
    return new Variable(name, name, dtype, Shape.of(2), Role.WEIGHT, List.of());
  }

  private static List<String> texts(JsonNode array, String key) {
    List<String> texts = new ArrayList<>();
    array.forEach(n -> texts.add(n.get(key).asText()));
    return texts;
  }
}
