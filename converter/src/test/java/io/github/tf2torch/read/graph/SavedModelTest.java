package io.github.tf2torch.read.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.source.Role;
import io.github.tf2torch.model.source.Signature;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.problem.BadRequest;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** The models come from {@code savedmodel/make_savedmodels.py}, which says what is in them. */
class SavedModelTest {

  @Test
  void unnamedVariablesOfOneShapeAreToldApartByWhatTheFunctionCaptured() throws IOException {
    try (SavedModel file = open("twins")) {
      TfModel model = file.model(Optional.empty());
      assertThat(model.variables()).extracting(Variable::name).containsExactly("a", "b", "unused");
      assertThat(valueReadBy(model, onlyNode(model.graph(), "Mul"))).containsExactly(10, 20, 30);
      assertThat(valueReadBy(model, onlyNode(model.graph(), "Sub"))).containsExactly(1, 2, 3);
    }
  }

  @Test
  void aKerasWeightUnderTwoKeysIsOneVariable() throws IOException {
    try (SavedModel file = open("keras_export")) {
      TfModel model = file.model(Optional.empty());
      assertThat(model.variables())
          .extracting(Variable::name)
          .containsExactly(
              "sequential/dense/kernel",
              "sequential/dense/bias",
              "sequential/batch_normalization/gamma",
              "sequential/batch_normalization/beta",
              "sequential/batch_normalization/moving_mean",
              "sequential/batch_normalization/moving_variance",
              "sequential/dense_1/kernel",
              "sequential/dense_1/bias");
      assertThat(model.variables()).allMatch(v -> v.aliases().size() == 1);
      assertThat(model.variables().get(4).role()).isEqualTo(Role.STATISTIC);
      for (int i = 0; i < 8; i++) {
        assertThat(floats(model, model.variables().get(i).name())).startsWith(i, i + 0.25f);
      }
      assertThat(model.provenance().writer()).isEqualTo("TensorFlow 2.21.0");
      assertThat(model.graph().nodes()).extracting(Node::op).doesNotContain("NoOp");
    }
  }

  @Test
  void callsAreInlinedIntoBranchesToo() throws IOException {
    try (SavedModel file = open("branches")) {
      TfModel model = file.model(Optional.empty());
      Graph.Function then = model.graph().functions().get("cond_then_branch");
      assertThat(then.body().nodes())
          .extracting(Node::op)
          .contains("Relu", "AssignVariableOp")
          .doesNotContain("PartitionedCall", "StatefulPartitionedCall");
      assertThat(onlyNode(then.body(), "Mean").boolAttr("keep_dims")).isFalse();
      assertThat(then.arguments()).allMatch(a -> then.body().node(a).isPresent());
      assertThat(then.arguments().stream().map(model.handles()::get))
          .contains("bn/moving_mean", "bn/gamma");
      assertThat(model.graph().functions())
          .containsOnlyKeys("cond_then_branch", "cond_else_branch", "while_cond", "while_body");
    }
  }

  @Test
  void resultsOfABranchThatNobodyReadsAreLeftOut() throws IOException {
    try (SavedModel file = open("branches")) {
      Graph graph = file.model(Optional.empty()).graph();
      Graph.Function then = graph.functions().get("cond_then_branch");
      assertThat(then.results()).hasSize(1);
      assertThat(onlyNode(graph, "If").attrs().get("Tout"))
          .hasToString("ListOf[values=[Type[value=FLOAT32]]]");
    }
  }

  @Test
  void outputsAreCountedOverAllOutputArguments() throws IOException {
    try (SavedModel file = open("branches")) {
      TfModel model = file.model(Optional.empty());
      Endpoint right = onlyTensor(model.signature().outputs(), "right").endpoint();
      Map<String, Node> nodes = model.graph().byName();
      while (nodes.get(right.node()).op().equals("Identity")) {
        right = nodes.get(right.node()).input(0);
      }
      assertThat(nodes.get(right.node()).op()).isEqualTo("SplitV");
      assertThat(right.index()).isEqualTo(1);
    }
  }

  @Test
  void aReadAfterAWriteStillWaitsForIt() throws IOException {
    try (SavedModel file = open("branches")) {
      Graph graph = file.model(Optional.empty()).graph();
      Node cast = onlyNode(graph, "Cast");
      Node read = graph.node(cast.input(0).node()).orElseThrow();
      assertThat(read.controlInputs())
          .containsExactly(onlyNode(graph, "AssignAddVariableOp").name());
    }
  }

