package io.github.tf2torch.convert;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The loss of a training graph as a function of model.py; what it gives, verify's training shows.
 */
class TrainingLossTest {
  private static final Path RESOURCES = Path.of("src/test/resources");

  @TempDir Path folder;

  private JsonNode convert(String file) throws IOException {
    Path out = folder.resolve("out");
    try (Source source = Source.open(RESOURCES.resolve(file))) {
      Converter.convert(source, out, ConvertOptions.defaults(), Progress.silent());
    }
    return new ObjectMapper().readTree(out.resolve("conversion.json").toFile());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "metagraph/adam/model.ckpt.meta | def loss(logits, labels): |"
            + " x = F.cross_entropy(logits, labels.to(torch.int64), reduction=\"none\")",
        "trainingprogram/adam/model-250.meta | def loss(logits, labels, model): |"
            + " penalty = torch.square(model.fc1.weight).sum() * 0.5 * 0.001",
        "trainingprogram/rmsprop/model.meta | def loss(outputs, labels, model): |"
            + " x = outputs - labels",
      })
  void isAFunctionOfResultsAndLabels(String file, String head, String line) throws IOException {
    JsonNode loss = convert(file).path("loss");
    String arguments = head.substring(head.indexOf('(') + 1, head.indexOf(')'));
    assertThat(loss.path("function").asText()).isEqualTo("loss");
    assertThat(loss.path("arguments"))
        .extracting(JsonNode::asText)
        .containsExactly(arguments.split(", "));
    String text = Files.readString(folder.resolve("out").resolve("model.py"));
    assertThat(text).contains("\n\n\n" + head + "\n");
    assertThat(text.lines().map(String::strip)).contains(line.strip());
  }

  @Test
  void whatItDoesNotFollowIsSaid() throws IOException {
    JsonNode conversion = convert("trainingprogram/pipeline/model.meta");
    assertThat(conversion.has("loss")).isFalse();
    assertThat(conversion.path("assumed"))
        .extracting(JsonNode::asText)
        .anyMatch(a -> a.startsWith("model.py has no loss: ") && a.contains("pipeline"));
    assertThat(Files.readString(folder.resolve("out").resolve("model.py")))
        .doesNotContain("def loss");
  }
}
