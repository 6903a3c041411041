package io.github.tf2torch.translate;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.rules.Settings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The variables that a layer's configuration says it has, of those of Keras's classes where it says
 * so alone; what follows from the layer's input is {@link #ANY}.
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

  private interface Form {
    List<Expected> of(Settings settings);
  }

  private static final Map<String, Form> FORMS = forms();

  private WeightShapes() {}

  private static Map<String, Form> forms() {
    Map<String, Form> all = new HashMap<>();
    all.put("Dense", s -> biased(s, s.whole(ANY, "units"), "kernel", ANY, s.whole(ANY, "units")));
    all.put(
        "Embedding",
        s ->
            List.of(expected("embeddings", s.whole(ANY, "input_dim"), s.whole(ANY, "output_dim"))));
    all.put("BatchNormalization", s -> channels(s, "moving_mean", "moving_variance"));
    all.put("GroupNormalization", WeightShapes::channels);
    for (int axes = 1; axes <= 3; axes++) {
      int n = axes;
      all.put("Conv" + n + "D", s -> kernel(s, n, ANY, filters(s), filters(s)));
      all.put("Conv" + n + "DTranspose", s -> kernel(s, n, filters(s), ANY, filters(s)));
      all.put("DepthwiseConv" + n + "D", s -> kernel(s, n, ANY, multiplier(s), ANY));
      all.put("SeparableConv" + n + "D", s -> separable(s, n));
    }
    all.put("SimpleRNN", s -> recurrent(s, 1, List.of(units(s))));
    all.put("LSTM", s -> recurrent(s, 4, List.of(4 * units(s))));
    all.put("CuDNNLSTM", s -> recurrent(s, 4, List.of(8 * units(s))));
    all.put("CuDNNGRU", s -> recurrent(s, 3, List.of(6 * units(s))));
    all.put(
        "GRU",
        s ->
            recurrent(
                s,
                3,
                s.flag(false, "reset_after") ? List.of(2L, 3 * units(s)) : List.of(3 * units(s))));
    return Map.copyOf(all);
  }

  /**
   * Empty where the configuration does not say: other classes, Keras 1, which has other names for
   * all of it, and weights that Keras 3 stores in parts of lower precision or rank.
   */
  static Optional<List<Expected>> of(Layer layer) {
    Settings settings = new Settings(layer.config());
    boolean isPlain =
        settings.has("units", "filters", "depth_multiplier", "embeddings_initializer", "center")
            && !settings.has("lora_rank", "quantization_config", "quantization_mode")
            && !settings.flag(false, "renorm")
            && !isQuantized(layer.config());
    return isPlain && layer.registered().isEmpty()
        ? Optional.ofNullable(FORMS.get(layer.className())).map(form -> form.of(settings))
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

  private static long units(Settings settings) {
    return settings.whole(ANY, "units");
  }

  private static long filters(Settings settings) {
    return settings.whole(ANY, "filters");
  }

  private static long multiplier(Settings settings) {
    return settings.whole(1, "depth_multiplier");
  }

  private static List<Expected> biased(Settings settings, long bias, String name, Long... extents) {
    List<Expected> all = new ArrayList<>(List.of(expected(name, extents)));
    if (settings.flag(true, "use_bias")) {
      all.add(expected("bias", bias));
    }
    return all;
  }

  private static List<Expected> kernel(Settings settings, int axes, long in, long out, long bias) {
    List<Long> extents = new ArrayList<>(settings.wholes(axes, ANY, "kernel_size"));
    extents.addAll(List.of(in, out));
    return biased(settings, bias, "kernel", extents.toArray(Long[]::new));
  }

  private static List<Expected> separable(Settings settings, int axes) {
    List<Expected> all = new ArrayList<>();
    List<Long> extents = new ArrayList<>(settings.wholes(axes, ANY, "kernel_size"));
    extents.addAll(List.of(ANY, multiplier(settings)));
    all.add(new Expected("depthwise_kernel", extents));
    List<Long> pointwise = new ArrayList<>(java.util.Collections.nCopies(axes, 1L));
    pointwise.addAll(List.of(ANY, filters(settings)));
    all.addAll(
        biased(settings, filters(settings), "pointwise_kernel", pointwise.toArray(Long[]::new)));
    return all;
  }

  private static List<Expected> recurrent(Settings settings, long gates, List<Long> bias) {
    long units = units(settings);
    List<Expected> all = new ArrayList<>();
    all.add(expected("kernel", ANY, gates * units));
    all.add(expected("recurrent_kernel", units, gates * units));
    if (settings.flag(true, "use_bias")) {
      all.add(new Expected("bias", bias));
    }
    return all;
  }

  private static List<Expected> channels(Settings settings, String... statistics) {
    List<Expected> all = new ArrayList<>();
    if (settings.flag(true, "scale")) {
      all.add(expected("gamma", ANY));
    }
    if (settings.flag(true, "center")) {
      all.add(expected("beta", ANY));
    }
    for (String statistic : statistics) {
      all.add(expected(statistic, ANY));
    }
    return all;
  }
}
