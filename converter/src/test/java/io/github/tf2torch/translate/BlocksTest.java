package io.github.tf2torch.translate;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.write.python.PythonWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Classes of model.py for what stands under one name in TensorFlow. */
class BlocksTest {
  @Test
  void gatedBlocksOfTwoWidthsAreOneClass() {
    GraphBuilder graph = new GraphBuilder().input("x", -1, 8, 8, 3).ints("axes", 1, 2);
    gated(graph, "block1", "x", 3, 5);
    gated(graph, "block2", "block1/gated", 5, 7);
    assertThat(lines(graph.translate("block2/gated")))
        .containsOnlyOnce("y = x.mean((2, 3), keepdim=True)")
        .contains("return x * y")
        .contains("block1=Block(in_channels=3, out_channels=5),  # (N, 5, 8, 8)")
        .contains("block2=Block(in_channels=5, out_channels=7),");
  }

  @Test
  void whatALaterBlockTakesFromAnEarlierValueDoesNotPartTheBlockBefore() {
    GraphBuilder graph = new GraphBuilder().input("x", -1, 8, 8, 3);
    conv(graph, "cell1/left", "x", 3, 4);
    conv(graph, "cell2/projection", "x", 3, 4);
    conv(graph, "cell1/right", "cell1/left", 4, 4);
    conv(graph, "cell2/conv", "cell1/right", 4, 4);
    graph.op("sum", "AddV2", List.of("cell2/projection", "cell2/conv"));
    assertThat(GraphBuilder.body(graph.translate("sum")))
        .containsExactly(
            "y = self.cell1.left(x)",
            "y = self.cell1.right(y)",
            "x = self.cell2.projection(x)",
            "y = self.cell2.conv(y)",
            "x = x + y",
            "return x");
  }

  @Test
  void whatABlockNeedsFromAnotherStaysAmidstIt() {
    GraphBuilder graph = new GraphBuilder().input("x", -1, 8, 8, 3);
    conv(graph, "cell/left", "x", 3, 4);
    conv(graph, "other/conv", "cell/left", 4, 4);
    conv(graph, "cell/right", "other/conv", 4, 4);
    conv(graph, "other/last", "cell/right", 4, 4);
    assertThat(GraphBuilder.body(graph.translate("other/last")))
        .containsExactly(
            "x = self.cell.left(x)",
            "x = self.other.conv(x)",
            "x = self.cell.right(x)",
            "x = self.other.last(x)",
            "return x");
  }

  @Test
  void anActivationBehindTheSumOfABlockIsThatOfTheBlockInWhoseScopeItIs() {
    GraphBuilder graph = new GraphBuilder().input("x", -1, 8, 8, 4);
    String x = "x";
    for (String unit : List.of("net/unit_1", "net/unit_2")) {
      conv(graph, unit + "/conv1", x, 4, 4);
      graph.op(unit + "/conv1/Relu", "Relu", List.of(unit + "/conv1"));
      conv(graph, unit + "/conv2", unit + "/conv1/Relu", 4, 4);
      graph
          .op(unit + "/add", "AddV2", List.of(x, unit + "/conv2"))
          .op(unit + "/Relu", "Relu", List.of(unit + "/add"));
      x = unit + "/Relu";
    }
    Translation translation = graph.translate(x);
    assertThat(lines(translation))
        .containsOnlyOnce("return F.relu(x + y)")
        .contains("unit_1=Unit(),", "unit_2=Unit(),");
    assertThat(translation.model().taps())
        .extracting(TorchModel.Tap::layer)
        .contains("net.unit_2.Relu");
  }

  /** Of feature columns, as Estimators have them: more than a forward should take. */
  @Test
  void aBlockThatWouldTakeTooMuchWithWhatIsComputedForItTakesWhatIsReady() {
    GraphBuilder graph = new GraphBuilder();
    List<String> columns = List.of("a", "b", "c", "d", "e");
    columns.forEach(c -> graph.input(c, -1, 1));
    List<String> all = new ArrayList<>(columns);
    all.add("dnn/axis");
    graph
        .constant("dnn/axis", TensorValue.ofLongs(DType.INT32, Shape.of(), 1))
        .op("dnn/columns", "ConcatV2", all)
        .variable("dnn/hidden/kernel", 5, 3)
        .op("dnn/hidden/MatMul", "MatMul", List.of("dnn/columns", "dnn/hidden/kernel"))
        .op("dnn/Relu", "Relu", List.of("dnn/hidden/MatMul"))
        .variable("dnn/logits/kernel", 3, 2)
        .op("dnn/logits/MatMul", "MatMul", List.of("dnn/Relu", "dnn/logits/kernel"));
    assertThat(lines(graph.translate("dnn/logits/MatMul")))
        .contains("class Dnn(nn.Sequential):", "return self.dnn(x)");
  }

  private static void gated(GraphBuilder graph, String block, String x, long from, long to) {
    conv(graph, block + "/conv", x, from, to);
    graph
        .op(block + "/mean", "Mean", List.of(block + "/conv", "axes"))
        .ints(block + "/wide", -1, 1, 1, to)
        .op(block + "/one", "Reshape", List.of(block + "/mean", block + "/wide"));
    conv(graph, block + "/gate", block + "/one", to, to);
    graph.op(block + "/gated", "Mul", List.of(block + "/conv", block + "/gate"));
  }

  private static void conv(GraphBuilder graph, String name, String x, long from, long to) {
    graph.variable(name + "/kernel", 1, 1, from, to).conv(name, x, name + "/kernel", "SAME", 1);
  }

  private static List<String> lines(Translation translation) {
    return PythonWriter.print(translation.model()).lines().map(String::strip).toList();
  }
}
