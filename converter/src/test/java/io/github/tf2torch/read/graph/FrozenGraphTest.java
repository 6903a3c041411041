package io.github.tf2torch.read.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.model.source.Role;
import io.github.tf2torch.model.source.Signature;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.problem.UnsupportedFile;
import io.github.tf2torch.tensor.Shape;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;

/** The graphs come from {@code frozen/make_frozen.py}, which says what is in them. */
class FrozenGraphTest {
  /** Every file is mapped, and all but the smallest fields stay there. */
  static final MessageFile.Limits MAPPED = new MessageFile.Limits(0, 8);

  @ParameterizedTest
  @ValueSource(strings = {"net", "loop", "functions", "no_inputs"})
  void textAndBinaryAndMappedFilesAreOneModel(String name) throws IOException {
    TfModel binary = model(name + ".pb");
    TfModel text = model(name + ".pbtxt");
    TfModel mapped;
    try (FrozenGraph file =
        FrozenGraph.open(fixture(name + ".pb"), ReadOptions.defaults(), MAPPED)) {
      mapped = file.model();
    }
    for (TfModel other : List.of(text, mapped)) {
      assertThat(other.graph()).isEqualTo(binary.graph());
      assertThat(other.variables()).isEqualTo(binary.variables());
      assertThat(other.signature()).isEqualTo(binary.signature());
      assertThat(other.handles()).isEqualTo(binary.handles());
      for (Variable variable : binary.variables()) {
        assertThat(bytes(other, variable)).isEqualTo(bytes(binary, variable));
      }
    }
  }

