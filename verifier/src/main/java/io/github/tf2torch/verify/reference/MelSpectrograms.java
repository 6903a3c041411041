package io.github.tf2torch.verify.reference;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.SymbolicTensor;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * {@code keras/src/layers/preprocessing/mel_spectrogram.py}. The Fourier transform is a product
 * with waves: TensorFlow's C API has no gradient of RFFT.
 */
final class MelSpectrograms {
  static final Map<String, LayerReference> TABLE =
      Map.of("MelSpectrogram", LayerReference.of(MelSpectrograms::spectrogram));

  private MelSpectrograms() {}

  private static SymbolicTensor spectrogram(LayerCall call) {
    Ops ops = call.ops();
    long length = call.settings().whole(2048, "fft_length");
    SymbolicTensor frames = frames(call, length);
    SymbolicTensor spectrum =
        ops.one(
            "Sqrt",
            ops.add(
                ops.one("Square", ops.product(frames, waves(ops, "Cos", length, frames))),
                ops.one("Square", ops.product(frames, waves(ops, "Sin", length, frames)))));
    SymbolicTensor raised = ops.power(spectrum, call.settings().number(2, "mag_exp"));
    SymbolicTensor mel = ops.product(raised, matrix(call, length / 2 + 1));
    SymbolicTensor y =
        call.settings().flag(true, "power_to_db") ? decibels(call.settings(), ops, mel) : mel;
    return ops.transpose(y, 0, 2, 1);
  }

  /** (N, time, elements), each frame under the window. */
  private static SymbolicTensor frames(LayerCall call, long length) {
    Ops ops = call.ops();
    long step = call.settings().whole(512, "sequence_stride");
    long half = length / 2;
    SymbolicTensor padded =
        ops.one(
            "MirrorPad",
            Map.of("mode", new Attr.Text("REFLECT")),
            call.input(),
            ops.pairs(List.of(new long[] {0, 0}, new long[] {half, half})));
    long count = 1 + (padded.extent(1) - length) / step;
    long[] places =
        LongStream.range(0, count * length).map(i -> i / length * step + i % length).toArray();
    SymbolicTensor frames =
        ops.reshape(ops.gather(padded, ops.ints(places), 1), call.input().extent(0), count, length);
    return ops.mul(frames, window(call, length));
  }

  /** In the middle of the frame, between zeros. */
  private static SymbolicTensor window(LayerCall call, long length) {
    int count = (int) call.settings().whole(length, "sequence_length");
    double[] all = new double[(int) length];
    int before = ((int) length - count) / 2;
    String name = count == 1 ? "" : call.settings().text("", "window");
    for (int i = 0; i < count; i++) {
      // _raised_cosine_window of tensorflow/python/ops/signal/window_ops.py
      double wave = Math.cos(2 * Math.PI * i / (count % 2 == 0 ? count : count - 1));
      all[before + i] =
          switch (name) {
            case "hann" -> 0.5 - 0.5 * wave;
            case "hamming" -> 0.54f - (1 - 0.54f) * wave;
            case "" -> 1;
            default -> throw call.missing("under window " + name);
          };
    }
    return call.ops().constant(TensorValue.ofDoubles(DType.FLOAT32, Shape.of(length), all));
  }

  /** A column for each frequency. */
  private static SymbolicTensor waves(Ops ops, String wave, long length, SymbolicTensor like) {
    long[] turns =
        LongStream.range(0, length * (length / 2 + 1))
            .map(i -> i / (length / 2 + 1) * (i % (length / 2 + 1)) % length)
            .toArray();
    SymbolicTensor angles =
        ops.mul(
            ops.cast(
                ops.constant(
                    TensorValue.ofLongs(DType.INT32, Shape.of(length, length / 2 + 1), turns)),
                DType.FLOAT64),
            ops.constant(TensorValue.ofDoubles(DType.FLOAT64, Shape.of(), 2 * Math.PI / length)));
    return ops.cast(ops.one(wave, angles), like.dtype());
  }

  /** {@code linear_to_mel_weight_matrix}, in float32 as there. */
  private static SymbolicTensor matrix(LayerCall call, long bins) {
    Settings settings = call.settings();
    float rate = settings.whole(16000, "sampling_rate");
    int bands = (int) settings.whole(128, "num_mel_bins");
    float low = mel((float) settings.number(20, "min_freq"));
    float high = mel((float) settings.number((int) (rate / 2), "max_freq"));
    float width = (high - low) / (bands + 1);
    double[] all =
        IntStream.range(0, (int) bins * bands)
            .mapToDouble(
                i -> {
                  int row = i / bands;
                  float hertz = row == bins - 1 ? rate / 2 : rate / 2 / (bins - 1) * row;
                  return row == 0 ? 0 : slope(mel(hertz), i % bands, bands, low, high, width);
                })
            .toArray();
    return call.ops().constant(TensorValue.ofDoubles(DType.FLOAT32, Shape.of(bins, bands), all));
  }

  private static float slope(float x, int band, int bands, float low, float high, float width) {
    float lower = low + width * band;
    float center = low + width * (band + 1);
    float upper = band == bands - 1 ? high : low + width * (band + 2);
    return Math.max(0, Math.min((x - lower) / (center - lower), (upper - x) / (upper - center)));
  }

  private static float mel(float hertz) {
    return 1127f * (float) Math.log(1f + hertz / 700f);
  }

  private static SymbolicTensor decibels(Settings settings, Ops ops, SymbolicTensor mel) {
    double least = settings.number(1e-10, "min_power");
    double reference = Math.max(Math.abs(settings.number(1, "ref_power")), least);
    SymbolicTensor above =
        ops.sub(
            bels(ops, ops.maximum(mel, least)), bels(ops, ops.filled(Shape.of(), reference, mel)));
    SymbolicTensor log = ops.mul(above, 10);
    SymbolicTensor most = ops.reduce("Max", log, List.of(0, 1, 2), false);
    return ops.one("Maximum", log, ops.sub(most, ops.number(settings.number(80, "top_db"), most)));
  }

  private static SymbolicTensor bels(Ops ops, SymbolicTensor x) {
    return ops.div(ops.one("Log", x), ops.real(Math.log(10), x));
  }
}
