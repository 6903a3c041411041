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
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * Discretization, CategoryEncoding and IntegerLookup: numbers as categories, and these as vectors.
 */
public final class Categories implements LayerRule {
  @Override
  public Set<String> layers() {
    return Set.of("Discretization", "CategoryEncoding", "IntegerLookup");
  }

  @Override
  public void translate(Layer layer, LayerContext context) {
    if (context.settings().flag(false, "sparse")) {
      throw context.unsupported("has sparse=True");
    }
    Held input = context.input();
    Held x = context.inOrder(input, AxisOrder.identity(input.type().rank()));
    context.output(
        switch (layer.className()) {
          case "Discretization" -> binned(x, context);
          case "IntegerLookup" -> lookedUp(x, context);
          default ->
              encoded(
                  x,
                  context.settings().text("multi_hot", "output_mode"),
                  context.settings().whole(1, "num_tokens", "max_tokens"),
                  context);
        });
  }

  private static Held binned(Held x, LayerContext context) {
    Config stored =
        context
            .settings()
            .get("bin_boundaries")
            .orElseThrow(() -> context.unsupported("has no bin_boundaries"));
    List<Config> bounds = Settings.items(stored);
    TensorValue value =
        TensorValue.ofDoubles(
            DType.FLOAT32,
            Shape.of(bounds.size()),
            bounds.stream().mapToDouble(Settings::real).toArray());
    Held all = context.attribute(new TensorExpr.Constant(context.name() + "/boundaries", value));
    Expr isAbove =
        Expr.aten("ge", Expr.aten("unsqueeze", x.expr(), new Expr.IntLiteral(-1)), all.expr());
    Held bins =
        context.assign(
            "bins",
            Expr.aten("sum", isAbove, Expr.ints(List.of(-1))),
            x.type().withDtype(DType.INT64));
    String mode = context.settings().text("int", "output_mode");
    return encoded(bins, mode, bounds.size() + 1L, context);
  }

  /** {@code encode_categorical_inputs} of {@code keras/src/utils/numerical_utils.py}. */
  private static Held encoded(Held x, String mode, long depth, LayerContext context) {
    if (mode.equals("int")) {
      return x;
    }
    List<Long> extents = new ArrayList<>(x.type().dims().extents());
    Expr index = x.expr();
    if (mode.equals("one_hot") && extents.size() > 1 && extents.get(extents.size() - 1) == 1) {
      extents.remove(extents.size() - 1);
    } else {
      index = Expr.aten("unsqueeze", index, new Expr.IntLiteral(-1));
    }
    extents.add(depth);
    Held classes = wholes("classes", LongStream.range(0, depth).toArray(), context);
    Expr isClass = Expr.aten("eq", index, classes.expr());
    Held hot =
        context.assign(
            "hot",
            Expr.aten("to", isClass, new Expr.DTypeLiteral(DType.FLOAT32)),
            TensorType.plain(DType.FLOAT32, new Dims(extents)));
    if (mode.equals("one_hot")) {
      return hot;
    }
    Expr counted = hot.expr();
    Optional<Held> weights = context.argument("count_weights");
    if (weights.isPresent()) {
      Expr each = Expr.aten("unsqueeze", weights.get().expr(), new Expr.IntLiteral(-1));
      counted = Expr.aten("mul", counted, each);
    }
    int axis = extents.size() == 2 ? 0 : 1;
    extents.remove(axis);
    boolean isMultiple = mode.equals("multi_hot") || mode.equals("binary");
    TensorType type = TensorType.plain(DType.FLOAT32, new Dims(extents));
    Held y =
        context.assign(
            "encoded",
            Expr.aten(isMultiple ? "amax" : "sum", counted, Expr.ints(List.of(axis))),
            type);
    return mode.equals("tf_idf") || mode.equals("tf-idf")
        ? context.assign(
            "encoded", Expr.aten("mul", y.expr(), frequencies(depth, context).expr()), type)
        : y;
  }

  /** Words by their weights, unknown ones by the mean of these. */
  private static Held frequencies(long depth, LayerContext context) {
    List<Config> stored =
        context
            .settings()
            .get("idf_weights")
            .map(Settings::items)
            .orElseThrow(() -> context.unsupported("has no idf_weights in its configuration"));
    double mean = stored.stream().mapToDouble(Settings::real).average().orElse(0);
    long unknown = context.settings().whole(1, "num_oov_indices");
    double[] weights = new double[Math.toIntExact(depth)];
    for (int i = 0; i < weights.length; i++) {
      int word = (int) (i - unknown);
      weights[i] = word < 0 ? mean : word < stored.size() ? Settings.real(stored.get(word)) : 0;
    }
    TensorValue value = TensorValue.ofDoubles(DType.FLOAT32, Shape.of(depth), weights);
    return context.attribute(new TensorExpr.Constant(context.name() + "/idf_weights", value));
  }

