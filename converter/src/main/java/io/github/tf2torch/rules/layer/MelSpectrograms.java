package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.LayerRule;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * MelSpectrogram ({@code keras/src/layers/preprocessing/mel_spectrogram.py}): {@code torch.stft},
 * and a matrix of triangles along its frequencies.
 */
public final class MelSpectrograms implements LayerRule {
  @Override
  public Set<String> layers() {
    return Set.of("MelSpectrogram");
  }

  @Override
  public void translate(Layer layer, LayerContext context) {
    Operands.requireFloating(context);
    if (context.input().type().rank() != 2) {
      throw context.unsupported("takes no batch of signals (N, samples)");
    }
    Settings settings = context.settings();
    GraphOps ops = new GraphOps(context);
    Held magnitude = magnitude(context);
    float exponent = settings.number(2, "mag_exp");
    Value power = exponent == 1 ? magnitude : ops.one("Pow", magnitude, ops.number(exponent));
    Value y = banded((Held) power, context);
    context.output(settings.flag(true, "power_to_db") ? decibels(y, context) : y);
  }

  /** (N, frequencies, time). */
  private static Held magnitude(LayerContext context) {
    long length = context.settings().whole(2048, "fft_length");
    long step = context.settings().whole(512, "sequence_stride");
    long count = context.settings().whole(length, "sequence_length");
    Held x = context.input();
    List<Expr> arguments = new ArrayList<>();
    arguments.add(x.expr());
    arguments.add(new Expr.IntLiteral(length));
    arguments.add(new Expr.Keyword("hop_length", new Expr.IntLiteral(step)));
    arguments.add(new Expr.Keyword("win_length", new Expr.IntLiteral(count)));
    arguments.add(new Expr.Keyword("window", window(count, context)));
    // said though PyTorch's own, since ATen knows its overload by them
    arguments.add(new Expr.Keyword("center", new Expr.BoolLiteral(true)));
    arguments.add(new Expr.Keyword("pad_mode", new Expr.TextLiteral("reflect")));
    arguments.add(new Expr.Keyword("normalized", new Expr.BoolLiteral(false)));
    arguments.add(new Expr.Keyword("onesided", new Expr.BoolLiteral(true)));
    arguments.add(new Expr.Keyword("return_complex", new Expr.BoolLiteral(true)));
    long samples = x.type().dims().extent(1);
    long frames = samples < 0 ? -1 : 1 + (samples + length / 2 * 2 - length) / step;
    Dims dims = new Dims(List.of(x.type().dims().extent(0), length / 2 + 1, frames));
    return context.assign(
        "magnitude",
        Expr.aten("abs", new Expr.Aten("stft", arguments)),
        TensorType.plain(x.type().dtype(), dims));
  }

  private static Expr window(long count, LayerContext context) {
    Config stored = context.settings().get("window").orElse(new Config.Absent());
    boolean isNone = stored instanceof Config.Absent;
    String name = stored instanceof Config.Text text ? text.value() : "";
    if (!isNone && !name.equals("hann") && !name.equals("hamming")) {
      throw context.unsupported("has a window of its own");
    }
    float offset = name.equals("hann") ? 0.5f : 0.54f;
    float[] all = new float[Math.toIntExact(count)];
    // an odd one is not periodic, whatever tf.signal is asked for
    double period = count - count % 2;
    for (int i = 0; i < all.length; i++) {
      double wave = Math.cos(2 * Math.PI * i / period);
      all[i] = isNone || count == 1 ? 1 : (float) (offset - (1 - offset) * wave);
    }
    return constant("window", Shape.of(count), all, context);
  }

  /** (N, bands, time). */
  private static Value banded(Held power, LayerContext context) {
    List<Long> extents = new ArrayList<>(power.type().dims().extents());
    MelBands bands = MelBands.of(context.settings(), extents.get(1));
    extents.set(1, bands.count());
    Shape shape = Shape.of(bands.count(), power.type().dims().extent(1));
    Expr filters = constant("mel_filters", shape, bands.weights(), context);
    return context.assign(
        "mel",
        Expr.aten("matmul", filters, power.expr()),
        TensorType.plain(power.type().dtype(), new Dims(extents)));
  }

  private static Expr constant(String name, Shape shape, float[] values, LayerContext context) {
    TensorValue value =
        TensorValue.filled(
            DType.FLOAT32,
            shape,
            buffer -> {
              for (float each : values) {
                buffer.putFloat(each);
              }
            });
    return context.attribute(new TensorExpr.Constant(name, value)).expr();
  }

  /** Not below the largest of the whole batch by more than so much. */
  private static Value decibels(Value mel, LayerContext context) {
    Settings settings = context.settings();
    GraphOps ops = new GraphOps(context);
    float least = settings.number(1e-10f, "min_power");
    float reference = Math.max(Math.abs(settings.number(1, "ref_power")), least);
    Held bounded = (Held) ops.one("Maximum", mel, ops.number(least));
    Value y =
        ops.mul(context.assign(Expr.aten("log10", bounded.expr()), bounded.type()), ops.number(10));
    if (reference != 1) {
      y = ops.sub(y, ops.number(10 * Math.log10(reference)));
    }
    Value most = ops.reduce("Max", y, List.of(0L, 1L, 2L), false);
    return ops.one("Maximum", y, ops.sub(most, ops.number(settings.number(80, "top_db"))));
  }
}
