package io.github.tf2torch.rules.layer;

import io.github.tf2torch.rules.Settings;

/**
 * Triangles over the frequencies of a spectrum, as {@code linear_to_mel_weight_matrix} of Keras has
 * them: each step of the arithmetic in float32, whose rounding the narrow bands show.
 *
 * @param edges the bands' lower ends, centres and upper ends in one row, in mel
 * @param frequencies the spectrum's, in mel, without the first, which is in no band
 */
@SuppressWarnings("ArrayRecordComponent") // numbers on their way into a constant
record MelBands(float[] edges, float[] frequencies) {
  private static final float BREAK_HERTZ = 700;
  private static final float HIGH_FREQUENCY_Q = 1127;

  static MelBands of(Settings settings, long frequencies) {
    float rate = settings.whole(16_000, "sampling_rate");
    float most = settings.number((long) (rate / 2), "max_freq");
    float[] hertz = line(0, rate / 2, Math.toIntExact(frequencies));
    float[] mel = new float[hertz.length - 1];
    for (int i = 0; i < mel.length; i++) {
      mel[i] = mel(hertz[i + 1]);
    }
    int bands = Math.toIntExact(settings.whole(128, "num_mel_bins"));
    return new MelBands(line(mel(settings.number(20, "min_freq")), mel(most), bands + 2), mel);
  }

  private static float mel(float hertz) {
    return HIGH_FREQUENCY_Q * (float) Math.log(1 + hertz / BREAK_HERTZ);
  }

  /** {@code tf.linspace}. */
  private static float[] line(float from, float to, int count) {
    float step = (to - from) / (count - 1);
    float[] all = new float[count];
    for (int i = 0; i < count; i++) {
      all[i] = from + step * i;
    }
    all[count - 1] = to;
    return all;
  }

  long count() {
    return edges.length - 2L;
  }

  /** A row for each band, a column for each frequency. */
  float[] weights() {
    int columns = frequencies.length + 1;
    float[] all = new float[(edges.length - 2) * columns];
    for (int band = 0; band < edges.length - 2; band++) {
      for (int i = 0; i < frequencies.length; i++) {
        float rise = (frequencies[i] - edges[band]) / (edges[band + 1] - edges[band]);
        float fall = (edges[band + 2] - frequencies[i]) / (edges[band + 2] - edges[band + 1]);
        all[band * columns + i + 1] = Math.max(0, Math.min(rise, fall));
      }
    }
    return all;
  }
}
