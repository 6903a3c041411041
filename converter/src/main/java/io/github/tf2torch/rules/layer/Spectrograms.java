package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.LayerRule;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * STFTSpectrogram ({@code keras/src/layers/preprocessing/stft_spectrogram.py}): convolutions of
 * each channel with stored waves, and what is made of both sums.
 */
public final class Spectrograms implements LayerRule {
  /** {@code keras.config.epsilon()}. */
  private static final double EPSILON = 1e-7;

  @Override
  public Set<String> layers() {
    return Set.of("STFTSpectrogram");
  }

  @Override
  public void translate(Layer layer, LayerContext context) {
    Operands.requireFloating(context);
    Settings settings = context.settings();
    boolean isFirst = DataFormat.of(context, 1).isChannelsFirst();
    Held x = context.input();
    long time = AxisFunctions.known(x, isFirst ? 2 : 1, context);
    long channels = AxisFunctions.known(x, isFirst ? 1 : 2, context);
    GraphOps ops = new GraphOps(context);
    Value rows = isFirst ? x : ops.transpose(x, List.of(0L, 2L, 1L));
    Value waves = ops.reshape(rows, -1L, time, 1L);
    String mode = settings.text("log", "mode");
    Value y =
        switch (mode) {
          case "real", "imag" -> convolved(waves, 0, channels, context);
          case "angle" ->
              ops.one("Atan2", imaginary(waves, channels, context), real(waves, channels, context));
          case "stft" ->
              ops.concat(
                  List.of(real(waves, channels, context), imaginary(waves, channels, context)), 3);
          case "psd" -> doubled(power(waves, channels, context), context);
          case "magnitude" -> magnitude(waves, channels, context);
          case "log" ->
              ops.one(
                  "Log",
                  ops.one("Maximum", magnitude(waves, channels, context), ops.number(EPSILON)));
          default -> throw context.unsupported("has mode \"" + mode + "\"");
        };
    context.output(arranged((Held) y, isFirst, context));
  }

  private static Value real(Value waves, long channels, LayerContext context) {
    return convolved(waves, 0, channels, context);
  }

  private static Value imaginary(Value waves, long channels, LayerContext context) {
    return convolved(waves, 1, channels, context);
  }

  /** (N, channels, time, frequencies). */
  private static Value convolved(Value waves, int kernel, long channels, LayerContext context) {
    Settings settings = context.settings();
    long step = settings.whole(settings.whole(256, "frame_length") / 2, "frame_step");
    Map<String, Attr> attrs =
        Map.of(
            "data_format",
            Attrs.of("NWC"),
            "strides",
            Attrs.of(List.of(1L, step, 1L)),
            "dilations",
            Attrs.of(List.of(1L, 1L, 1L)),
            "padding",
            Attrs.of(settings.text("valid", "padding").equals("same") ? "SAME" : "VALID"));
    Value weight = Attrs.weight(context.weight(kernel, "kernel"));
    Held y = (Held) context.op(Node.FUSED + "Conv1D", attrs, List.of(waves, weight));
    List<Long> extents = y.type().dims().extents();
    return new GraphOps(context).reshape(y, -1L, channels, extents.get(1), extents.get(2));
  }

  private static Value power(Value waves, long channels, LayerContext context) {
    GraphOps ops = new GraphOps(context);
    return ops.add(
        ops.one("Square", real(waves, channels, context)),
        ops.one("Square", imaginary(waves, channels, context)));
  }

  private static Value magnitude(Value waves, long channels, LayerContext context) {
    GraphOps ops = new GraphOps(context);
    Value bounded = ops.one("Maximum", power(waves, channels, context), ops.number(EPSILON));
    return ops.one("Sqrt", bounded);
  }

  /** All but the first and the last frequency stand for two. */
  private static Value doubled(Value power, LayerContext context) {
    GraphOps ops = new GraphOps(context);
    long count = ((Held) power).type().dims().extent(3);
    Value inner = ops.slice(power, 4, 3, 1, count - 2);
    Value pads = Attrs.matrix(List.of(0L, 0L, 0L, 0L, 0L, 0L, 1L, 1L), 2);
    return ops.add(power, ops.one("Pad", inner, pads));
  }

  private static Value arranged(Held y, boolean isFirst, LayerContext context) {
    GraphOps ops = new GraphOps(context);
    List<Long> extents = y.type().dims().extents();
    long all = extents.get(1) * extents.get(3);
    boolean isExpanded = context.settings().flag(false, "expand_dims");
    if (isFirst) {
      return isExpanded
          ? y
          : ops.reshape(ops.transpose(y, List.of(0L, 1L, 3L, 2L)), -1L, all, extents.get(2));
    }
    return isExpanded
        ? ops.transpose(y, List.of(0L, 2L, 3L, 1L))
        : ops.reshape(ops.transpose(y, List.of(0L, 2L, 1L, 3L)), -1L, extents.get(2), all);
  }
}
