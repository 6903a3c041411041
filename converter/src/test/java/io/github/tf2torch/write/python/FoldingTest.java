package io.github.tf2torch.write.python;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Layout;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.model.target.nn.BatchNorm1d;
import io.github.tf2torch.model.target.nn.Linear;
import io.github.tf2torch.tensor.DType;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One line for a layer, its normalization and its activation, as people write them. */
class FoldingTest {
  private static Statement let(String name, Expr value) {
    return new Statement.Assign(name, value);
  }

  private static Expr call(String path, String argument) {
    return new Expr.ModuleCall(path, List.of(Expr.local(argument)));
  }

  private static List<String> forward(Statement... body) {
    TorchModel model =
        new TorchModel(
            "Model",
            List.of(
                new TorchModel.Input(
                    "x",
                    "x",
                    new Endpoint("x", 0),
                    DType.FLOAT32,
                    Dims.of(-1, 3),
                    Layout.tensorflow(2))),
            List.of(
                new TorchModel.Instance("fc", new Linear(3, 3, false, DType.FLOAT32)),
                new TorchModel.Instance("norm", new BatchNorm1d(3, 1e-3f, 0.01f, DType.FLOAT32))),
            List.of(),
            Arrays.asList(body),
            List.of(
                new TorchModel.Output(
                    "y",
                    "y",
                    new Endpoint("y", 0),
                    DType.FLOAT32,
                    Dims.of(-1, 3),
                    Layout.tensorflow(2))),
            List.of());
    List<String> lines = PythonWriter.print(model).lines().map(String::strip).toList();
    return lines.subList(
        lines.indexOf("def forward(self, x: Tensor) -> Tensor:") + 1, lines.size());
  }

  @Test
  void layerNormalizationAndActivationAreOneLineAndSoAreSumAndActivation() {
    assertThat(
            forward(
                let("a", call("fc", "x")),
                let("b", call("norm", "a")),
                let("c", Expr.aten("relu", Expr.local("b"))),
                let("d", Expr.aten("add", Expr.local("c"), Expr.local("x"))),
                let("y", Expr.aten("relu", Expr.local("d")))))
        .containsExactly("y = F.relu(self.norm(self.fc(x)))", "return F.relu(y + x)");
  }

  @Test
  void valueThatIsReadTwiceKeepsItsLine() {
    assertThat(
            forward(
                let("a", call("fc", "x")),
                let("b", call("norm", "a")),
                let("y", Expr.aten("add", Expr.local("a"), Expr.local("b")))))
        .containsExactly("x = self.fc(x)", "y = self.norm(x)", "return x + y");
  }

  @Test
  void argumentByNameIsPrintedWithIt() {
    Expr tanh = new Expr.Keyword("approximate", new Expr.TextLiteral("tanh"));
    assertThat(
            forward(
                let("a", Expr.aten("add", Expr.local("x"), Expr.local("x"))),
                let("b", call("fc", "a")),
                let("y", Expr.aten("gelu", Expr.local("b"), tanh))))
        .containsExactly("x = x + x", "return F.gelu(self.fc(x), approximate=\"tanh\")");
  }
}
