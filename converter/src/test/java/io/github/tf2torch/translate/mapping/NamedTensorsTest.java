package io.github.tf2torch.translate.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tf2torch.model.source.Provenance;
import io.github.tf2torch.model.source.Role;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.translate.Account;
import io.github.tf2torch.translate.Translation;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class NamedTensorsTest {
  /** {@code name[2, 3]}, as the tests write variables and tensors. */
  private static Variable variable(String text) {
    String name = text.substring(0, text.indexOf('['));
    String dims = text.substring(text.indexOf('[') + 1, text.indexOf(']'));
    List<Long> extents =
        dims.isEmpty() ? List.of() : Arrays.stream(dims.split(", ")).map(Long::parseLong).toList();
    Role role = name.contains("moving_") ? Role.STATISTIC : Role.WEIGHT;
    return new Variable(name, name, DType.FLOAT32, new Shape(extents), role, List.of());
  }

  static TfModel model(Variable... variables) {
    return TfModel.of(
        new Provenance("model.ckpt", "test", ""),
        List.of(variables),
        List.of(),
        (name, offset, target) -> {},
        List.of());
  }

  private static List<String> translated(String... variables) {
    TfModel model = model(Arrays.stream(variables).map(v -> variable(v)).toArray(Variable[]::new));
    return NamedTensors.translate(model, "Model").model().tensors().stream()
        .map(t -> t.name() + t.recipe().shape())
        .toList();
  }

  static Stream<Arguments> groups() {
    return Stream.of(
        Arguments.of(
            List.of("block1/conv/kernel[2, 3, 5, 7]", "block1/conv/bias[7]"),
            List.of("block1.conv.weight[7, 5, 2, 3]", "block1.conv.bias[7]")),
        Arguments.of(
            List.of("bn/beta[4]", "bn/gamma[4]", "bn/moving_mean[4]", "bn/moving_variance[4]"),
            List.of(
                "bn.weight[4]",
                "bn.bias[4]",
                "bn.running_mean[4]",
                "bn.running_var[4]",
                "bn.num_batches_tracked[]")),
        Arguments.of(
            List.of("net/Conv/weights[2, 3, 5, 7]", "net/Conv/biases[7]"),
            List.of("net.Conv.weight[7, 5, 2, 3]", "net.Conv.bias[7]")),
        Arguments.of(
            List.of("sep/depthwise_weights[2, 3, 5, 7]"), List.of("sep.weight[35, 1, 2, 3]")),
        Arguments.of(
            List.of("dw/kernel[2, 3, 5, 1]", "dw/bias[5]"),
            List.of("dw.weight[5, 1, 2, 3]", "dw.bias[5]")),
        Arguments.of(
            List.of("up/transpose/kernel[2, 3, 5, 7]", "up/transpose/bias[5]"),
            List.of("up.transpose.weight[7, 5, 2, 3]", "up.transpose.bias[5]")),
        Arguments.of(List.of("mlp/linear_0/w[3, 4]"), List.of("mlp.linear_0.weight[4, 3]")),
        Arguments.of(
            List.of("bert/embeddings/word_embeddings[9, 4]"),
            List.of("bert.embeddings.word_embeddings.weight[9, 4]")),
        Arguments.of(
            List.of("rnn/basic_lstm_cell/bias[8]", "rnn/basic_lstm_cell/kernel[5, 8]"),
            List.of(
                "rnn.basic_lstm_cell.weight_ih_l0[8, 3]",
                "rnn.basic_lstm_cell.weight_hh_l0[8, 2]",
                "rnn.basic_lstm_cell.bias_ih_l0[8]",
                "rnn.basic_lstm_cell.bias_hh_l0[8]")),
        Arguments.of(
            List.of("cls/output_bias[9]", "for/3d[2]"),
            List.of("cls.output_bias[9]", "for_._3d[2]")),
        Arguments.of(
            List.of("a/kernel[2, 3]", "a/gamma[3]", "a/beta[3]"),
            List.of("a.norm.weight[3]", "a.norm.bias[3]", "a.linear.weight[3, 2]")));
  }

  @ParameterizedTest
  @MethodSource("groups")
  void variablesThatNamesMakeALayerOfAreHeldAsPyTorchHoldsThem(
      List<String> variables, List<String> tensors) {
    assertThat(translated(variables.toArray(String[]::new))).isEqualTo(tensors);
  }

  @Test
  void numbersInNamesCountAsPeopleCount() {
    assertThat(translated("layer_10/w[2, 3]", "layer_2/w[2, 3]"))
        .containsExactly("layer_2.weight[3, 2]", "layer_10.weight[3, 2]");
  }

  @Test
  void rowsBehindAnImageAreCountedChannelsFirstAndSaidSo() {
    Translation translation =
        NamedTensors.translate(
            model(variable("conv1/kernel[3, 3, 2, 5]"), variable("fc/kernel[80, 7]")), "Model");
    TorchModel.Tensor matrix = translation.model().tensors().get(1);
    assertThat(matrix.recipe().describe())
        .isEqualTo(
            "fc/kernel.reshape[4, 4, 5, 7].permute[2, 0, 1, 3].reshape[80, 7].permute[1, 0]");
    assertThat(translation.account().assumed().get(1))
        .contains("linear behind a flattened image taken as 4×4×5");
  }

  @Test
  void rowsOfAnImageThatCannotBeSquareStayAndAreSaidToStay() {
    Translation translation =
        NamedTensors.translate(
            model(variable("conv1/kernel[3, 3, 2, 5]"), variable("fc/kernel[60, 7]")), "Model");
    assertThat(translation.model().tensors().get(1).recipe().describe())
        .isEqualTo("fc/kernel.permute[1, 0]");
    assertThat(translation.account().assumed().get(1)).contains("rows in TensorFlow's order");
  }

  @Test
  void whatIsNoWeightIsDroppedWithTheReason() {
    Variable step =
        new Variable("global_step", "", DType.INT64, Shape.of(), Role.COUNTER, List.of());
    Variable slot = new Variable("w/Adam", "", DType.FLOAT32, Shape.of(2), Role.SLOT, List.of());
    Translation translation = NamedTensors.translate(model(variable("w[2]"), step, slot), "Model");
    assertThat(translation.account().dropped())
        .containsExactly(
            new Account.Dropped("global_step", "step counter"),
            new Account.Dropped("w/Adam", "optimizer slot"));
    assertThat(translation.model().computes()).isFalse();
  }

  @Test
  void aSourceWithoutWeightsIsRefused() {
    Variable step =
        new Variable("global_step", "", DType.INT64, Shape.of(), Role.COUNTER, List.of());
    assertThatThrownBy(() -> NamedTensors.translate(model(step), "Model"))
        .isInstanceOf(BadRequest.class)
        .hasMessageContaining("model.ckpt: holds no weights")
        .hasMessageContaining("--raw");
  }
}
