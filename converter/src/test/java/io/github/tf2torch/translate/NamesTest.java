package io.github.tf2torch.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Role;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.problem.UnsupportedOperation;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NamesTest {
  private static List<String> modules(Translation translation) {
    return translation.model().modules().stream().map(TorchModel.Instance::path).toList();
  }

  private static GraphBuilder images() {
    return new GraphBuilder().input("images", -1, 3, 5, 7);
  }

  @Test
  void aModuleIsNamedAfterWhatItsVariablesShare() {
    assertThat(
            modules(
                images()
                    .variable("block/class/kernel", 1, 1, 7, 7)
                    .variable("block/class/bias", 7)
                    .op(
                        "a",
                        "Conv2D",
                        List.of("images", "block/class/kernel", "block/class/bias"),
                        GraphBuilder.window("SAME", 1))
                    .variable("block/1x1.b/kernel", 1, 1, 7, 7)
                    .conv("b", "a", "block/1x1.b/kernel", "SAME", 1)
                    .variable("type", 1, 1, 7, 7)
                    .conv("c", "b", "type", "SAME", 1)
                    .translate("c")))
        .containsExactly("block.class_", "block._1x1_b", "type_");
  }

  @Test
  void aTensorThatALayerOwnsStandsWhereItsLayerDoes() {
    TensorExpr gamma = new TensorExpr.Stored("block1_scale/gamma", DType.FLOAT32, Shape.of(7));
    TensorExpr unnamed =
        new TensorExpr.Stored("block1_scale/variable_7", DType.FLOAT32, Shape.of(7));
    TensorExpr other = new TensorExpr.Stored("scale/variable_8", DType.FLOAT32, Shape.of(5));
    ModuleNames names =
        ModuleNames.of(
            List.of(),
            List.of(gamma, unnamed, other),
            Map.of(List.of("block1_scale"), List.of("block1", "scale")));
    assertThat(names.attribute(gamma)).isEqualTo("block1.scale.gamma");
    assertThat(names.attribute(unnamed)).isEqualTo("block1.scale.variable");
    assertThat(names.attribute(other)).isEqualTo("scale.variable_8");
  }

  @Test
  void kernelsOfOneLayerAreItsParts() {
    assertThat(
            modules(
                images()
                    .variable("sep/depthwise_kernel", 3, 3, 7, 1)
                    .op(
                        "a",
                        "DepthwiseConv2dNative",
                        List.of("images", "sep/depthwise_kernel"),
                        GraphBuilder.window("SAME", 1))
                    .variable("sep/pointwise_kernel", 1, 1, 7, 11)
                    .conv("b", "a", "sep/pointwise_kernel", "SAME", 1)
                    .translate("b")))
        .containsExactly("sep.depthwise", "sep.pointwise");
  }

  @Test
  void aLeafWithALayerBelowBecomesAContainer() {
    Translation translation =
        images()
            .variable("conv/weights", 1, 1, 7, 11)
            .conv("a", "images", "conv/weights", "SAME", 1)
            .variable("conv/BatchNorm/gamma", 11)
            .variable("conv/BatchNorm/beta", 11)
            .variable("conv/BatchNorm/moving_mean", 11)
            .variable("conv/BatchNorm/moving_variance", 11)
            .op(
                "b",
                "fused.BatchNorm",
                List.of(
                    "a",
                    "conv/BatchNorm/moving_mean",
                    "conv/BatchNorm/moving_variance",
                    "conv/BatchNorm/gamma",
                    "conv/BatchNorm/beta"),
                Map.of(
                    "scale", new Attr.Bool(true),
                    "center", new Attr.Bool(true),
                    "epsilon", new Attr.Float(0.001f),
                    "axis", new Attr.Int(-1),
                    "rank", new Attr.Int(4)))
            .translate("b");
    assertThat(modules(translation)).containsExactly("conv.conv", "conv.BatchNorm");
    assertThat(translation.account().assumed())
        .containsExactly(
            "batch normalization of conv/BatchNorm/moving_mean: momentum 0.99, Keras's default; the"
                + " graph has none");
    assertThat(GraphBuilder.recipes(translation))
        .containsExactly(
            "conv.conv.weight = conv/weights.permute[3, 2, 0, 1]",
            "conv.BatchNorm.weight = conv/BatchNorm/gamma",
            "conv.BatchNorm.bias = conv/BatchNorm/beta",
            "conv.BatchNorm.running_mean = conv/BatchNorm/moving_mean",
            "conv.BatchNorm.running_var = conv/BatchNorm/moving_variance",
            "conv.BatchNorm.num_batches_tracked = fill[0.0]");
    assertThat(translation.model().modules().get(1).module().constructor().toString())
        .contains("name=momentum, value=FloatLiteral[value=0.01]");
  }

  @Test
  void aLayerThatIsCalledTwiceIsOneModule() {
    Translation translation =
        images()
            .variable("conv/kernel", 1, 1, 7, 7)
            .conv("a", "images", "conv/kernel", "SAME", 1)
            .conv("b", "a", "conv/kernel", "SAME", 1)
            .translate("b");
    assertThat(modules(translation)).containsExactly("conv");
    assertThat(GraphBuilder.body(translation))
        .containsExactly("x = self.conv(x)", "x = self.conv(x)", "return x");
  }

  @Test
  void aVariableSharedInTwoFormsIsRefused() {
    assertThatThrownBy(
            () ->
                images()
                    .variable("conv/kernel", 3, 3, 7, 7)
                    .conv("a", "images", "conv/kernel", "SAME", 1)
                    .conv("b", "a", "conv/kernel", "SAME", 2)
                    .translate("b"))
        .isInstanceOf(UnsupportedOperation.class)
        .hasMessageContaining("conv/kernel: conv.weight and conv_1.weight");
  }

  @Test
  void everyVariableIsAccountedFor() {
    Translation translation =
        images()
            .variable("conv/kernel", 1, 1, 7, 7)
            .conv("a", "images", "conv/kernel", "SAME", 1)
            .variable("head/kernel", 7, 2)
            .unread("conv/kernel/Momentum", Role.SLOT, 1, 1, 7, 7)
            .translate("a");
    assertThat(translation.account().unknown()).isEmpty();
    assertThat(translation.account().dropped())
        .containsExactly(
            new Account.Dropped("head/kernel", "not used by signature serving_default"),
            new Account.Dropped("conv/kernel/Momentum", "optimizer slot"));
  }

  @Test
  void allOperationsWithoutARuleAreToldAtOnce() {
    assertThatThrownBy(
            () ->
                images()
                    .op("warp", "Warp", List.of("images"))
                    .op("weft", "Weft", List.of("warp"))
                    .translate("weft"))
        .isInstanceOf(UnsupportedOperation.class)
        .hasMessageContaining("warp (Warp)")
        .hasMessageContaining("weft (Weft)")
        .hasMessageContaining("io.github.tf2torch.rules.OpRule");
  }

  @Test
  void everyTapNamesTensorflowsTensorAndItsPlace() {
    Translation translation =
        images()
            .variable("conv/kernel", 1, 1, 7, 7)
            .conv("a", "images", "conv/kernel", "SAME", 1)
            .op("b", "Relu", List.of("a"))
            .translate("b");
    assertThat(translation.model().taps())
        .extracting(t -> t.source() + " " + t.value() + " " + t.layer())
        .containsExactly("a:0 conv conv", "b:0 relu b");
  }
}
