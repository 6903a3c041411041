package io.github.tf2torch.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tf2torch.problem.BadRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The order of an optimizer's state for a PyTorch model that exists (make_trained.py). */
class ParameterOrderTest {
  private static final Path INTO = Path.of("src/test/resources/mapping/into");

  @TempDir Path folder;
  private List<String> parameters = List.of();

  @BeforeEach
  void readWhatPyTorchCallsParameters() throws Exception {
    parameters = new ArrayList<>();
    new ObjectMapper()
        .readTree(INTO.resolve("trained.json").toFile())
        .forEach(n -> parameters.add(n.asText()));
  }

  private JsonNode convert(String target, Optional<Path> order) throws Exception {
    Path rules =
        Files.writeString(
            folder.resolve("my.yaml"),
            "- {source: 'words', target: 'words.weight', transform: stored}\n- keep: 'table'\n");
    Like like = new Like(INTO.resolve(target), Optional.of(rules.toString()), order);
    try (Source source = Source.open(INTO.resolve("trained"))) {
      Converter.convert(
          source,
          folder.resolve("out"),
          ConvertOptions.defaults().withLike(like),
          Progress.silent());
    }
    return new ObjectMapper().readTree(folder.resolve("out/conversion.json").toFile());
  }

  private static Set<String> stepped(JsonNode json) {
    return new LinkedHashSet<>(json.path("optimizer").path("state").findValuesAsText("parameter"));
  }

  private Path order(List<String> names) throws Exception {
    return Files.writeString(folder.resolve("order.txt"), String.join("\n", names) + "\n");
  }

  private String file(String name) throws Exception {
    byte[] bytes = Files.readAllBytes(folder.resolve("out").resolve(name));
    return new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
  }

  @Test
  void aStateDictHasItWithoutBuffersAndRepeats() throws Exception {
    JsonNode json = convert("trained.pt", Optional.empty());
    assertThat(stepped(json)).containsExactlyElementsOf(parameters);
    assertThat(json.path("assumed").toString())
        .contains("model.parameters() has the order of ")
        .contains("without 3 buffers (norm.running_mean; norm.running_var; norm.num_batches")
        .contains("without 1 repeat (decoder.weight, which is words.weight)");
    assertThat(file("optimizer.pt")).doesNotContain("in_order");
  }

  @Test
  void safetensorsHaveNone() throws Exception {
    JsonNode json = convert("trained.safetensors", Optional.empty());
    assertThat(stepped(json)).containsExactlyInAnyOrderElementsOf(parameters);
    assertThat(json.path("assumed").toString())
        .contains("does not say in which order the model has its parameters")
        .contains("give --parameter-order FILE");
    assertThat(file("optimizer.pt")).contains("in_order");
  }

  @ParameterizedTest
  @CsvSource({"trained.pt", "trained.safetensors"})
  void aFileSaysIt(String target) throws Exception {
    List<String> turned = new ArrayList<>(parameters);
    Collections.reverse(turned);
    JsonNode json = convert(target, Optional.of(order(turned)));
    assertThat(stepped(json)).containsExactlyElementsOf(turned);
    assertThat(json.path("assumed").toString())
        .contains("model.parameters() has the order of")
        .contains("table is a buffer, since ");
    assertThat(json.path("options").path("parameter_order").asText()).endsWith("order.txt");
    assertThat(file("optimizer.pt")).doesNotContain("in_order");
  }

  @Test
  void eitherNameOfATiedTensorWillDo() throws Exception {
    List<String> names = new ArrayList<>(parameters);
    names.set(0, "decoder.weight");
    assertThat(stepped(convert("trained.pt", Optional.of(order(names)))))
        .containsExactlyElementsOf(names);
  }

  @Test
  void everythingThatIsWrongWithAFileIsSaidAtOnce() throws Exception {
    List<String> names = new ArrayList<>(parameters);
    names.remove("first.bias");
    names.addAll(List.of("second.bias", "third.bias", "norm.running_var", "decoder.weight"));
    Optional<Path> file = Optional.of(order(names));
    assertThatThrownBy(() -> convert("trained.pt", file))
        .isInstanceOf(BadRequest.class)
        .hasMessageContaining("order.txt: is not the order of the model's parameters")
        .hasMessageContaining("\"second.bias\" is there twice")
        .hasMessageContaining("\"third.bias\" is no tensor of ")
        .hasMessageContaining("\"norm.running_var\" is a buffer")
        .hasMessageContaining("\"words.weight\" and \"decoder.weight\" are one tensor")
        .hasMessageContaining("\"first.bias\" is missing");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void aFileThatIsNotThereIsAMistakeOfTheCaller() {
    assertThatThrownBy(() -> convert("trained.pt", Optional.of(Path.of("nosuch.txt"))))
        .isInstanceOf(BadRequest.class)
        .hasMessage("--parameter-order nosuch.txt: there is no such file");
  }

  @Test
  void withoutAnOptimizerThereIsNothingToOrder() throws Exception {
    Like like =
        new Like(
            INTO.resolve("target.pt"), Optional.empty(), Optional.of(order(List.of("a", "b"))));
    try (Source source = Source.open(INTO.resolve("vgg"))) {
      assertThatThrownBy(
              () ->
                  Converter.plan(
                      source, folder.resolve("out"), ConvertOptions.defaults().withLike(like)))
          .isInstanceOf(BadRequest.class)
          .hasMessageContaining("--parameter-order");
    }
  }
}