  @Test
  void nodesComeBeforeTheirUse() throws IOException {
    try (SavedModel file = open("tf1")) {
      Graph graph = file.model(Optional.empty()).graph();
      List<String> order = List.copyOf(graph.byName().keySet());
      for (Node node : graph.nodes()) {
        for (Endpoint input : node.inputs()) {
          boolean isBackEdge = input.node().startsWith("while/NextIteration");
          assertThat(order.indexOf(input.node()) < order.indexOf(node.name()))
              .as(node.name() + " after " + input)
              .isEqualTo(!isBackEdge);
        }
      }
      assertThat(graph.node("while/Less/y").orElseThrow().controlInputs())
          .containsExactly("while/Merge");
    }
  }

  @Test
  void aTf1SaverThatMapsVariablesToOtherNamesIsFollowed() throws IOException {
    try (SavedModel file = open("tf1")) {
      TfModel model = file.model(Optional.empty());
      assertThat(model.handles())
          .containsOnly(
              Map.entry("d/kernel", "d/kernel/ExponentialMovingAverage"),
              Map.entry("d/bias", "d/bias/ExponentialMovingAverage"));
      assertThat(floats(model, "d/bias/ExponentialMovingAverage")).containsOnly(0.80000055f);
      assertThat(model.variables())
          .extracting(v -> v.name() + " " + v.role())
          .contains(
              "d/kernel/ExponentialMovingAverage AVERAGE",
              "d/kernel/Adam_1 SLOT",
              "beta1_power COUNTER");
    }
  }

  @Test
  void signaturesAreSortedAndAnUnknownOneIsAnsweredWithThoseThatExist() throws IOException {
    try (SavedModel file = open("tf1")) {
      assertThat(file.signatures())
          .extracting(Signature::name)
          .containsExactly("score", "serving_default");
      assertThat(file.originalSignature().name()).isEqualTo("serving_default");
      assertThatThrownBy(() -> file.model(Optional.of("predict")))
          .isInstanceOf(BadRequest.class)
          .hasMessageEndingWith(
              ": has no signature \"predict\"; it has: score, serving_default; choose one by --signature");
    }
  }

  @Test
  void theInlinedGraphHasTheModelsNodes() throws IOException {
    try (SavedModel file = open("branches")) {
      GraphDef inlined = file.inlinedGraph();
      assertThat(inlined.getNodeList().stream().map(NodeDef::getName).toList())
          .isEqualTo(List.copyOf(file.model(Optional.empty()).graph().byName().keySet()));
      assertThat(inlined.getLibrary().getFunctionList())
          .extracting(f -> f.getSignature().getName())
          .containsExactly("cond_else_branch", "cond_then_branch", "while_body", "while_cond");
    }
  }

  private static SavedModel open(String name) throws IOException {
    return SavedModel.open(fixture(name));
  }

  static Path fixture(String name) {
    try {
      return Path.of(SavedModelTest.class.getResource("/savedmodel/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static Node onlyNode(Graph graph, String op) {
    List<Node> nodes = graph.nodes().stream().filter(n -> n.op().equals(op)).toList();
    assertThat(nodes).as(op).hasSize(1);
    return nodes.get(0);
  }

  private static Signature.Tensor onlyTensor(List<Signature.Tensor> tensors, String key) {
    return tensors.stream().filter(t -> t.key().equals(key)).findFirst().orElseThrow();
  }

  private static float[] valueReadBy(TfModel model, Node user) throws IOException {
    Node read = model.graph().node(user.input(1).node()).orElseThrow();
    assertThat(read.op()).isEqualTo("ReadVariableOp");
    return floats(model, model.handles().get(read.input(0).node()));
  }

  private static float[] floats(TfModel model, String name) throws IOException {
    Variable variable =
        model.variables().stream().filter(v -> v.name().equals(name)).findFirst().orElseThrow();
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.toIntExact(variable.bytes())).order(ByteOrder.LITTLE_ENDIAN);
    model.tensors().read(name, 0, bytes);
    float[] values = new float[bytes.flip().remaining() / Float.BYTES];
    bytes.asFloatBuffer().get(values);
    return values;
  }
}
