package io.github.tf2torch.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tf2torch.model.source.TensorFile;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Evaluation;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorValue;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PackagingTest {
  private static final String SOURCE = "/savedmodel/keras_export";

  @TempDir Path folder;

  private JsonNode convert(String name, Packaging packaging) throws Exception {
    Path source = Path.of(PackagingTest.class.getResource(SOURCE).toURI());
    try (Source opened = Source.open(source)) {
      Converter.convert(
          opened,
          folder.resolve(name),
          ConvertOptions.defaults().withPackaging(packaging),
          Progress.silent());
    }
    return new ObjectMapper().readTree(folder.resolve(name + "/conversion.json").toFile());
  }

  private static TensorValue value(TensorFile file, Variable variable) throws Exception {
    return Evaluation.value(
        new TensorExpr.Stored(variable.name(), variable.dtype(), variable.shape()), file.tensors());
  }

  @ParameterizedTest
  @CsvSource({"5GB, 5000000000", "500MiB, 524288000", "7, 7", "2 kb, 2000", "1GiB, 1073741824"})
  void sizesAreThoseOfTransformers(String text, long bytes) {
    assertThat(Packaging.parseSize(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "GB", "-1GB", "5XB", "1.5GB", "0", "9999999999GB"})
  void otherSizesAreRefused(String text) {
    assertThatThrownBy(() -> new Packaging(Optional.empty(), Packaging.parseSize(text), false))
        .isInstanceOf(BadRequest.class)
        .hasMessageContaining("--max-shard-size");
  }

  @Test
  void shardsHoldTheSameTensorsAndTheIndexLeadsToThem() throws Exception {
    convert("whole", Packaging.defaults());
    JsonNode account = convert("shards", new Packaging(Optional.empty(), 100, false));
    assertThat(account.path("files").toString())
        .contains("model-00001-of-", "model.safetensors.index.json")
        .doesNotContain("\"model.safetensors\"");
    try (TensorFile whole = TensorFiles.open(folder.resolve("whole/model.safetensors"));
        TensorFile shards =
            TensorFiles.open(folder.resolve("shards/model.safetensors.index.json"))) {
      assertThat(shards.variables()).hasSameSizeAs(whole.variables());
      for (Variable variable : whole.variables()) {
        assertThat(value(shards, variable)).isEqualTo(value(whole, variable));
      }
    }
  }

  @Test
  void sha256IsThatOfTheBytesInTheFile() throws Exception {
    JsonNode account = convert("out", new Packaging(Optional.empty(), Long.MAX_VALUE, true));
    try (TensorFile file = TensorFiles.open(folder.resolve("out/model.safetensors"))) {
      for (JsonNode tensor : account.path("tensors")) {
        Variable variable =
            file.variables().stream()
                .filter(v -> v.name().equals(tensor.path("name").asText()))
                .findFirst()
                .orElseThrow();
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(value(file, variable).bytes());
        assertThat(tensor.path("sha256").asText())
            .isEqualTo(HexFormat.of().formatHex(digest.digest()));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT16", "BFLOAT16"})
  void floatsAreRoundedToNearestAndSaidToBe(DType dtype) throws Exception {
    convert("whole", Packaging.defaults());
    JsonNode account = convert("half", new Packaging(Optional.of(dtype), Long.MAX_VALUE, false));
    assertThat(account.path("files").toString()).doesNotContain("torchscript");
    assertThat(account.path("options").path("dtype").asText()).isEqualTo(dtype.torchName());
    try (TensorFile whole = TensorFiles.open(folder.resolve("whole/model.pt"));
        TensorFile half = TensorFiles.open(folder.resolve("half/model.pt"))) {
      for (Variable variable : half.variables()) {
        Variable before =
            whole.variables().stream()
                .filter(v -> v.name().equals(variable.name()))
                .findFirst()
                .orElseThrow();
        boolean isFloat = before.dtype().isFloating();
        assertThat(variable.dtype()).isEqualTo(isFloat ? dtype : before.dtype());
        assertThat(account.path("lossy").toString().contains('"' + variable.name() + '"'))
            .isEqualTo(isFloat);
        TensorValue rounded = value(half, variable);
        TensorValue exact = value(whole, before);
        double spacing = dtype == DType.FLOAT16 ? 0x1p-11 : 0x1p-8;
        for (long i = 0; i < rounded.shape().count(); i++) {
          assertThat(Math.abs(rounded.doubleAt(i) - exact.doubleAt(i)))
              .isLessThanOrEqualTo(spacing * Math.abs(exact.doubleAt(i)) + 0x1p-25);
        }
      }
    }
  }

  @Test
  void theArchiveThatComputesInFloat32IsNoTargetOfAnotherType() {
    assertThatThrownBy(
            () ->
                ConvertOptions.defaults()
                    .withTargets(java.util.Set.of(Target.TORCHSCRIPT))
                    .withPackaging(
                        new Packaging(Optional.of(DType.FLOAT16), Long.MAX_VALUE, false)))
        .isInstanceOf(BadRequest.class)
        .hasMessageContaining("--to torchscript");
  }
}
