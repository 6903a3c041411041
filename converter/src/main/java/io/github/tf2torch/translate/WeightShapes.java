package io.github.tf2torch.translate;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.rules.Settings;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * The variables that a layer's configuration says it has, with the extents of what it is given
 * where those are known; else {@link #ANY}.
 */
final class WeightShapes {
  static final long ANY = -1;

  /** One variable. */
  record Expected(String name, List<Long> extents) {
    Expected {
      extents = List.copyOf(extents);
    }

    boolean fits(List<Long> found) {
      boolean fits = found.size() == extents.size();
      for (int i = 0; fits && i < extents.size(); i++) {
        fits = extents.get(i) == ANY || extents.get(i).equals(found.get(i));
      }
      return fits;
    }

    @Override
    public String toString() {
      List<String> all = extents.stream().map(e -> e == ANY ? "?" : String.valueOf(e)).toList();
      return name + " (" + String.join(", ", all) + ")";
    }
  }

  /** A configuration, and the extents that its layer is given; none where they are not known. */
  private record Asked(Settings settings, List<Long> input) {
    long whole(String name) {
      return settings.whole(ANY, name);
    }

    /** Of an axis; negative ones count from the end. */
    long extent(long axis) {
      long at = axis < 0 ? axis + input.size() : axis;
      return at >= 0 && at < input.size() ? input.get((int) at) : ANY;
    }

    long channels() {
      return extent(settings.text("", "data_format").equals("channels_first") ? 1 : -1);
    }

    List<Long> sizes(int axes, long... last) {
      List<Long> all = new ArrayList<>(settings.wholes(axes, ANY, "kernel_size"));
      LongStream.of(last).forEach(all::add);
      return all;
    }
  }

  private interface Form {
    List<Expected> of(Asked asked);
  }

  private static final Map<String, Form> FORMS = forms();

  private WeightShapes() {}

  private static Map<String, Form> forms() {
    Map<String, Form> all = new HashMap<>();
    all.put(
        "Dense",
        a -> biased(a, expected("kernel", a.extent(-1), a.whole("units")), a.whole("units")));
    all.put(
        "Embedding",
        a -> List.of(expected("embeddings", a.whole("input_dim"), a.whole("output_dim"))));
    all.put("BatchNormalization", a -> channels(a, "moving_mean", "moving_variance"));
    all.put("GroupNormalization", WeightShapes::channels);
    all.put("LayerNormalization", WeightShapes::channels);
    for (int axes = 1; axes <= 3; axes++) {
      int n = axes;
      all.put("Conv" + n + "D", a -> convolution(a, n));
      all.put("Conv" + n + "DTranspose", a -> transposed(a, n));
      all.put("DepthwiseConv" + n + "D", a -> depthwise(a, n));
      all.put("SeparableConv" + n + "D", a -> separable(a, n));
    }
    all.put("SimpleRNN", a -> recurrent(a, 1, expected("bias", a.whole("units"))));
    all.put("LSTM", a -> recurrent(a, 4, expected("bias", 4 * a.whole("units"))));
    all.put("CuDNNLSTM", a -> recurrent(a, 4, expected("bias", 8 * a.whole("units"))));
    all.put("CuDNNGRU", a -> recurrent(a, 3, expected("bias", 6 * a.whole("units"))));
    all.put(
        "GRU",
        a ->
            recurrent(
                a,
                3,
                a.settings().flag(false, "reset_after")
                    ? expected("bias", 2L, 3 * a.whole("units"))
                    : expected("bias", 3 * a.whole("units"))));
    return Map.copyOf(all);
  }

  /**
   * Empty where the configuration does not say: other classes, Keras 1, which has other names for
   * all of it, and weights that Keras 3 stores in parts of lower precision or rank.
   *
   * @param input the extents of what the layer is given; empty where that is not known
   */
  static Optional<List<Expected>> of(Layer layer, List<Long> input) {
    Settings settings = new Settings(layer.config());
    boolean isPlain =
        settings.has("units", "filters", "depth_multiplier", "embeddings_initializer", "center")
            && !settings.has("lora_rank", "quantization_config", "quantization_mode")
            && !settings.flag(false, "renorm", "rms_scaling")
            && !isQuantized(layer.config());
    return isPlain && layer.registered().isEmpty()
        ? Optional.ofNullable(FORMS.get(layer.className()))
            .map(form -> form.of(new Asked(settings, input)))
        : Optional.empty();
  }

  private static boolean isQuantized(Config config) {
    return config
        .get("dtype")
        .flatMap(d -> d.get("class_name"))
        .flatMap(Config::text)
        .filter(name -> name.startsWith("Quantized"))
        .isPresent();
  }

  private static Expected expected(String name, Long... extents) {
    return new Expected(name, List.of(extents));
  }

  private static List<Expected> biased(Asked asked, Expected kernel, long bias) {
    return asked.settings().flag(true, "use_bias")
        ? List.of(kernel, expected("bias", bias))
        : List.of(kernel);
  }

  /** A share or a multiple of what may not be known. */
  private static long times(long extent, long count) {
    return extent == ANY ? ANY : extent * count;
  }

  private static long filters(Asked asked) {
    return asked.whole("filters");
  }

  private static long multiplier(Asked asked) {
    return asked.settings().whole(1, "depth_multiplier");
  }

  private static List<Expected> convolution(Asked asked, int axes) {
    long groups = asked.settings().whole(1, "groups");
    long in = asked.channels() == ANY ? ANY : asked.channels() / groups;
    Expected kernel = new Expected("kernel", asked.sizes(axes, in, filters(asked)));
    return biased(asked, kernel, filters(asked));
  }

  private static List<Expected> transposed(Asked asked, int axes) {
    Expected kernel = new Expected("kernel", asked.sizes(axes, filters(asked), asked.channels()));
    return biased(asked, kernel, filters(asked));
  }

  private static List<Expected> depthwise(Asked asked, int axes) {
    Expected kernel =
        new Expected("kernel", asked.sizes(axes, asked.channels(), multiplier(asked)));
    return biased(asked, kernel, times(asked.channels(), multiplier(asked)));
  }

  private static List<Expected> separable(Asked asked, int axes) {
    List<Long> pointwise = new ArrayList<>(Collections.nCopies(axes, 1L));
    pointwise.add(times(asked.channels(), multiplier(asked)));
    pointwise.add(filters(asked));
    List<Expected> all = new ArrayList<>();
    all.add(
        new Expected("depthwise_kernel", asked.sizes(axes, asked.channels(), multiplier(asked))));
    all.addAll(biased(asked, new Expected("pointwise_kernel", pointwise), filters(asked)));
    return all;
  }

  private static List<Expected> recurrent(Asked asked, long gates, Expected bias) {
    long units = asked.whole("units");
    List<Expected> all = new ArrayList<>();
    all.add(expected("kernel", asked.extent(-1), gates * units));
    all.add(expected("recurrent_kernel", units, gates * units));
    if (asked.settings().flag(true, "use_bias")) {
      all.add(bias);
    }
    return all;
  }

  private static List<Expected> channels(Asked asked, String... statistics) {
    List<Long> axes = asked.settings().get("axis").map(Settings::wholes).orElse(List.of(-1L));
    List<Long> extents = axes.stream().map(asked::extent).toList();
    List<Expected> all = new ArrayList<>();
    if (asked.settings().flag(true, "scale")) {
      all.add(new Expected("gamma", extents));
    }
    if (asked.settings().flag(true, "center")) {
      all.add(new Expected("beta", extents));
    }
    for (String statistic : statistics) {
      all.add(new Expected(statistic, extents));
    }
    return all;
  }
}
