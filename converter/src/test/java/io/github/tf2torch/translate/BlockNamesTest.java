package io.github.tf2torch.translate;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Layer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Blocks that names of layers tell of, as keras.applications spells them. */
class BlockNamesTest {
  @Test
  void layersWithoutWeightsUnderNamesOfKerasStandInTheirBlock() {
    assertThat(
            BlockNames.of(
                model(
                    conv("stem"),
                    conv("expanded_conv_1_expand", "stem"),
                    plain("re_lu_2", "expanded_conv_1_expand"),
                    conv("expanded_conv_1_project", "re_lu_2"),
                    plain("add", "expanded_conv_1_project", "stem"),
                    conv("expanded_conv_2_expand", "add"),
                    plain("re_lu_3", "expanded_conv_2_expand"),
                    conv("expanded_conv_2_project", "re_lu_3"),
                    conv("expanded_conv_3_expand", "expanded_conv_2_project"),
                    plain("re_lu_4", "expanded_conv_3_expand"),
                    conv("expanded_conv_3_project", "re_lu_4"))))
        .containsEntry("expanded_conv_1_expand", List.of("expanded_conv_1", "expand"))
        .containsEntry("re_lu_2", List.of("expanded_conv_1", "re_lu_2"))
        .containsEntry("expanded_conv_2_project", List.of("expanded_conv_2", "project"))
        .doesNotContainKeys("stem", "add");
  }

  @Test
  void aBlockMayBeNamedAtTheEnd() {
    assertThat(
            BlockNames.of(
                model(
                    conv("stem"),
                    conv("separable_conv_1_normal_left1_0", "stem"),
                    plain("activation_1", "separable_conv_1_normal_left1_0"),
                    conv("separable_conv_2_normal_left1_0", "activation_1"),
                    conv("separable_conv_1_normal_left1_1", "separable_conv_2_normal_left1_0"),
                    plain("activation_2", "separable_conv_1_normal_left1_1"),
                    conv("separable_conv_2_normal_left1_1", "activation_2"),
                    conv("separable_conv_1_normal_left1_2", "separable_conv_2_normal_left1_1"),
                    plain("activation_3", "separable_conv_1_normal_left1_2"),
                    conv("separable_conv_2_normal_left1_2", "activation_3"))))
        .containsEntry(
            "separable_conv_1_normal_left1_0", List.of("normal_left1_0", "separable_conv_1"))
        .containsEntry(
            "separable_conv_2_normal_left1_1", List.of("normal_left1_1", "separable_conv_2"))
        .doesNotContainKey("stem");
  }

  @Test
  void whatALayerOutsideReadsMidwayIsNoBlock() {
    assertThat(
            BlockNames.of(
                model(
                    conv("block1_a"),
                    plain("re_lu", "block1_a"),
                    conv("block1_b", "re_lu"),
                    conv("block2_a", "block1_b"),
                    plain("re_lu_1", "block2_a"),
                    conv("block2_b", "re_lu_1"),
                    conv("block3_a", "block2_b"),
                    plain("re_lu_2", "block3_a"),
                    conv("block3_b", "re_lu_2"),
                    plain("add", "block3_b", "re_lu"))))
        .isEmpty();
  }

  private static Layer conv(String name, String... inputs) {
    return layer("Conv2D", name, List.of(name + "/kernel"), inputs);
  }

  private static Layer plain(String name, String... inputs) {
    return layer("Activation", name, List.of(), inputs);
  }

  private static Layer layer(String className, String name, List<String> weights, String... from) {
    List<Layer.Tensor> inputs = Arrays.stream(from).map(f -> new Layer.Tensor(f, 0, 0)).toList();
    Config none = new Config.Fields(Map.of());
    return new Layer(
        className, name, none, List.of(new Layer.Call(inputs, none)), weights, List.of());
  }

  /** The last one's output is the model's. */
  private static Layer model(Layer... layers) {
    Config last = new Config.Text(layers[layers.length - 1].name());
    Config output = new Config.Items(List.of(last, new Config.Whole(0), new Config.Whole(0)));
    Config config = new Config.Fields(Map.of("output_layers", new Config.Items(List.of(output))));
    return new Layer("Functional", "model", config, List.of(), List.of(), List.of(layers));
  }
}
