package io.github.tf2torch.read.keras;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.model.source.KerasModel;
import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.model.source.TfModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Layers, how they nest, which variables they have and how they are called. */
class KerasLayersTest {
  @TempDir Path folder;

  private KerasModel keras(String name) throws IOException {
    Path path = KerasFixtures.unpack(name, folder);
    try (KerasFile file = KerasFile.open(path, ReadOptions.defaults())) {
      return file.model().keras().orElseThrow();
    }
  }

  private static Layer find(Layer in, String name) {
    return in.layers().stream().filter(l -> l.name().equals(name)).findFirst().orElseThrow();
  }

  private static List<String> inputs(Layer.Call call) {
    return call.inputs().stream().map(t -> t.layer() + ":" + t.call() + ":" + t.output()).toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"net.keras", "net.h5"})
  void layersHaveTheirVariablesInKerasOrder(String name) throws IOException {
    Layer net = keras(name).root();
    Map<String, List<String>> expected =
        Map.of(
            "conv1", List.of("conv1/kernel", "conv1/bias"),
            "bn", List.of("bn/gamma", "bn/beta", "bn/moving_mean", "bn/moving_variance"),
            "dw", List.of("dw/kernel", "dw/bias"),
            "sep", List.of("sep/depthwise_kernel", "sep/pointwise_kernel", "sep/bias"),
            "re_lu", List.of(),
            "mha",
                List.of(
                    "mha/query/kernel",
                    "mha/query/bias",
                    "mha/key/kernel",
                    "mha/key/bias",
                    "mha/value/kernel",
                    "mha/value/bias",
                    "mha/attention_output/kernel",
                    "mha/attention_output/bias"));
    expected.forEach(
        (layer, weights) ->
            assertThat(find(net, layer).weights()).as(layer).containsExactlyElementsOf(weights));
  }

  @ParameterizedTest
  @ValueSource(strings = {"net.keras", "net.h5"})
  void wrappersCellsAndModelsNest(String name) throws IOException {
    Layer net = keras(name).root();
    assertThat(find(find(net, "inner"), "conv1").weights())
        .containsExactly("inner/conv1/kernel", "inner/conv1/bias");
    assertThat(find(find(net, "bi"), "backward_lstm").weights())
        .containsExactly(
            "bi/backward_lstm/lstm_cell/kernel",
            "bi/backward_lstm/lstm_cell/recurrent_kernel",
            "bi/backward_lstm/lstm_cell/bias");
    assertThat(find(find(net, "td"), "td_d").weights())
        .containsExactly("td/td_d/kernel", "td/td_d/bias");
    Layer cells = find(net, "rnn").layers().get(0);
    assertThat(cells.className()).isEqualTo("StackedRNNCells");
    assertThat(find(cells, "g2").weights()).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"net.keras", "net.h5"})
  void sharedLayersHaveACallForEachUse(String name) throws IOException {
    KerasModel keras = keras(name);
    Layer shared = find(keras.root(), "shared");
    assertThat(shared.calls()).hasSize(2);
    assertThat(inputs(shared.calls().get(1))).containsExactly("other:0:0");
    assertThat(inputs(find(keras.root(), "concatenate").calls().get(0)))
        .containsExactly("shared:0:0", "shared:1:0");
    assertThat(inputs(new Layer.Call(keras.inputs(), keras.training())))
        .containsExactly("image:0:0", "other:0:0");
    assertThat(keras.outputs()).hasSize(2);
  }

  @Test
  void nestedModelsOfTensorflowsKerasShareTheirLayers() throws IOException {
    KerasModel keras = keras("tf_keras_2_adam.h5");
    Layer inner = find(keras.root(), "inner");
    assertThat(inner.calls()).hasSize(3);
    assertThat(inputs(inner.calls().get(2))).containsExactly("inner:1:0");
    assertThat(find(inner, "dense").weights()).containsExactly("dense/kernel", "dense/bias");
    assertThat(find(inner, "again").weights()).containsExactly("again/kernel", "again/bias");
    Layer rnn = find(keras.root(), "rnn");
    assertThat(find(rnn.layers().get(0), "c2").weights())
        .containsExactly(
            "rnn/stacked_rnn_cells/c2/kernel",
            "rnn/stacked_rnn_cells/c2/recurrent_kernel",
            "rnn/stacked_rnn_cells/c2/bias");
  }

  /** The model's own call, which Keras 2 counts first, is none of the other model's. */
  @Test
  void modelsInsideOfOthersAreCalledFromZero() throws IOException {
    KerasModel keras = keras("called.h5");
    Layer root = keras.root();
    assertThat(find(root, "encoder").calls()).hasSize(3);
    assertThat(inputs(find(root, "given").calls().get(0))).containsExactly("encoder:0:0");
    assertThat(inputs(find(root, "late").calls().get(0))).containsExactly("encoder:1:0");
    assertThat(inputs(find(root, "joined").calls().get(0)))
        .containsExactly("given:0:0", "late:0:0", "less:0:0");
    assertThat(keras.outputs())
        .containsExactly(new Layer.Tensor("deep", 0, 0), new Layer.Tensor("encoder", 2, 0));
    assertThat(find(root, "deep").config().get("output_layers").orElseThrow().toString())
        .contains("deepest")
        .contains("Whole[value=0], Whole[value=0]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain_windows.keras", "plain_2_13.keras"})
  void arraysAreFoundWhereOtherKerasPutThem(String name) throws IOException {
    assertThat(weightsByLayer(name)).isEqualTo(weightsByLayer("plain.keras"));
  }

  private Map<String, String> weightsByLayer(String name) throws IOException {
    Path path = KerasFixtures.unpack(name, folder);
    try (KerasFile file = KerasFile.open(path, ReadOptions.defaults())) {
      TfModel model = file.model();
      Map<String, String> weights = new TreeMap<>();
      collect(model, model.keras().orElseThrow().root(), weights);
      assertThat(weights).hasSize(18);
      return weights;
    }
  }

  private static void collect(TfModel model, Layer layer, Map<String, String> weights)
      throws IOException {
    for (String name : layer.weights()) {
      ByteBuffer bytes = ByteBuffer.allocate(size(model, name));
      model.tensors().read(name, 0, bytes);
      weights.put(layer.name() + " " + name, Arrays.toString(bytes.array()));
    }
    for (Layer inner : layer.layers()) {
      collect(model, inner, weights);
    }
  }

  private static int size(TfModel model, String name) {
    return model.variables().stream()
        .filter(v -> v.name().equals(name))
        .mapToInt(v -> Math.toIntExact(v.bytes()))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aSequentialOfKeras1IsAList() throws IOException {
    Layer root = keras("keras_1_1_2_adam.h5").root();
    assertThat(root.className()).isEqualTo("Sequential");
    assertThat(root.layers()).extracting(Layer::name).containsExactly("zeta", "alpha", "mid");
    assertThat(root.layers().get(1).weights())
        .containsExactly("alpha_gamma", "alpha_beta", "alpha_running_mean", "alpha_running_std");
  }
}
