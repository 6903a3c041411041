package io.github.tf2torch.read.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.problem.Problem;
import io.github.tf2torch.problem.UnsupportedFile;
import io.github.tf2torch.read.BoundedReading;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/** Files called {@code .pb} that are no graph, or one that no TensorFlow wrote. */
class HostileGraphTest {
  /** Lets {@link BoundedReading} pass 76 MB more, for what functions may be blown up to. */
  private static final long INLINED = 200_000;

  @TempDir Path folder;

  static Stream<Arguments> files() throws IOException {
    byte[] net = Files.readAllBytes(FrozenGraphTest.fixture("net.pb"));
    byte[] badName = NodeDef.newBuilder().setName("n").setOp("Op").build().toByteArray();
    badName[2] = (byte) 0xff;
    byte[] random = new byte[3000];
    new Random(5).nextBytes(random);
    byte[] saved = Files.readAllBytes(SavedModelTest.fixture("twins/saved_model.pb"));
    byte[] meta = org.tensorflow.proto.SavedModel.parseFrom(saved).getMetaGraphs(0).toByteArray();
    return Stream.of(
        file("empty", new byte[0], DamagedFile.class, "is an empty file; the download"),
        file("truncated", Arrays.copyOf(net, 3000), DamagedFile.class, "3000 bytes that are no"),
        file("random", random, DamagedFile.class, "3000 bytes that are no GraphDef (at 0x"),
        file("zeros", new byte[100], DamagedFile.class, "(at 0x0: field number 0)"),
        file(
            "web page",
            "<!DOCTYPE html><html><body>404</body></html>",
            DamagedFile.class,
            "is a web page; the download fetched a page"),
        file(
            "pointer",
            "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n",
            DamagedFile.class,
            "is a Git LFS pointer, not the file itself; run \"git lfs pull\""),
        file("zip", "PK\3\4....", DamagedFile.class, "is a zip archive; unpack it first"),
        file("saved model", saved, UnsupportedFile.class, "is the saved_model.pb of a SavedModel"),
        file("meta graph", meta, UnsupportedFile.class, "is the .meta of a checkpoint"),
        file(
            "label map",
            "item {\n  id: 1\n  name: 'cat'\n}\n",
            UnsupportedFile.class,
            "is text of another message than GraphDef: its first field is \"item\""),
        file(
            "checkpoint state",
            "model_checkpoint_path: \"model.ckpt-1\"\n",
            UnsupportedFile.class,
            "its first field is \"model_checkpoint_path\""),
        file(
            "broken text",
            "node {\n  name: \"a\"\n  op: \"Const\"\n  attr {",
            DamagedFile.class,
            "line 4, column 9: no text of a GraphDef"),
        file(
            "text with an unknown field",
            "node {\n  name: \"a\"\n  operation: \"Const\"\n}",
            DamagedFile.class,
            "line 3, column 3: no text of a GraphDef"),
        file(
            "text in Latin-1",
            new byte[] {'n', 'o', 'd', 'e', '{', '#', (byte) 0xe4, '\n', '}'},
            DamagedFile.class,
            "text that is not in UTF-8"),
        file(
            "text nested for ever",
            "node{name:'a' op:'A' attr{key:'a' value{func{" + "attr{value{func{".repeat(50_000),
            DamagedFile.class,
            "no text of a GraphDef"),
        file("prose", "Hello, this is no graph.", DamagedFile.class, "that are no GraphDef (at 0x"),
        file(
            "another program's message",
            new byte[] {8, 7, 26, 4, 'o', 'n', 'n', 'x'},
            UnsupportedFile.class,
            "a protocol buffer, but no GraphDef"),
        file("a name that is no text", nested(badName), DamagedFile.class, "(at 0x2, in node: "));
  }

  private static Arguments file(
      String what, byte[] bytes, Class<? extends Problem> kind, String says) {
    return Arguments.of(what, bytes, kind, says);
  }