  private static Held lookedUp(Held input, LayerContext context) {
    Settings settings = context.settings();
    List<Long> words =
        settings
            .get("vocabulary")
            .map(Settings::wholes)
            .filter(all -> !all.isEmpty())
            .orElseThrow(
                () ->
                    context.unsupported(
                        "keeps its vocabulary in a file of its own; give it to the layer as"
                            + " vocabulary= and save again"));
    Held x =
        input.type().dtype() == DType.INT64
            ? input
            : context.assign(
                "index",
                Expr.aten("to", input.expr(), new Expr.DTypeLiteral(DType.INT64)),
                input.type().withDtype(DType.INT64));
    String mode = settings.text("int", "output_mode");
    long unknown = settings.whole(1, "num_oov_indices");
    boolean hasMask = settings.has("mask_token") && mode.equals("int");
    long first = unknown + (hasMask ? 1 : 0);
    if (settings.flag(false, "invert")) {
      return inverted(x, words, first, hasMask, context);
    }
    if (unknown > 1 && !settings.text("floormod", "oov_method").equals("floormod")) {
      throw context.unsupported("hashes unknown words");
    }
    Held y = found(x, words, first, unknown, context);
    if (settings.has("mask_token")) {
      // beyond every class where vectors are made, so that it counts for none
      long to = hasMask ? 0 : Integer.MAX_VALUE;
      Expr isMasked =
          Expr.aten("eq", x.expr(), new Expr.IntLiteral(settings.whole(0, "mask_token")));
      y =
          context.assign(
              "index",
              Expr.aten("masked_fill", y.expr(), isMasked, new Expr.IntLiteral(to)),
              y.type());
    }
    long known = first + words.size();
    long depth =
        settings.flag(false, "pad_to_max_tokens") ? settings.whole(known, "max_tokens") : known;
    return encoded(y, mode, depth, context);
  }

  /** By a search among the sorted words; what is not there by its remainder. */
  private static Held found(
      Held x, List<Long> words, long first, long unknown, LayerContext context) {
    Map<Long, Integer> firstAt = new HashMap<>();
    for (int i = 0; i < words.size(); i++) {
      firstAt.putIfAbsent(words.get(i), i);
    }
    long[] sorted = words.stream().mapToLong(w -> w).sorted().toArray();
    long[] places = LongStream.of(sorted).map(w -> first + firstAt.get(w)).toArray();
    Held vocabulary = wholes("vocabulary", sorted, context);
    Expr search = Expr.aten("searchsorted", vocabulary.expr(), x.expr());
    Held at =
        context.assign(
            "place",
            Expr.aten("clamp_max", search, new Expr.IntLiteral(sorted.length - 1L)),
            x.type());
    Expr isKnown = Expr.aten("eq", Expr.aten("take", vocabulary.expr(), at.expr()), x.expr());
    Expr index = Expr.aten("take", wholes("indices", places, context).expr(), at.expr());
    Expr otherwise =
        unknown < 2
            ? Expr.aten("full_like", x.expr(), new Expr.IntLiteral(unknown == 0 ? -1 : first - 1))
            : Expr.aten(
                "add",
                Expr.aten("remainder", x.expr(), new Expr.IntLiteral(unknown)),
                new Expr.IntLiteral(first - unknown));
    if (unknown == 0) {
      context.assume(
          "layer \"" + context.name() + "\" answers -1 for a word that Keras stops at as unknown");
    }
    return context.assign("index", Expr.aten("where", isKnown, index, otherwise), x.type());
  }

  private static Held inverted(
      Held x, List<Long> words, long first, boolean hasMask, LayerContext context) {
    long other = context.settings().whole(-1, "oov_token");
    List<Long> table = new ArrayList<>();
    for (long i = 0; i < first; i++) {
      table.add(hasMask && i == 0 ? context.settings().whole(0, "mask_token") : other);
    }
    table.addAll(words);
    table.add(other);
    long last = table.size() - 1L;
    Held all = wholes("vocabulary", table.stream().mapToLong(w -> w).toArray(), context);
    // a negative index is as unknown as one behind the last word
    Expr isNegative = Expr.aten("lt", x.expr(), new Expr.IntLiteral(0));
    Expr positive = Expr.aten("masked_fill", x.expr(), isNegative, new Expr.IntLiteral(last));
    Expr bounded = Expr.aten("clamp_max", positive, new Expr.IntLiteral(last));
    return context.assign("word", Expr.aten("take", all.expr(), bounded), x.type());
  }

  private static Held wholes(String name, long[] values, LayerContext context) {
    TensorValue value = TensorValue.ofLongs(DType.INT64, Shape.of(values.length), values);
    return context.attribute(new TensorExpr.Constant(context.name() + "/" + name, value));
  }
}