  @Test
  void constantsThatOpsTakeAsWeightsAreVariables() throws IOException {
    TfModel model = model("net.pb");
    assertThat(model.variables())
        .extracting(Variable::name, Variable::shape, Variable::role)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("conv/kernel", Shape.of(2, 3, 1, 4), Role.WEIGHT),
            org.assertj.core.groups.Tuple.tuple("conv/bias", Shape.of(4), Role.WEIGHT),
            org.assertj.core.groups.Tuple.tuple("dense/kernel", Shape.of(120, 7), Role.WEIGHT));
    assertThat(model.handles()).containsEntry("conv/kernel", "conv/kernel");
    assertThat(model.provenance().writer()).isEqualTo("GraphDef version 2474");
  }

  @Test
  void aWeightMayReachItsOpThroughALoopsArguments() throws IOException {
    assertThat(model("functions.pb").variables())
        .filteredOn(v -> v.shape().rank() == 2)
        .extracting(Variable::role)
        .containsExactly(Role.WEIGHT);
  }

  @Test
  void theEndsAreListed() throws IOException {
    TfModel model = model("net.pb");
    assertThat(model.signature().inputs())
        .extracting(Signature.Tensor::key)
        .containsExactly("images");
    assertThat(model.signature().outputs())
        .extracting(Signature.Tensor::key)
        .containsExactly("best", "best:1", "probabilities");
    assertThat(model.assumed())
        .containsExactly(
            "outputs: best:0, best:1, probabilities:0 (what no other node reads; others with"
                + " --graph-outputs)",
            "inputs: images:0 (placeholders that the outputs need; others with --graph-inputs)");
  }

  @Test
  void whatTheUserNamesIsNotAssumed() throws IOException {
    ReadOptions options =
        ends(List.of(new Endpoint("Reshape", 0)), List.of(new Endpoint("best", 1)));
    try (FrozenGraph file = FrozenGraph.open(fixture("net.pb"), options)) {
      TfModel model = file.model();
      assertThat(model.assumed()).isEmpty();
      assertThat(model.graph().nodes()).extracting(Node::op).doesNotContain("Conv2D", "Softmax");
      assertThat(model.variables()).extracting(Variable::name).containsExactly("dense/kernel");
      assertThat(model.signature().inputs().get(0).endpoint().node()).isEqualTo("Reshape");
    }
  }

  @Test
  void aNameThatIsNotThereBringsUpThoseThatAre() throws IOException {
    ReadOptions options =
        ends(
            List.of(),
            List.of(
                new Endpoint("dense/Matmul", 0),
                new Endpoint("best", 7),
                new Endpoint("nothing", 0)));
    try (FrozenGraph file = FrozenGraph.open(fixture("net.pb"), options)) {
      assertThatThrownBy(file::model)
          .isInstanceOf(BadRequest.class)
          .hasMessageEndingWith(
              "net.pb: --graph-outputs: has no node \"dense/Matmul\"; near it are \"dense/MatMul\";"
                  + " no output 7 of \"best\" (TopKV2); no node \"nothing\"; it begins and ends at"
                  + " \"images\", \"unread\", \"best\", \"probabilities\"");
    }
    ReadOptions inputs = ends(List.of(new Endpoint("image", 0)), List.of());
    try (FrozenGraph file = FrozenGraph.open(fixture("net.pb"), inputs)) {
      assertThatThrownBy(file::model)
          .isInstanceOf(BadRequest.class)
          .hasMessageContaining("--graph-inputs: has no node \"image\"; near it are \"images\"");
    }
  }

  @Test
  void aGraphMayTakeNothing() throws IOException {
    TfModel model = model("no_inputs.pb");
    assertThat(model.signature().inputs()).isEmpty();
    assertThat(model.signature().outputs())
        .extracting(Signature.Tensor::key)
        .containsExactly("sum");
    assertThat(model.assumed()).anyMatch(a -> a.startsWith("inputs: none ("));
  }

  @Test
  void loopsInFramesAreKeptAndTheirByProductsAreNoResults() throws IOException {
    TfModel model = model("loop.pb");
    assertThat(model.graph().nodes())
        .extracting(Node::op)
        .contains("Enter", "Merge", "Switch", "LoopCond", "NextIteration", "Exit");
    Node enter =
        model.graph().nodes().stream().filter(n -> n.op().equals("Enter")).findFirst().get();
    assertThat(enter.textAttr("frame_name")).isEqualTo("loop/while_context");
    assertThat(model.signature().outputs()).extracting(Signature.Tensor::key).containsExactly("y");
    assertThat(model.variables()).extracting(Variable::name).containsExactly("w");
  }

  @Test
  void functionsOfLoopsAndChoicesAreKept() throws IOException {
    Graph graph = model("functions.pb").graph();
    Node loop = graph.nodes().stream().filter(n -> n.op().equals("While")).findFirst().get();
    Node choice = graph.nodes().stream().filter(n -> n.op().equals("If")).findFirst().get();
    assertThat(graph.functions())
        .containsOnlyKeys(
            loop.functionAttr("body"),
            loop.functionAttr("cond"),
            choice.functionAttr("then_branch"),
            choice.functionAttr("else_branch"));
    assertThat(graph.functions().get(loop.functionAttr("body")).body().nodes())
        .extracting(Node::op)
        .contains("MatMul", "Tanh");
  }

  @Test
  void aGraphThatStillReadsVariablesIsSaidToBeNotFrozen() throws IOException {
    try (FrozenGraph file = FrozenGraph.open(fixture("unfrozen.pb"), ReadOptions.defaults())) {
      assertThatThrownBy(file::model)
          .isInstanceOf(UnsupportedFile.class)
          .hasMessageContaining(
              "unfrozen.pb: the graph is not frozen: it reads 3 variables, such as \"conv/kernel\"");
    }
  }

  @Test
  void aGraphThatCannotBeRunIsStillOverlooked() throws IOException {
    try (FrozenGraph file = FrozenGraph.open(fixture("unfrozen.pb"), ReadOptions.defaults())) {
      TfModel overview = file.overview();
      assertThat(overview.hasComputation()).isFalse();
      assertThat(overview.problems()).anyMatch(p -> p.contains("the graph is not frozen"));
      assertThat(overview.variables()).extracting(Variable::name).contains("Reshape/shape");
    }
  }

  @Test
  void aSavedModelThatWasFrozenHasItsConstantsAsVariables(@TempDir Path folder) throws IOException {
    TensorInfo.Builder x = TensorInfo.newBuilder().setName("images:0").setDtypeValue(1);
    TensorInfo.Builder y = TensorInfo.newBuilder().setName("probabilities:0").setDtypeValue(1);
    MetaGraphDef.Builder graph =
        MetaGraphDef.newBuilder()
            .setGraphDef(GraphDef.parseFrom(Files.readAllBytes(fixture("net.pb"))))
            .putSignatureDef(
                "serving_default",
                SignatureDef.newBuilder()
                    .putInputs("x", x.build())
                    .putOutputs("y", y.build())
                    .build());
    graph.getMetaInfoDefBuilder().addTags("serve");
    Files.write(
        folder.resolve("saved_model.pb"),
        org.tensorflow.proto.SavedModel.newBuilder().addMetaGraphs(graph).build().toByteArray());
    TfModel frozen = model("net.pb");
    try (SavedModel saved = SavedModel.open(folder)) {
      TfModel model = saved.model();
      assertThat(model.variables()).isEqualTo(frozen.variables());
      assertThat(model.handles()).isEqualTo(frozen.handles());
      for (Variable variable : frozen.variables()) {
        assertThat(bytes(model, variable)).isEqualTo(bytes(frozen, variable));
      }
      assertThat(saved.variables().variables())
          .extracting(Variable::name)
          .contains("conv/kernel", "Reshape/shape");
      assertThat(model.signature().inputs().get(0).dims()).isEmpty();
    }
  }

  @Test
  void aFrozenGraphHasNoSignatures() {
    ReadOptions options = ReadOptions.defaults().withSignature(Optional.of("serving_default"));
    assertThatThrownBy(() -> FrozenGraph.open(fixture("net.pb"), options))
        .isInstanceOf(BadRequest.class)
        .hasMessageEndingWith("no signature \"serving_default\"; name --graph-outputs");
  }

  private static ReadOptions ends(List<Endpoint> inputs, List<Endpoint> outputs) {
    return new ReadOptions(Optional.empty(), Set.of(), OptionalLong.empty(), inputs, outputs);
  }

  private static TfModel model(String name) throws IOException {
    try (FrozenGraph file = FrozenGraph.open(fixture(name), ReadOptions.defaults())) {
      return file.model();
    }
  }

  private static ByteBuffer bytes(TfModel model, Variable variable) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(variable.bytes()));
    model.tensors().read(variable.name(), 0, bytes);
    return bytes.flip();
  }

  static Path fixture(String name) {
    try {
      return Path.of(FrozenGraphTest.class.getResource("/frozen/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aMessageDoesNotRepeatAWholeTensor(@TempDir Path folder) throws IOException {
    Path path = folder.resolve("x.pbtxt");
    String content = "01".repeat(5000);
    Files.writeString(path, "node { unknown: \"%s } }\n".formatted(content));
    assertThatThrownBy(() -> FrozenGraph.open(path, ReadOptions.defaults()))
        .isInstanceOf(DamagedFile.class)
        .hasMessageContaining("line 1, column")
        .extracting(Throwable::getMessage)
        .asString()
        .hasSizeLessThan(400);
  }
}
