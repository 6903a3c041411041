package io.github.tf2torch.translate;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.write.python.PythonWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Classes for what a graph repeats under names of TensorFlow's layers that hold no slash. */
class GraphBlocksTest {
  @Test
  void residualBlocksOfAGraphAreOneClassWithTheirSumAndActivation() {
    Translation translation = residual().translate("block3_out/Relu");
    assertThat(lines(translation))
        .containsOnlyOnce("class Block(nn.Module):")
        .contains("self.conv1 = nn.Conv2d(4, 4, kernel_size=1, bias=False)")
        .contains("return F.relu(x + y)")
        .contains("block1=Block(),")
        .contains("block2=Block(),")
        .contains("block3=Block(),");
  }

  @Test
  void tensorsComeFromTheVariablesThatTheyCameFrom() {
    assertThat(GraphBuilder.recipes(residual().translate("block3_out/Relu")))
        .contains("block1.conv1.weight = block1_conv1/kernel.permute[3, 2, 0, 1]")
        .contains("block3.conv2.weight = block3_conv2/kernel.permute[3, 2, 0, 1]")
        .contains("stem.weight = stem/kernel.permute[3, 2, 0, 1]")
        .hasSize(7);
  }

  @Test
  void whatIsComparedWithTensorFlowGoesByTheNameOfItsBlock() {
    assertThat(residual().translate("block3_out/Relu").model().taps())
        .extracting(t -> t.source().node() + " " + t.layer())
        .contains("block2_conv1/Conv2D block2.conv1")
        .contains("block2_out/Relu block2.out");
  }

  @Test
  void aBlockOfWhichAnotherReadsAMiddleValueIsLeftFlat() {
    GraphBuilder graph = new GraphBuilder().input("x", -1, 8, 8, 4);
    String x = "x";
    for (int i = 1; i <= 3; i++) {
      x = conv(graph, "block" + i + "_conv1", x);
      x = conv(graph, "block" + i + "_conv2", x);
    }
    graph.op("sum/add", "AddV2", List.of("block1_conv1/Conv2D", "block3_conv2/Conv2D"));
    assertThat(keys(graph.translate("sum/add")))
        .contains("block1_conv1.weight", "block3_conv2.weight");
  }

  @Test
  void aNameThatALayerHasIsNotGivenToABlock() {
    GraphBuilder graph = new GraphBuilder().input("x", -1, 8, 8, 4);
    String x = conv(graph, "block2", "x");
    for (int i = 1; i <= 3; i++) {
      x = conv(graph, "block" + i + "_conv1", x);
      x = conv(graph, "block" + i + "_conv2", x);
    }
    assertThat(keys(graph.translate(x)))
        .contains("block2.weight", "block2_conv1.weight", "block2_conv2.weight");
  }

  @Test
  void branchesThatKerasHasCountedStandInTheBlockNamedWhereTheyJoin() {
    GraphBuilder graph = new GraphBuilder().input("x", -1, 8, 8, 4).ints("sum/axis", 3);
    String x = conv(graph, "conv2d", "x");
    for (int i = 0; i < 2; i++) {
      String left = conv(graph, "conv2d_" + (3 * i + 1), x);
      String middle = conv(graph, "conv2d_" + (3 * i + 2), x);
      String right = conv(graph, "conv2d_" + (3 * i + 3), middle);
      graph.op("mixed" + i + "/add", "AddV2", List.of(left, right));
      x = "mixed" + i + "/add";
    }
    Translation translation = graph.translate(x);
    assertThat(keys(translation))
        .contains("conv2d.weight", "mixed0.conv2d.weight", "mixed1.conv2d_2.weight");
    assertThat(lines(translation)).contains("mixed0=Mixed(),", "mixed1=Mixed(),");
  }

  private static GraphBuilder residual() {
    GraphBuilder graph = new GraphBuilder().input("x", -1, 8, 8, 4);
    String x = conv(graph, "stem", "x");
    for (int i = 1; i <= 3; i++) {
      String block = "block" + i;
      String y = conv(graph, block + "_conv1", x);
      graph.op(block + "_relu/Relu", "Relu", List.of(y));
      y = conv(graph, block + "_conv2", block + "_relu/Relu");
      graph.op(block + "_add/add", "AddV2", List.of(x, y));
      graph.op(block + "_out/Relu", "Relu", List.of(block + "_add/add"));
      x = block + "_out/Relu";
    }
    return graph;
  }

  private static String conv(GraphBuilder graph, String name, String x) {
    graph
        .variable(name + "/kernel", 1, 1, 4, 4)
        .conv(name + "/Conv2D", x, name + "/kernel", "SAME", 1);
    return name + "/Conv2D";
  }

  private static List<String> keys(Translation translation) {
    return translation.model().tensors().stream().map(TorchModel.Tensor::name).toList();
  }

  private static List<String> lines(Translation translation) {
    return PythonWriter.print(translation.model()).lines().map(String::strip).toList();
  }
}
