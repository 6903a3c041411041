package io.github.tf2torch.samples.thepost;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The post's section on data: sums of pixels by batch, and of the weights of its seed. */
final class DataSums {
  private static final double[] BATCHES = {
    12790.14453, 12953.98438, 12442.99316, 12292.56152, 12402.40137
  };
  private static final Map<String, Double> WEIGHTS =
      Map.of("conv1", 4.01563, "conv2", -4.576685, "fc1", -19.584167, "fc2", 1.3087051);

  private DataSums() {}

  static List<Row> run(Path samples) throws IOException {
    Digits digits = Digits.training(samples);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < BATCHES.length; i++) {
      double sum = Row.sum(digits.images(i));
      rows.add(new Row("pixels of batch " + i, BATCHES[i], BATCHES[i], sum, sum));
    }
    SeedWeights.draw()
        .forEach(
            (layer, kernel) -> {
              double printed = WEIGHTS.get(layer);
              double sum = 0;
              for (float value : kernel.values()) {
                sum += value;
              }
              rows.add(new Row("weights of " + layer, printed, printed, sum, sum));
            });
    return rows;
  }
}
