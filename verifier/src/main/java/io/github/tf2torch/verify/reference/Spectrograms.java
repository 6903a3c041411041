package io.github.tf2torch.verify.reference;

import io.github.tf2torch.verify.engine.SymbolicTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@code keras/src/layers/preprocessing/stft_spectrogram.py}: each frame times the stored waves.
 */
final class Spectrograms {
  static final Map<String, LayerReference> TABLE =
      Map.of("STFTSpectrogram", LayerReference.of(Spectrograms::spectrogram));

  private static final double EPSILON = 1e-7;

  private Spectrograms() {}

  private static SymbolicTensor spectrogram(LayerCall call) {
    Ops ops = call.ops();
    boolean isFirst = Windows.isChannelsFirst(call);
    SymbolicTensor frames =
        frames(call, isFirst ? Windows.toLast(ops, call.input()) : call.input());
    String mode = call.settings().text("log", "mode");
    SymbolicTensor y =
        switch (mode) {
          case "real", "imag" -> times(call, frames, 0);
          case "angle" -> ops.one("Atan2", times(call, frames, 1), times(call, frames, 0));
          case "stft" -> ops.concat(List.of(times(call, frames, 0), times(call, frames, 1)), 3);
          case "psd" -> doubled(ops, power(call, frames));
          case "magnitude" -> magnitude(call, frames);
          case "log" -> ops.one("Log", ops.maximum(magnitude(call, frames), EPSILON));
          default -> throw call.missing("of mode " + mode);
        };
    return arranged(call, y, isFirst);
  }

  /** (N, time, channels, elements). */
  private static SymbolicTensor frames(LayerCall call, SymbolicTensor x) {
    Ops ops = call.ops();
    long length = call.settings().whole(256, "frame_length");
    long step = call.settings().whole(length / 2, "frame_step");
    boolean isSame = Windows.padding(call).equals("same");
    SymbolicTensor padded =
        isSame ? ops.pad(x, Windows.same(x, List.of(length), List.of(step))) : x;
    List<SymbolicTensor> all = new ArrayList<>();
    for (long at = 0; at + length <= padded.extent(1); at += step) {
      all.add(ops.transpose(ops.slice(padded, 1, at, length), 0, 2, 1));
    }
    return ops.stack(all, 1);
  }

  private static SymbolicTensor times(LayerCall call, SymbolicTensor frames, int kernel) {
    return call.ops().product(frames, call.ops().squeeze(call.weight(kernel), 1));
  }

  private static SymbolicTensor power(LayerCall call, SymbolicTensor frames) {
    Ops ops = call.ops();
    return ops.add(
        ops.one("Square", times(call, frames, 0)), ops.one("Square", times(call, frames, 1)));
  }

  private static SymbolicTensor magnitude(LayerCall call, SymbolicTensor frames) {
    Ops ops = call.ops();
    return ops.one("Sqrt", ops.maximum(power(call, frames), EPSILON));
  }

  private static SymbolicTensor doubled(Ops ops, SymbolicTensor power) {
    long count = power.extent(3);
    SymbolicTensor inner = ops.mul(ops.slice(power, 3, 1, count - 2), 2);
    return ops.concat(
        List.of(ops.slice(power, 3, 0, 1), inner, ops.slice(power, 3, count - 1, 1)), 3);
  }

  /** From (N, time, channels, frequencies). */
  private static SymbolicTensor arranged(LayerCall call, SymbolicTensor y, boolean isFirst) {
    Ops ops = call.ops();
    if (call.settings().flag(false, "expand_dims")) {
      return isFirst ? ops.transpose(y, 0, 2, 1, 3) : ops.transpose(y, 0, 1, 3, 2);
    }
    SymbolicTensor flat = ops.reshape(y, y.extent(0), y.extent(1), y.extent(2) * y.extent(3));
    return isFirst ? ops.transpose(flat, 0, 2, 1) : flat;
  }
}
