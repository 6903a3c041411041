package io.github.tf2torch.samples.thepost;

import io.github.tf2torch.tensor.TensorValue;
import java.util.List;
import java.util.Locale;

/**
 * A number of the post's, and what both frameworks make of it today.
 *
 * @param printed in 2019 by TensorFlow and by PyTorch; NaN where it is in no notebook
 */
record Row(
    String what, double printedByTensorflow, double printedByTorch, double tf, double torch) {

  static String table(List<Row> rows) {
    StringBuilder text = new StringBuilder();
    text.append(
        "%n%-34s %13s %13s %15s %15s%n"
            .formatted("", "post: TF", "PyTorch", "TensorFlow", "PyTorch"));
    for (Row row : rows) {
      text.append(
          String.format(
              Locale.ROOT,
              "%-34s %13s %13s %15s %15s%n",
              row.what,
              printed(row.printedByTensorflow),
              printed(row.printedByTorch),
              today(row.tf),
              today(row.torch)));
    }
    return text.toString();
  }

  private static String printed(double number) {
    return Double.isNaN(number) ? "-" : Float.toString((float) number);
  }

  private static String today(double number) {
    return Float.toString((float) number);
  }

  static double sum(TensorValue value) {
    double sum = 0;
    for (double d : value.doubles()) {
      sum += d;
    }
    return sum;
  }

  static double squares(TensorValue value) {
    double sum = 0;
    for (double d : value.doubles()) {
      sum += d * d;
    }
    return sum;
  }
}