  private static Arguments file(
      String what, String text, Class<? extends Problem> kind, String says) {
    return file(what, text.getBytes(StandardCharsets.UTF_8), kind, says);
  }

  private static byte[] nested(byte[] node) {
    byte[] graph = new byte[node.length + 2];
    graph[0] = 10;
    graph[1] = (byte) node.length;
    System.arraycopy(node, 0, graph, 2, node.length);
    return graph;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("files")
  void whatIsNoGraphIsSaidToBeWhatItIs(
      String what, byte[] bytes, Class<? extends Problem> kind, String says) throws IOException {
    Path path = Files.write(folder.resolve("model.pb"), bytes);
    assertThat(FrozenGraph.recognises(path)).isTrue();
    assertThatThrownBy(() -> FrozenGraph.open(path, ReadOptions.defaults()))
        .isInstanceOf(kind)
        .hasMessageStartingWith(path + ": ")
        .hasMessageContaining(says);
  }

  static Stream<Arguments> graphs() {
    TensorProto.Builder floats = TensorProto.newBuilder().setDtype(DataType.DT_FLOAT);
    return Stream.of(
        graph("2^40 elements", holding(shaped(floats, 1L << 40)), DamagedFile.class, "larger than"),
        graph(
            "2^64 elements",
            holding(shaped(floats, 1L << 32, 1L << 32)),
            DamagedFile.class,
            "larger than"),
        graph(
            "2^30 elements, filled",
            holding(shaped(floats, 1L << 28).addFloatVal(1)),
            UnsupportedFile.class,
            "of 1073741824 bytes, filled from a message of"),
        graph(
            "2^25 texts",
            holding(shaped(TensorProto.newBuilder().setDtype(DataType.DT_STRING), 1L << 25)),
            UnsupportedFile.class,
            "filled from a message of"),
        graph("negative", holding(shaped(floats, -4)), DamagedFile.class, "has shape [-4]"),
        graph(
            "contents of another size",
            holding(
                shaped(floats, 3)
                    .setTensorContent(com.google.protobuf.ByteString.copyFrom(new byte[8]))),
            DamagedFile.class,
            "constant \"c\" holds 8 bytes, expected 12"),
        graph(
            "a circle",
            GraphDef.newBuilder()
                .addNode(node("a", "Neg", "b"))
                .addNode(node("b", "Neg", "a"))
                .addNode(node("c", "Neg", "b")),
            DamagedFile.class,
            "in a circle through node \"a\""),
        graph(
            "nothing but a circle",
            GraphDef.newBuilder().addNode(node("a", "Neg", "b")).addNode(node("b", "Neg", "a")),
            UnsupportedFile.class,
            "nothing in this graph is a result"),
        graph(
            "two of one name",
            GraphDef.newBuilder().addNode(node("a", "NoOp")).addNode(node("a", "Neg", "a")),
            DamagedFile.class,
            "two nodes are named \"a\""),
        graph(
            "a node that is not there",
            GraphDef.newBuilder().addNode(node("a", "Neg", "b")),
            DamagedFile.class,
            "names \"b\", but has no such node"),
        graph(
            "an output that is none",
            GraphDef.newBuilder().addNode(node("a", "Neg", "b:x")),
            DamagedFile.class,
            "names \"b:x\""),
        graph(
            "2^40 outputs",
            GraphDef.newBuilder()
                .addNode(
                    node("a", "Split", "b", "b")
                        .putAttr("num_split", AttrValue.newBuilder().setI(1L << 40).build())),
            DamagedFile.class,
            "has num_split = 1099511627776 outputs"),
        graph(
            "a function that calls itself",
            calls("f", function("f", node("g", "PartitionedCall").putAttr("f", named("f")))),
            UnsupportedFile.class,
            "function \"f\" calls itself"),
        graph(
            "a branch that holds itself",
            calls(
                "f",
                function(
                    "f",
                    node("g", "If", "g")
                        .putAttr("then_branch", named("f"))
                        .putAttr("else_branch", named("f")))),
            UnsupportedFile.class,
            "function \"f\" calls itself"),
        graph("a long chain", chain(3000, 1), UnsupportedFile.class, "more than 200 deep"),
        graph("2^60 nodes", chain(60, 2), UnsupportedFile.class, "make more than"),
        graph("2^60 branches", branches(60), UnsupportedFile.class, "make more than"),
        graph("a call of its own result", ownResult(), DamagedFile.class, "runs in a circle"),
        graph(
            "a function that is not there",
            GraphDef.newBuilder()
                .addNode(node("a", "PartitionedCall").putAttr("f", named("nowhere"))),
            DamagedFile.class,
            "calls function \"nowhere\", which the graph's library lacks"),
        graph(
            "too few arguments",
            calls("f", function("f").setSignature(signature("f").addInputArg(arg("x")))),
            DamagedFile.class,
            "passes 0 values to function \"f\", which takes 1"));
  }

  private static Arguments graph(
      String what, GraphDef.Builder graph, Class<? extends Problem> kind, String says) {
    return Arguments.of(what, graph.build(), kind, says);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("graphs")
  void whatAGraphMayNotBeIsRefusedInLittleMemory(
      String what, GraphDef graph, Class<? extends Problem> kind, String says) throws Exception {
    byte[] bytes = graph.toByteArray();
    Path path = Files.write(folder.resolve("model.pb"), bytes);
    BoundedReading.of(bytes.length + INLINED, () -> refuse(path, kind, says));
  }

  private static void refuse(Path path, Class<? extends Problem> kind, String says)
      throws IOException {
    try (FrozenGraph file = FrozenGraph.open(path, ReadOptions.defaults())) {
      assertThatThrownBy(file::model)
          .isInstanceOf(kind)
          .hasMessageStartingWith(path + ": ")
          .hasMessageContaining(says);
    }
  }

  @Test
  void aFileThatEndsTooEarlyIsReadOrRefused() throws IOException {
    byte[] whole = Files.readAllBytes(FrozenGraphTest.fixture("functions.pb"));
    Path path = folder.resolve("model.pb");
    for (int length = 0; length < whole.length; length += 7) {
      Files.write(path, Arrays.copyOf(whole, length));
      try (FrozenGraph file = FrozenGraph.open(path, ReadOptions.defaults())) {
        file.variables();
        file.model();
      } catch (Problem expected) {
        assertThat(expected).hasMessageStartingWith(path + ": ");
      }
    }
  }

  @Test
  void aConstantThatCannotBeReadLeavesItsNeighbours() throws IOException {
    TensorProto.Builder floats = TensorProto.newBuilder().setDtype(DataType.DT_FLOAT);
    GraphDef.Builder graph = holding(shaped(floats.clone(), 1L << 40));
    graph.addNode(constant("good", shaped(floats.clone(), 2)));
    Path path = Files.write(folder.resolve("model.pb"), graph.build().toByteArray());
    try (FrozenGraph file = FrozenGraph.open(path, ReadOptions.defaults())) {
      assertThat(file.variables().variables()).extracting(v -> v.name()).containsExactly("good");
      assertThat(file.variables().problems())
          .anyMatch(p -> p.startsWith("constant \"c\" of shape [1099511627776] is larger"));
    }
  }

  @Test
  void aFileThatIsCutOffWhileItIsReadIsSaidToBe() throws IOException {
    byte[] whole = Files.readAllBytes(FrozenGraphTest.fixture("net.pb"));
    Path path = Files.write(folder.resolve("model.pb"), whole);
    try (FrozenGraph file =
        FrozenGraph.open(path, ReadOptions.defaults(), FrozenGraphTest.MAPPED)) {
      Files.write(path, new byte[0]);
      assertThatThrownBy(
              () -> file.model().tensors().read("dense/kernel", 0, java.nio.ByteBuffer.allocate(4)))
          .isInstanceOf(DamagedFile.class)
          .hasMessageContaining("model.pb: has 0 bytes and had 5807 when it was opened");
    }
  }

  private static GraphDef.Builder holding(TensorProto.Builder value) {
    return GraphDef.newBuilder()
        .addNode(constant("c", value))
        .addNode(
            node("out", "Identity", "c")
                .putAttr("T", AttrValue.newBuilder().setType(value.getDtype()).build()));
  }

  private static NodeDef.Builder constant(String name, TensorProto.Builder value) {
    return node(name, "Const")
        .putAttr("dtype", AttrValue.newBuilder().setType(value.getDtype()).build())
        .putAttr("value", AttrValue.newBuilder().setTensor(value).build());
  }

  private static TensorProto.Builder shaped(TensorProto.Builder proto, long... dims) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long dim : dims) {
      shape.addDimBuilder().setSize(dim);
    }
    return proto.setTensorShape(shape);
  }

