package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.LayerRule;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value.Held;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Bidirectional and TimeDistributed. */
public final class Wrappers implements LayerRule {
  /** Layers to which a mask of one step means something. */
  private static final Set<String> MASKED =
      Set.of(
          "BatchNormalization",
          "Bidirectional",
          "GRU",
          "GlobalAveragePooling1D",
          "LSTM",
          "RNN",
          "SimpleRNN",
          "Softmax");

  @Override
  public Set<String> layers() {
    return Set.of("Bidirectional", "TimeDistributed", "SpectralNormalization", "Pipeline");
  }

  @Override
  public void translate(Layer layer, LayerContext context) {
    if (layer.className().equals("Pipeline")) {
      List<Held> values = context.inputs();
      for (Layer part : layer.layers()) {
        values = context.apply(part, values);
      }
      context.output(one(values, context));
    } else if (layer.className().equals("SpectralNormalization")) {
      spectral(layer, context);
    } else if (layer.className().equals("Bidirectional")) {
      bidirectional(layer, context);
    } else {
      distributed(layer, context);
    }
  }

  /** The second layer runs backwards, and its sequence is turned round before both are merged. */
  private static void bidirectional(Layer layer, LayerContext context) {
    if (layer.layers().size() != 2) {
      throw context.unsupported("wraps " + layer.layers().size() + " layers");
    }
    boolean isSequence =
        new Settings(layer.layers().get(0).config()).flag(false, "return_sequences");
    List<Held> forward = directed(layer, 0, isSequence, context);
    List<Held> backward = new ArrayList<>(directed(layer, 1, isSequence, context));
    if (isSequence) {
      backward.set(0, Recurrences.flipped(backward.get(0), context));
    }
    List<Held> outputs = new ArrayList<>(merged(layer, forward.get(0), backward.get(0), context));
    if (isSequence) {
      context.mask(0).ifPresent(m -> outputs.forEach(o -> context.mask(o, m)));
    }
    outputs.addAll(forward.subList(1, forward.size()));
    outputs.addAll(backward.subList(1, backward.size()));
    for (int i = 0; i < outputs.size(); i++) {
      context.output(i, outputs.get(i));
    }
  }

  /**
   * One of the two, with its half of the states. From {@code tf.keras} on, sequences have zeros at
   * masked steps whatever the layer says ({@code force_zero_output_for_mask}).
   */
  private static List<Held> directed(
      Layer layer, int side, boolean isSequence, LayerContext context) {
    List<Held> states = Recurrences.given(context);
    int half = states.size() / 2;
    List<Held> inputs = new ArrayList<>(List.of(context.input()));
    inputs.addAll(states.subList(side * half, (side + 1) * half));
    Layer part = layer.layers().get(side);
    Layer set =
        context.version().isOfTensorFlow()
            ? RecurrentCells.changed(part, Map.of("zero_output_for_mask", isSequence))
            : part;
    return Recurrences.mask(context)
        .map(m -> context.apply(set, inputs, m))
        .orElseGet(() -> context.apply(set, inputs));
  }

  private static List<Held> merged(Layer layer, Held ahead, Held back, LayerContext context) {
    Optional<Config> stored = context.settings().get("merge_mode");
    boolean isNone =
        stored.isEmpty()
            && layer.config() instanceof Config.Fields f
            && f.values().containsKey("merge_mode");
    List<Held> both = List.of(ahead, back);
    String mode = stored.flatMap(Config::text).orElse("concat");
    return isNone
        ? both
        : List.of(
            (Held)
                switch (mode) {
                  case "concat" ->
                      context.op("ConcatV2", Map.of(), List.of(ahead, back, Attrs.scalar(-1)));
                  case "sum" -> context.op("AddV2", Map.of(), both);
                  case "mul" -> context.op("Mul", Map.of(), both);
                  case "ave" ->
                      context.op(
                          "RealDiv",
                          Map.of(),
                          List.of(context.op("AddV2", Map.of(), both), Attrs.number(2)));
                  default -> throw context.unsupported("has merge_mode \"" + mode + "\"");
                });
  }

  /** Keras divides the stored kernel while it trains, so that inference takes it as it is. */
  private static void spectral(Layer layer, LayerContext context) {
    if (!context.input().type().dtype().isFloating()) {
      throw context.unsupported("casts what it wraps to whole numbers, as Keras does");
    }
    context.assume(
        "layer \""
            + layer.name()
            + "\": training in Keras divides its kernel by the largest singular value, here not;"
            + " torch.nn.utils.parametrizations.spectral_norm does so");
    context.output(one(context.apply(layer.layers().get(0), context.inputs()), context));
  }

  private static Held one(List<Held> outputs, LayerContext context) {
    if (outputs.size() != 1) {
      throw context.unsupported("wraps a layer that answers " + outputs.size() + " tensors");
    }
    return outputs.get(0);
  }

  /** Batch and time become one axis, and two again. */
  private static void distributed(Layer layer, LayerContext context) {
    Optional<Held> mask = context.mask(0);
    Layer part = layer.layers().get(0);
    if (mask.isPresent() && (MASKED.contains(part.className()) || !part.layers().isEmpty())) {
      throw context.unsupported(
          "hands a mask to a " + part.className() + ", which computes otherwise under it");
    }
    Held input = context.input();
    Held x = context.inOrder(input, AxisOrder.identity(input.type().rank()));
    List<Long> extents = x.type().dims().extents();
    List<Long> flat = new ArrayList<>(List.of(-1L));
    flat.addAll(extents.subList(2, extents.size()));
    Held together =
        context.assign(
            "steps",
            Expr.aten("flatten", x.expr(), new Expr.IntLiteral(0), new Expr.IntLiteral(1)),
            TensorType.plain(x.type().dtype(), new Dims(flat)));
    // Keras 3 calls the layer for each step, those before it once for all
    long calls = context.version().major() < 3 ? 1 : extents.get(1);
    Held each = one(context.applyToSteps(part, List.of(together), calls), context);
    Held plain = context.unflattened(context.inOrder(each, AxisOrder.identity(each.type().rank())));
    List<Long> result = new ArrayList<>(extents.subList(0, 2));
    result.addAll(plain.type().dims().extents().subList(1, plain.type().rank()));
    Expr steps =
        extents.get(1) >= 0
            ? new Expr.IntLiteral(extents.get(1))
            : Expr.aten("size", x.expr(), new Expr.IntLiteral(1));
    Held apart =
        context.assign(
            "steps",
            Expr.aten(
                "unflatten",
                plain.expr(),
                new Expr.IntLiteral(0),
                new Expr.ListLiteral(List.of(new Expr.IntLiteral(-1), steps))),
            TensorType.plain(plain.type().dtype(), new Dims(result)));
    context.output(apart);
    mask.ifPresent(m -> context.mask(apart, m));
  }
}
