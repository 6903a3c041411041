package io.github.tf2torch.write.pt2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Layout;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.model.target.nn.BatchNorm1d;
import io.github.tf2torch.model.target.nn.Linear;
import io.github.tf2torch.problem.UnsupportedOperation;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorSource;
import io.github.tf2torch.write.pass.WritePass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive as {@code torch/export/pt2_archive} of PyTorch 2.13 lays it out. */
class Pt2WriterTest {
  /** Element {@code i} of any variable is the byte {@code i}. */
  private static final TensorSource COUNTING =
      (name, offset, target) -> {
        for (long i = offset; target.hasRemaining(); i++) {
          target.put((byte) i);
        }
      };

  @TempDir Path folder;

  private static Expr called(String path, String argument) {
    return new Expr.ModuleCall(path, List.of(Expr.local(argument)));
  }

  private static TorchModel model(List<Dims> inputs, List<Statement> body) {
    List<TorchModel.Input> given = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      Endpoint source = new Endpoint("x" + i, 0);
      Layout layout = Layout.tensorflow(inputs.get(i).rank());
      given.add(
          new TorchModel.Input("x" + i, "x" + i, source, DType.FLOAT32, inputs.get(i), layout));
    }
    TensorExpr shared = new TensorExpr.Stored("w", DType.FLOAT32, Shape.of(3, 3));
    List<TorchModel.Tensor> tensors = new ArrayList<>();
    tensors.add(new TorchModel.Tensor("in.weight", TorchModel.Kind.PARAMETER, shared));
    tensors.add(new TorchModel.Tensor("norm.weight", TorchModel.Kind.PARAMETER, row("gamma")));
    tensors.add(new TorchModel.Tensor("norm.bias", TorchModel.Kind.PARAMETER, row("beta")));
    tensors.add(new TorchModel.Tensor("norm.running_mean", TorchModel.Kind.BUFFER, row("mean")));
    tensors.add(new TorchModel.Tensor("norm.running_var", TorchModel.Kind.BUFFER, row("var")));
    tensors.add(
        new TorchModel.Tensor(
            "norm.num_batches_tracked",
            TorchModel.Kind.BUFFER,
            new TensorExpr.Fill(DType.INT64, Shape.of(), 0)));
    tensors.add(new TorchModel.Tensor("out.weight", TorchModel.Kind.PARAMETER, shared));
    Linear linear = new Linear(3, 3, false, DType.FLOAT32);
    return new TorchModel(
        "Model",
        given,
        List.of(
            new TorchModel.Instance("in", linear),
            new TorchModel.Instance("norm", new BatchNorm1d(3, 1e-3f, 0.01f, DType.FLOAT32)),
            new TorchModel.Instance("out", linear)),
        tensors,
        body,
        List.of(
            new TorchModel.Output(
                "y",
                "y",
                new Endpoint("y", 0),
                DType.FLOAT32,
                Dims.of(-1, 3),
                Layout.tensorflow(2))),
        List.of());
  }

  private static TensorExpr row(String name) {
    return new TensorExpr.Stored(name, DType.FLOAT32, Shape.of(3));
  }

  private static TorchModel chain() {
    return model(
        List.of(Dims.of(-1, 3)),
        List.of(
            new Statement.Assign("a", called("in", "x0")),
            new Statement.Assign("b", called("norm", "a")),
            new Statement.Assign("y", called("out", "b"))));
  }

  private Path written(TorchModel model, String name) throws IOException {
    Path file = folder.resolve(name);
    WritePass pass = new WritePass(WritePass.Options.defaults());
    pass.run(List.of(Pt2Writer.archive(model, file).plan()), COUNTING);
    return file;
  }

  private JsonNode json(Path file, String entry) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      return new ObjectMapper().readTree(zip.getInputStream(zip.getEntry(entry)));
    }
  }

  private JsonNode program(TorchModel model) throws IOException {
    return json(written(model, "model.pt2"), "model/models/model.json");
  }

  @Test
  void parametersComeBeforeBuffersAndInputsLast() throws IOException {
    JsonNode specs = program(chain()).at("/graph_module/signature/input_specs");

    assertThat(specs).hasSize(8);
    assertThat(specs.at("/0/parameter/parameter_name").asText()).isEqualTo("in.weight");
    assertThat(specs.at("/3/parameter/parameter_name").asText()).isEqualTo("out.weight");
    assertThat(specs.at("/6/buffer/buffer_name").asText()).isEqualTo("norm.num_batches_tracked");
    assertThat(specs.at("/7/user_input/arg/as_tensor/name").asText()).isEqualTo("x0");
  }

  @Test
  void batchNormIsInEvalFormAndSaysSo() throws IOException {
    JsonNode nodes = program(chain()).at("/graph_module/graph/nodes");

    assertThat(nodes.findValuesAsText("target"))
        .containsExactly(
            "torch.ops.aten.linear.default",
            "torch.ops.aten.batch_norm.default",
            "torch.ops.aten.linear.default");
    assertThat(nodes.at("/1/inputs/5/arg/as_bool").asBoolean(true)).isFalse();
    assertThat(Pt2Writer.archive(chain(), folder.resolve("other")).notes())
        .containsExactly(
            "model.pt2 computes as in eval(); to train, take model.py or model.torchscript.pt");
  }

  @Test
  void nodesKnowTheModulesThatTheyAreMadeIn() throws IOException {
    JsonNode module = program(chain()).get("graph_module");

    assertThat(module.at("/graph/nodes/1/metadata/nn_module_stack").asText())
        .isEqualTo(
            "L__self__,,model.Model;L__self__norm,norm,torch.nn.modules.batchnorm.BatchNorm1d");
    assertThat(module.get("module_call_graph").findValuesAsText("fqn"))
        .containsExactly("", "in", "norm", "out");
  }

  @Test
  void secondCallOfAModuleHasAStackOfItsOwn() throws IOException {
    TorchModel twice =
        model(
            List.of(Dims.of(-1, 3)),
            List.of(
                new Statement.Assign("a", called("in", "x0")),
                new Statement.Assign("y", called("in", "a"))));

    assertThat(program(twice).at("/graph_module/graph/nodes").findValuesAsText("nn_module_stack"))
        .containsExactly(
            "L__self__,,model.Model;L__self__in,in,torch.nn.modules.linear.Linear",
            "L__self__,,model.Model;L__self__in@1,in,torch.nn.modules.linear.Linear");
  }

  /** What {@code torch.load} makes of them is held by {@code check_pt2.py}. */
  @Test
  void exampleInputsAreSmallWhateverTheirShape() throws IOException {
    TorchModel wide =
        model(List.of(Dims.of(-1, 1 << 20)), List.of(new Statement.Assign("y", Expr.local("x0"))));
    try (ZipFile zip = new ZipFile(written(wide, "wide.pt2").toFile())) {
      assertThat(zip.getEntry("model/data/sample_inputs/model.pt").getSize())
          .isBetween(500L, 2000L);
    }
  }

  @Test
  void argumentByNameIsAKeyword() throws IOException {
    Expr tanh = new Expr.Keyword("approximate", new Expr.TextLiteral("tanh"));
    JsonNode program =
        program(
            model(
                List.of(Dims.of(-1, 3)),
                List.of(new Statement.Assign("y", Expr.aten("gelu", Expr.local("x0"), tanh)))));

    assertThat(program.at("/graph_module/graph/nodes/0/inputs/1"))
        .hasToString("{\"name\":\"approximate\",\"arg\":{\"as_string\":\"tanh\"},\"kind\":2}");
  }

  @Test
  void batchIsFreeFromOneOn() throws IOException {
    JsonNode program = program(chain());

    assertThat(program.get("range_constraints").toString())
        .isEqualTo("{\"s0\":{\"min_val\":1,\"max_val\":null}}");
    assertThat(program.at("/graph_module/graph/tensor_values/linear/sizes/0/as_expr/expr_str"))
        .hasToString("\"Symbol('s0', positive=True, integer=True)\"");
    assertThat(program.at("/graph_module/graph/tensor_values/linear/sizes/1/as_int").asInt())
        .isEqualTo(3);
  }

  @Test
  void sharedWeightIsStoredOnce() throws IOException {
    Path file = written(chain(), "tied.pt2");
    JsonNode config = json(file, "model/data/weights/model_weights_config.json").get("config");

    assertThat(config.at("/out.weight/path_name")).isEqualTo(config.at("/in.weight/path_name"));
    assertThat(config.at("/norm.num_batches_tracked/tensor_meta/dtype").asInt()).isEqualTo(5);
    assertThat(config.at("/norm.num_batches_tracked/tensor_meta/sizes")).isEmpty();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      assertThat(zip.stream().filter(e -> e.getName().contains("/weight_"))).hasSize(6);
      assertThat(zip.getEntry("model/data/weights/weight_0").getSize()).isEqualTo(36);
    }
  }

  @Test
  void extentsThatMeetAreOneSymbolAndACallChecksIt() throws IOException {
    JsonNode program =
        program(
            model(
                List.of(Dims.of(-1, 3), Dims.of(-1, 3)),
                List.of(
                    new Statement.Assign(
                        "y", Expr.aten("add", Expr.local("x0"), Expr.local("x1"))))));

    assertThat(program.get("range_constraints")).hasSize(1);
    assertThat(program.get("guards_code").toString())
        .isEqualTo("[\"L['x1'].size()[0] == L['x0'].size()[0]\"]");
  }

  @Test
  void extentThatTheComputationFixesIsNamed() {
    TorchModel model =
        model(
            List.of(Dims.of(-1, 3)),
            List.of(
                new Statement.Assign(
                    "y", Expr.aten("reshape", Expr.local("x0"), Expr.ints(List.of(1, 3, 4))))));

    assertThat(Pt2Writer.archive(model, folder.resolve("fixed")).notes())
        .contains(
            "model.pt2 takes input \"x0\" with 4 in dimension 0 alone, which its computation asks"
                + " for");
  }

  @Test
  void operatorWithoutASchemaIsNamed() {
    TorchModel model =
        model(
            List.of(Dims.of(-1, 3)),
            List.of(new Statement.Assign("y", Expr.aten("frobnicate", Expr.local("x0")))));

    assertThatThrownBy(() -> Pt2Writer.archive(model, folder.resolve("refused")))
        .isInstanceOf(UnsupportedOperation.class)
        .hasMessage("frobnicate is not among the operators that model.pt2 is written with");
  }

  @Test
  void bytesRepeat() throws IOException {
    assertThat(Files.readAllBytes(written(chain(), "first.pt2")))
        .isEqualTo(Files.readAllBytes(written(chain(), "second.pt2")));
  }
}