  private static NodeDef.Builder node(String name, String op, String... inputs) {
    AttrValue type = AttrValue.newBuilder().setType(DataType.DT_FLOAT).build();
    AttrValue types =
        AttrValue.newBuilder()
            .setList(AttrValue.ListValue.newBuilder().addType(DataType.DT_FLOAT))
            .build();
    return NodeDef.newBuilder()
        .setName(name)
        .setOp(op)
        .addAllInput(Arrays.asList(inputs))
        .putAttr("T", type)
        .putAttr("Tout", types);
  }

  private static AttrValue named(String function) {
    return AttrValue.newBuilder().setFunc(NameAttrList.newBuilder().setName(function)).build();
  }

  private static OpDef.Builder signature(String name) {
    return OpDef.newBuilder().setName(name);
  }

  private static OpDef.ArgDef arg(String name) {
    return OpDef.ArgDef.newBuilder().setName(name).setType(DataType.DT_FLOAT).build();
  }

  private static FunctionDef.Builder function(String name, NodeDef.Builder... nodes) {
    FunctionDef.Builder function = FunctionDef.newBuilder().setSignature(signature(name));
    for (NodeDef.Builder node : nodes) {
      function.addNodeDef(node);
    }
    return function;
  }

  private static GraphDef.Builder calls(String name, FunctionDef.Builder... functions) {
    GraphDef.Builder graph = GraphDef.newBuilder();
    graph.addNode(node("call", "PartitionedCall").putAttr("f", named(name)));
    for (FunctionDef.Builder function : functions) {
      graph.getLibraryBuilder().addFunction(function);
    }
    return graph;
  }

