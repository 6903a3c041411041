package io.github.tf2torch.rules.op;

import java.util.Map;
import java.util.Optional;

/** How much of each pixel of a row goes into each of another's, as TensorFlow's kernels weigh. */
final class SampleWeights {
  /** What a place is worth to a pixel at a distance, in float32 as the kernels compute it. */
  private interface Weight {
    float at(float distance);
  }

  /** A sampling kernel: nothing beyond its radius. */
  private record Kernel(float radius, Weight weight) {}

  /** {@code tensorflow/core/kernels/image/sampling_kernels.h}. */
  private static final Map<String, Kernel> KERNELS =
      Map.of(
          "lanczos3",
          lanczos(3),
          "lanczos5",
          lanczos(5),
          "triangle",
          new Kernel(1, x -> x < 1 ? 1 - x : 0),
          "keyscubic",
          new Kernel(2, SampleWeights::keys));

  /** {@code resize_bicubic_op.cc} looks its weights up at so many places between two pixels. */
  private static final int TABLE = 1024;

  private SampleWeights() {}

  private static Kernel lanczos(float radius) {
    float pi = (float) Math.PI;
    return new Kernel(
        radius,
        x -> {
          if (x > radius || x <= 1e-3) {
            return x > radius ? 0 : 1;
          }
          float waves = radius * sine(pi * x) * sine(pi * x / radius);
          return waves / (pi * pi * x * x);
        });
  }

  private static float sine(float angle) {
    return (float) Math.sin(angle);
  }

  private static float keys(float x) {
    if (x >= 2) {
      return 0;
    }
    return x >= 1 ? ((-0.5f * x + 2.5f) * x - 4) * x + 2 : (1.5f * x - 2.5f) * x * x + 1;
  }

  /** {@code ComputeSpansCore} of {@code scale_and_translate_op.cc}, without a translation. */
  static Optional<float[][]> of(String name, long from, long to, boolean isSmooth) {
    Kernel kernel = KERNELS.get(name);
    if (kernel == null) {
      return Optional.empty();
    }
    float inverse = 1 / (to / (float) from);
    float wide = isSmooth ? Math.max(inverse, 1) : 1;
    float narrow = 1 / wide;
    float[][] rows = new float[Math.toIntExact(to)][Math.toIntExact(from)];
    for (int i = 0; i < to; i++) {
      float centre = (i + 0.5f) * inverse;
      long reach0 = (long) Math.ceil(centre - kernel.radius() * wide - 0.5f);
      long reach1 = (long) Math.floor(centre + kernel.radius() * wide - 0.5f);
      int first = (int) Math.max(0, Math.min(from - 1, reach0));
      int last = (int) Math.max(0, Math.min(from - 1, reach1));
      for (int j = first; j <= last; j++) {
        rows[i][j] = kernel.weight().at(Math.abs((j + 0.5f - centre) * narrow));
      }
      normalize(rows[i]);
    }
    return Optional.of(rows);
  }

  /** Pixels outside of the image weigh nothing. */
  static float[][] bicubic(long from, long to) {
    float scale = from / (float) to;
    float[][] rows = new float[Math.toIntExact(to)][Math.toIntExact(from)];
    for (int i = 0; i < to; i++) {
      float at = (i + 0.5f) * scale - 0.5f;
      int below = (int) Math.floor(at);
      int place = (int) Math.rint((at - below) * TABLE);
      for (int j = below - 1; j <= below + 2; j++) {
        if (j >= 0 && j < from) {
          rows[i][j] = (float) tabled(Math.abs(j - below - place / (double) TABLE));
        }
      }
      normalize(rows[i]);
    }
    return rows;
  }

  /** {@code InitCoeffsTable}, in float64. */
  private static double tabled(double x) {
    if (x >= 2) {
      return 0;
    }
    return x >= 1 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : (1.5 * x - 2.5) * x * x + 1;
  }

  private static void normalize(float[] weights) {
    float sum = 0;
    for (float weight : weights) {
      sum += weight;
    }
    if (Math.abs(sum) >= 1000 * Float.MIN_NORMAL) {
      float inverse = 1 / sum;
      for (int i = 0; i < weights.length; i++) {
        weights[i] *= inverse;
      }
    }
  }
}
