package io.github.tf2torch.verify.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.KerasModel;
import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The references give what Keras gave: {@code make_reference.py} and {@code make_old.py}. */
class ReferenceTest {
  /**
   * Float32 against float32, of the largest value: both are TensorFlow's kernels, in another order
   * here and there. The nearest wrong answer, an epsilon or a momentum, is off by 1e-4.
   */
  private static final double ROUNDING = 4e-6;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "core",
        "convolution",
        "transposed",
        "pooling",
        "normalization",
        "activation",
        "regularization",
        "noise",
        "reshaping",
        "merging",
        "recurrent",
        "cells",
        "recurrent_maps",
        "attention",
        "preprocessing",
        "structure",
        "operations",
        "rectifiers",
        "pointwise",
        "reductions",
        "rearrangements",
        "plain",
        "numbers",
        "axes",
        "orders",
        "calls",
        "heads",
        "queries",
        "scores",
        "einsum",
        "norms",
        "adapted",
        "spectral",
        "images",
        "categories",
        "adaptive",
        "augmentation",
        "others",
        "signals",
        "mels",
        "called",
        "distributed",
        "dropping",
        "keras112_cnn",
        "keras213_cnn",
        "keras2_functions",
        "keras213_rnn",
        "keras231_conv1d",
        "keras231_leaky",
        "keras231_mlp",
        "local",
        "theano1",
        "theano2",
        "theano3",
        "former1",
        "former2",
        "graph_nodes",
        "op_lambdas",
        "details",
        "shared",
        "order",
        "keras1_dense",
        "keras1_convolution",
        "keras1_merge",
        "keras1_branches",
        "keras2"
      })
  void givesWhatKerasGave(String family) throws IOException {
    Map<String, TensorValue> expected = Recorded.expected(family);
    Map<String, TensorValue> computed = Recorded.computed(family);
    List<String> wrong = new ArrayList<>();
    int compared = 0;
    for (Map.Entry<String, TensorValue> entry : expected.entrySet()) {
      String name = entry.getKey();
      if (!name.startsWith("x/") && !name.startsWith("mask/") && !isSeedless(name)) {
        compared++;
        Recorded.difference(
                entry.getValue(), computed.get(name), ROUNDING, Recorded.scale(name, expected))
            .ifPresent(d -> wrong.add(name + ": " + d));
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(compared).isPositive();
  }

  /** Keras leaves the seed out of the configuration of a SimpleRNN, and no other layer's. */
  private static boolean isSeedless(String name) {
    return name.matches("training/[yd]/simple(_relu)?[_/].*") && !name.contains("simple_rnn_x");
  }

  @ParameterizedTest
  @CsvSource({
    "Lambda, float32, 'no TensorFlow reference for Lambda; record one with trace-script'",
    "Dense, float16, 'no TensorFlow reference for Dense in float16; its rounding would hide what is"
        + " asked, of float32 and float64'",
    "SpectralNormalization, float32, 'no TensorFlow reference for SpectralNormalization in"
        + " training; record one with trace-script'",
    "Dense, float32, 'no TensorFlow reference for Dense \"odd\" with 0 variables, fewer than its"
        + " configuration asks for; record one with trace-script'"
  })
  void saysOfWhatItKnowsNothing(String className, String dtype, String message) {
    Config config =
        new Config.Fields(
            Map.of(
                "dtype",
                new Config.Text(dtype),
                "trainable",
                new Config.Bool(true),
                "batch_input_shape",
                new Config.Items(List.of(new Config.Absent(), new Config.Whole(3)))));
    Layer layer = new Layer(className, "odd", config, List.of(), List.of(), List.of());
    Config empty = new Config.Fields(Map.of());
    Layer root = new Layer("Sequential", "model", empty, List.of(), List.of(), List.of(layer));
    KerasModel model =
        new KerasModel(root, List.of(), List.of(), new Config.Absent(), "2.4.0", "tensorflow");
    assertThatThrownBy(
            () -> KerasReference.build(model, List.of(), Map.of("odd_input", Shape.of(2, 3)), true))
        .isInstanceOf(MissingReference.class)
        .hasMessage(message);
  }
}