  /** Functions of which each calls the next a number of times. */
  private static GraphDef.Builder chain(int length, int times) {
    FunctionDef.Builder[] functions = new FunctionDef.Builder[length];
    for (int i = 0; i < length; i++) {
      functions[i] = function("f" + i);
      for (int call = 0; call < times && i + 1 < length; call++) {
        functions[i].addNodeDef(
            node("c" + call, "PartitionedCall").putAttr("f", named("f" + (i + 1))));
      }
    }
    return calls("f0", functions);
  }

  private static GraphDef.Builder branches(int length) {
    FunctionDef.Builder[] functions = new FunctionDef.Builder[length];
    for (int i = 0; i < length; i++) {
      functions[i] = function("f" + i);
      if (i + 1 < length) {
        functions[i].addNodeDef(
            node("i", "If", "i")
                .putAttr("then_branch", named("f" + (i + 1)))
                .putAttr("else_branch", named("f" + (i + 1))));
      }
    }
    return calls("f0", functions);
  }

  private static GraphDef.Builder ownResult() {
    FunctionDef.Builder same = function("same");
    same.getSignatureBuilder().addInputArg(arg("x")).addOutputArg(arg("y"));
    same.putRet("y", "x");
    return GraphDef.newBuilder()
        .addNode(node("call", "PartitionedCall", "call").putAttr("f", named("same")))
        .addNode(node("out", "Neg", "call"))
        .setLibrary(org.tensorflow.proto.FunctionDefLibrary.newBuilder().addFunction(same).build());
  }
}
