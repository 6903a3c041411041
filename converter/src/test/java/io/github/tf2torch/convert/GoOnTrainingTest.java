package io.github.tf2torch.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.model.target.TorchOptimizer;
import io.github.tf2torch.tensor.Evaluation;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorSource;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.translate.Translator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * TensorFlow 2.21 and Keras 3.15 trained a network of two layers for ten steps in float64, saved
 * it, and trained ten more ({@code interop/check_optimizers.py --record}). From what was saved, the
 * update rules have to arrive at the same parameters.
 */
class GoOnTrainingTest {
  private static final int STEPS = 10;
  private static JsonNode expected;

  @TempDir static Path folder;

  @BeforeAll
  static void unpack() throws IOException {
    expected = TrainedSources.read(folder);
    ((ObjectNode) expected.path("cases"))
        .setAll((ObjectNode) TrainedSources.read("bert_names.zip", folder).path("cases"));
  }

  static Stream<String> cases() throws IOException {
    try (ZipInputStream zip = TrainedSources.open()) {
      for (ZipEntry e = zip.getNextEntry(); e != null; e = zip.getNextEntry()) {
        if (e.getName().equals("expected.json")) {
          JsonNode told = new ObjectMapper().readTree(zip.readAllBytes());
          Stream.Builder<String> names = Stream.builder();
          names.add("BERT BERTAdam");
          // RuleRun has tensors without axes; check_optimizers.py holds what needs them.
          told.path("cases")
              .fieldNames()
              .forEachRemaining(
                  name -> {
                    if (!name.contains("Adafactor")) {
                      names.add(name);
                    }
                  });
          return names.build();
        }
      }
    }
    throw new AssertionError("no expected.json");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theRuleArrivesWhereTensorFlowDoes(String name) throws Exception {
    JsonNode told = expected.path("cases").path(name);
    try (Source source = Source.open(folder.resolve(told.path("source").asText()))) {
      TfModel model = source.model();
      TorchModel program = Converter.translate(model, ConvertOptions.defaults()).model();
      TorchOptimizer optimizer =
          (TorchOptimizer) Translator.optimizer(model, program).orElseThrow();
      Map<String, String> roles = new HashMap<>();
      Map<String, double[]> parameters = new LinkedHashMap<>();
      Map<String, Map<String, double[]>> state = new HashMap<>();
      for (TorchModel.Tensor tensor : program.tensors()) {
        roles.put(tensor.recipe().variables().get(0), tensor.name());
        parameters.put(tensor.name(), values(tensor.recipe(), model.tensors()));
        Map<String, double[]> own = new HashMap<>();
        for (TorchOptimizer.State s :
            optimizer.state().getOrDefault(tensor.name(), java.util.List.of())) {
          own.put(s.key(), values(s.recipe(), model.tensors()));
        }
        state.put(tensor.name(), own);
      }
      TwoLayers net = new TwoLayers(doubles(expected.path("x")), doubles(expected.path("y")));
      RuleRun run = new RuleRun(optimizer, parameters, state);
      for (int i = 0; i < STEPS; i++) {
        run.step(net.gradients(parameters, roles));
      }
      for (Map.Entry<String, String> role : roles.entrySet()) {
        double[] found = parameters.get(role.getValue());
        double[] wanted = doubles(told.path("parameters").path(role.getKey()));
        int columns = role.getKey().startsWith("dense") ? 4 : 3;
        int rows = found.length / columns;
        for (int i = 0; i < found.length; i++) {
          // A kernel is held (in, out) there, (out, in) here.
          int there = rows == 1 ? i : i % rows * columns + i / rows;
          assertThat(found[i]).as(role.getKey()).isCloseTo(wanted[there], within(1e-12));
        }
      }
    }
  }

  private static double[] values(TensorExpr recipe, TensorSource source) throws IOException {
    TensorValue value = Evaluation.value(recipe, source);
    double[] all = new double[Math.toIntExact(recipe.shape().count())];
    for (int i = 0; i < all.length; i++) {
      all[i] = value.doubleAt(i);
    }
    return all;
  }

  private static double[] doubles(JsonNode array) {
    double[] all = new double[array.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = array.get(i).asDouble();
    }
    return all;
  }

  /** Five inputs, four tanh, three outputs; the loss is the mean of squared differences. */
  private record TwoLayers(double[] x, double[] y) {
    Map<String, double[]> gradients(Map<String, double[]> values, Map<String, String> roles) {
      double[] w1 = values.get(roles.get("dense/kernel"));
      double[] b1 = values.get(roles.get("dense/bias"));
      double[] w2 = values.get(roles.get("out/kernel"));
      double[] b2 = values.get(roles.get("out/bias"));
      double[] gw1 = new double[20];
      double[] gb1 = new double[4];
      double[] gw2 = new double[12];
      double[] gb2 = new double[3];
      for (int n = 0; n < 8; n++) {
        double[] hidden = new double[4];
        for (int h = 0; h < 4; h++) {
          double sum = b1[h];
          for (int i = 0; i < 5; i++) {
            sum += w1[h * 5 + i] * x[n * 5 + i];
          }
          hidden[h] = Math.tanh(sum);
        }
        double[] back = new double[4];
        for (int o = 0; o < 3; o++) {
          double sum = b2[o];
          for (int h = 0; h < 4; h++) {
            sum += w2[o * 4 + h] * hidden[h];
          }
          double d = 2 * (sum - y[n * 3 + o]) / 24;
          gb2[o] += d;
          for (int h = 0; h < 4; h++) {
            gw2[o * 4 + h] += d * hidden[h];
            back[h] += d * w2[o * 4 + h];
          }
        }
        for (int h = 0; h < 4; h++) {
          double d = back[h] * (1 - hidden[h] * hidden[h]);
          gb1[h] += d;
          for (int i = 0; i < 5; i++) {
            gw1[h * 5 + i] += d * x[n * 5 + i];
          }
        }
      }
      return Map.of(
          roles.get("dense/kernel"), gw1,
          roles.get("dense/bias"), gb1,
          roles.get("out/kernel"), gw2,
          roles.get("out/bias"), gb2);
    }
  }
}
