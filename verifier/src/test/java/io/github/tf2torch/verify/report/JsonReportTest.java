package io.github.tf2torch.verify.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys and values that programs may rely on. */
class JsonReportTest {
  @Test
  void keysOfTheContractAreThere() {
    JsonNode report =
        JsonReport.of(
            Reports.of(
                Reports.weights(),
                Reports.outputs(Reports.matches("a"), Reports.differs("b")),
                CheckResult.notChecked("layers", "no taps")));
    assertThat(keys(report)).contains("verdict", "seed", "environment", "files", "checks");
    assertThat(report.path("verdict").asText()).isEqualTo("differ");
    assertThat(report.path("seed").asLong()).isEqualTo(7);
    assertThat(report.path("environment").path("PyTorch").asText()).isEqualTo("2.7.1");
    assertThat(report.path("files").path("model.py").asText()).endsWith("not run");
    for (JsonNode check : report.path("checks")) {
      assertThat(keys(check))
          .contains("name", "verdict", "reason", "largest_error", "first_difference", "tensors");
    }
    JsonNode outputs = report.path("checks").path(1);
    assertThat(outputs.path("largest_error").asDouble()).isEqualTo(0.25);
    assertThat(outputs.path("first_difference").asText()).isEqualTo("b");
    assertThat(outputs.path("tensors").path(0).path("error_float64").asDouble()).isEqualTo(3e-16);
    JsonNode layers = report.path("checks").path(2);
    assertThat(layers.path("verdict").asText()).isEqualTo("not checked");
    assertThat(layers.path("largest_error").isNull()).isTrue();
    assertThat(layers.path("first_difference").isNull()).isTrue();
  }

  @Test
  void thePublishedSchemaNamesTheKeysThatAreWritten() throws IOException {
    JsonNode schema;
    try (InputStream in = JsonReport.class.getResourceAsStream("/report.schema.json")) {
      schema = new ObjectMapper().readTree(in);
    }
    JsonNode report =
        JsonReport.of(
            Reports.of(
                Reports.weights(),
                Reports.outputs(Reports.matches("a"))
                    .withCurves(
                        List.of(new Curve("loss", List.of(1.0, Double.NaN), List.of(2.0))))));
    JsonNode check = report.path("checks").path(1);
    assertKeys(report, schema);
    assertKeys(check, schema.path("$defs").path("check"));
    assertKeys(report.path("account"), schema.path("$defs").path("account"));
    assertKeys(check.path("curves").path(0), schema.path("$defs").path("curve"));
    assertKeys(check.path("tensors").path(0), schema.path("$defs").path("tensor"));
    assertThat(check.path("curves").path(0).path("tensorflow").toString()).isEqualTo("[1.0,null]");
    assertThat(schema.path("$defs").path("verdict").path("enum").toString())
        .isEqualTo("[\"match\",\"differ\",\"not checked\",\"failed\"]");
  }

  private static void assertKeys(JsonNode written, JsonNode schema) {
    List<String> required = new ArrayList<>();
    schema.path("required").forEach(k -> required.add(k.asText()));
    assertThat(keys(written)).containsExactlyInAnyOrderElementsOf(required);
    assertThat(keys(schema.path("properties"))).containsExactlyInAnyOrderElementsOf(required);
  }

  @Test
  void whatIsNotFiniteIsNullSinceJsonHasNoWordForIt() {
    TensorResult infinite =
        new TensorResult(
            "y", "y:0", Verdict.DIFFER, Double.POSITIVE_INFINITY, Double.NaN, Double.NaN, "far");
    JsonNode check = JsonReport.of(Reports.of(Reports.outputs(infinite))).path("checks").path(0);
    assertThat(check.path("largest_error").isNull()).isTrue();
    assertThat(check.path("tensors").path(0).path("error").isNull()).isTrue();
  }

  @Test
  void hostileNamesAreReadBackAsTheyAre(@TempDir Path folder) throws IOException {
    ReportFiles.write(Reports.hostile(), folder);
    JsonNode report = new ObjectMapper().readTree(folder.resolve("report.json").toFile());
    // half a surrogate pair is no text; the rest is kept
    assertThat(report.path("command").asText()).isEqualTo(Reports.HOSTILE.replace('\uD800', '?'));
    assertThat(folder.toFile().list())
        .containsExactlyInAnyOrder("report.json", "report.xml", "report.html");
  }

  private static List<String> keys(JsonNode node) {
    List<String> keys = new ArrayList<>();
    node.fieldNames().forEachRemaining(keys::add);
    return keys;
  }
}
