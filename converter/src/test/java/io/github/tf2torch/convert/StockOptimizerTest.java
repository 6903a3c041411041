package io.github.tf2torch.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.tf2torch.interop.InteropScript;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.model.target.TorchOptimizer;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.translate.Translator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code --stock-optimizer} takes for each optimizer, and what it says of the difference. */
class StockOptimizerTest {
  @TempDir static Path folder;
  private static JsonNode cases;

  @BeforeAll
  static void unpack() throws IOException {
    cases = TrainedSources.read(folder).path("cases");
  }

  private static TorchOptimizer stock(String name) throws IOException {
    try (Source source = Source.open(folder.resolve(cases.path(name).path("source").asText()))) {
      TfModel model = source.model();
      TorchModel program = Converter.translate(model, ConvertOptions.defaults()).model();
      return Translator.stockOptimizer(
          (TorchOptimizer) Translator.optimizer(model, program).orElseThrow());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tf1 Momentum | SGD | 0",
        "keras3 momentum | SGD | 0",
        "keras2 Nesterov | SGD | 0",
        "keras3 SGD, options | SGD | 0",
        // epsilon beside the root of what 11 steps have gathered
        "tf1 Adam | Adam | 8.558",
        "keras3 AdamW | AdamW | 8.558",
        "BERT AdamWeightDecay | AdamW | 0",
        "keras3 Nadam | NAdam | 0",
        "keras2 Nadam | NAdam | 0",
        "tf1 AdaMax | Adamax | 1",
        "keras3 Adamax | Adamax | 1",
        "tf1 RMSProp centered | RMSprop | 0.2929",
        "keras3 RMSprop | RMSprop | 0.2929",
        "keras2 RMSprop | RMSprop | 0",
        "keras3 Adagrad | Adagrad | 0",
        "keras3 Adadelta | Adadelta | 0",
        "keras3 Adafactor | Adafactor | 0",
        "Mesh Adafactor | Adafactor | 0"
      })
  void theNearestOfPyTorchSaysHowFarAStepMayBeOff(String name, String className, double error)
      throws Exception {
    TorchOptimizer found = stock(name);
    assertThat(found.module()).isEqualTo("torch.optim");
    assertThat(found.className()).isEqualTo(className);
    assertThat(found.stepError()).isCloseTo(error, within(1e-3));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tf1 Ftrl | sums of gradients",
        "keras3 Lion | torch.optim has no Lion",
        "keras3 Lamb | torch.optim has no LAMB",
        "BERT LAMB | torch.optim has no LAMB",
        "keras3 Adafactor, options | epsilon1"
      })
  void whereNoneIsNearTheReasonIsSaid(String name, String reason) {
    assertThatThrownBy(() -> stock(name))
        .isInstanceOf(BadRequest.class)
        .hasMessageContaining("--stock-optimizer")
        .hasMessageContaining(reason);
  }

  @Test
  void aVelocityThatHoldsARateOfZeroIsRefused() throws Exception {
    Path other = Files.createDirectory(folder.resolve("options"));
    JsonNode options = TrainedSources.read("options.zip", other).path("cases");
    String path = options.path("keras3 momentum, rate 0").path("source").asText();
    ConvertOptions stock = ConvertOptions.defaults().withStockOptimizer(true);
    try (Source source = Source.open(other.resolve(path))) {
      assertThatThrownBy(
              () -> Converter.convert(source, other.resolve("out"), stock, Progress.silent()))
          .isInstanceOf(BadRequest.class)
          .hasMessageContaining("its velocity holds the learning rate, which is 0 at this step");
    }
  }

  @Test
  void whatItSaysHoldsInPyTorch() throws Exception {
    InteropScript.python();
    Path pairs = Files.createDirectory(folder.resolve("pairs"));
    Iterator<Map.Entry<String, JsonNode>> all = cases.fields();
    while (all.hasNext()) {
      Map.Entry<String, JsonNode> told = all.next();
      String path = told.getValue().path("source").asText();
      Path pair = pairs.resolve(path.substring(0, path.indexOf('/')));
      try {
        convert(folder.resolve(path), pair.resolve("stock"), true);
        convert(folder.resolve(path), pair.resolve("exact"), false);
      } catch (BadRequest e) {
        Files.deleteIfExists(pair);
      }
    }
    InteropScript.run(folder, "check_stock.py", "--converted", pairs);
  }

  private static void convert(Path path, Path out, boolean isStock) throws IOException {
    Files.createDirectories(out.getParent());
    ConvertOptions options =
        ConvertOptions.defaults()
            .withTargets(Set.of(Target.STATE_DICT, Target.PYTHON, Target.OPTIMIZER))
            .withStockOptimizer(isStock);
    try (Source source = Source.open(path)) {
      Converter.convert(source, out, options, Progress.silent());
    }
  }
}
