package io.github.tf2torch.samples.thepost;

import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;

/** MNIST's digits in the order of their file: pixels in [0, 1], and which digit each is. */
record Digits(byte[] pixels, byte[] labels) {
  static final int BATCH = 128;
  private static final int SIDE = 28;
  private static final int IMAGE_HEADER = 16;
  private static final int LABEL_HEADER = 8;

  static Digits of(Path images, Path labels) throws IOException {
    return new Digits(read(images, IMAGE_HEADER), read(labels, LABEL_HEADER));
  }

  /** The first 3,840 of the training set. */
  static Digits training(Path samples) throws IOException {
    Path folder = samples.resolve("mnist-batches");
    return of(
        folder.resolve("train-3840-images-idx3-ubyte.gz"),
        folder.resolve("train-3840-labels-idx1-ubyte.gz"));
  }

  /** The test set, from MNIST's own folder. */
  static Digits test(Path mnist) throws IOException {
    return of(
        mnist.resolve("t10k-images-idx3-ubyte.gz"), mnist.resolve("t10k-labels-idx1-ubyte.gz"));
  }

  private static byte[] read(Path file, int header) throws IOException {
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      in.skipNBytes(header);
      return in.readAllBytes();
    }
  }

  int batches() {
    return labels.length / BATCH;
  }

  /** {@code [128, 28, 28, 1]}, float32. */
  TensorValue images(int batch) {
    return images(batch, BATCH);
  }

  /** A batch of another size. */
  TensorValue images(int batch, int rows) {
    int size = SIDE * SIDE * rows;
    return TensorValue.filled(
        DType.FLOAT32,
        Shape.of(rows, SIDE, SIDE, 1),
        out -> {
          for (int i = batch * size; i < (batch + 1) * size; i++) {
            out.putFloat((pixels[i] & 0xff) / 255f);
          }
        });
  }

  /** Whole batches, in order. */
  List<TensorValue> batchesOfImages() {
    return IntStream.range(0, batches()).mapToObj(this::images).toList();
  }

  /** {@code [128]}, int32. */
  TensorValue labels(int batch) {
    long[] digits = new long[BATCH];
    for (int i = 0; i < BATCH; i++) {
      digits[i] = label(batch, i);
    }
    return TensorValue.ofLongs(DType.INT32, Shape.of(BATCH), digits);
  }

  int label(int batch, int row) {
    return labels[batch * BATCH + row];
  }
}
