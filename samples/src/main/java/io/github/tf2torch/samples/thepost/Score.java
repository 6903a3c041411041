package io.github.tf2torch.samples.thepost;

import io.github.tf2torch.tensor.TensorValue;
import java.util.List;
import java.util.Locale;

/** Of the first 9,984 test images, as the post has it: whole batches alone. */
record Score(String whose, double accuracy, double loss) {
  private static final int CLASSES = 10;

  /** The share of digits that have the largest logit, and the mean cross entropy. */
  static Score of(String whose, Digits digits, List<TensorValue> logits) {
    int right = 0;
    double loss = 0;
    for (int b = 0; b < logits.size(); b++) {
      double[] rows = logits.get(b).doubles();
      for (int r = 0; r < Digits.BATCH; r++) {
        int first = r * CLASSES;
        int best = first;
        for (int c = first; c < first + CLASSES; c++) {
          best = rows[c] > rows[best] ? c : best;
        }
        double sum = 0;
        for (int c = first; c < first + CLASSES; c++) {
          sum += Math.exp(rows[c] - rows[best]);
        }
        int label = first + digits.label(b, r);
        right += best == label ? 1 : 0;
        loss += Math.log(sum) + rows[best] - rows[label];
      }
    }
    double count = (double) logits.size() * Digits.BATCH;
    return new Score(whose, right / count, loss / count);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "test accuracy and loss, %-26s %.5f %.5f%n", whose, accuracy, loss);
  }
}
