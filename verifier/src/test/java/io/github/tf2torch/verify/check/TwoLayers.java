package io.github.tf2torch.verify.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * The network of {@code interop/optimizer_cases.py}: five inputs, four tanh, three outputs; the
 * loss is the mean of squared differences.
 */
record TwoLayers(double[] x, double[] y) {
  static TwoLayers read(Path expected) throws IOException {
    JsonNode told = new ObjectMapper().readTree(expected.toFile());
    return new TwoLayers(doubles(told.path("x")), doubles(told.path("y")));
  }

  private static double[] doubles(JsonNode array) {
    double[] all = new double[array.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = array.get(i).asDouble();
    }
    return all;
  }

  /** Of {@code dense/kernel}, {@code dense/bias}, {@code out/kernel}, {@code out/bias}. */
  Map<String, double[]> gradients(Map<String, double[]> values) {
    double[] gw1 = new double[20];
    double[] gb1 = new double[4];
    double[] gw2 = new double[12];
    double[] gb2 = new double[3];
    double[] w1 = values.get("dense/kernel");
    double[] w2 = values.get("out/kernel");
    for (int n = 0; n < x.length / 5; n++) {
      double[] hidden = new double[4];
      for (int h = 0; h < 4; h++) {
        double sum = values.get("dense/bias")[h];
        for (int i = 0; i < 5; i++) {
          sum += w1[i * 4 + h] * x[n * 5 + i];
        }
        hidden[h] = Math.tanh(sum);
      }
      double[] back = new double[4];
      for (int o = 0; o < 3; o++) {
        double sum = values.get("out/bias")[o];
        for (int h = 0; h < 4; h++) {
          sum += w2[h * 3 + o] * hidden[h];
        }
        double d = 2 * (sum - y[n * 3 + o]) / y.length;
        gb2[o] += d;
        for (int h = 0; h < 4; h++) {
          gw2[h * 3 + o] += d * hidden[h];
          back[h] += d * w2[h * 3 + o];
        }
      }
      for (int h = 0; h < 4; h++) {
        double d = back[h] * (1 - hidden[h] * hidden[h]);
        gb1[h] += d;
        for (int i = 0; i < 5; i++) {
          gw1[i * 4 + h] += d * x[n * 5 + i];
        }
      }
    }
    return Map.of("dense/kernel", gw1, "dense/bias", gb1, "out/kernel", gw2, "out/bias", gb2);
  }
}
