package io.github.tf2torch.read.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Optimizer;
import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.model.source.Role;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.problem.Problem;
import io.github.tf2torch.translate.TranslationOptions;
import io.github.tf2torch.translate.Translator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;

/** Programs as people wrote them for TF1 (trainingprogram/make_programs.py), and broken ones. */
class TrainingProgramTest {
  private static final Path FOLDER = Path.of("src/test/resources/trainingprogram");

  @TempDir Path folder;

  private static Path meta(String name) {
    return FOLDER.resolve(name).resolve(name.equals("adam") ? "model-250.meta" : "model.meta");
  }

  private static TfModel model(Path file, ReadOptions options) throws IOException {
    try (MetaGraph opened = MetaGraph.open(file, options)) {
      return opened.model();
    }
  }

  private static TfModel model(String name) throws IOException {
    return model(meta(name), ReadOptions.defaults());
  }

  private static JsonNode recorded(String name) throws IOException {
    return new ObjectMapper().readTree(FOLDER.resolve("values.json").toFile()).path(name);
  }

  @Test
  void whyThereAreWeightsAloneIsSaid() throws IOException {
    TfModel model = model("adversarial");
    assertThat(model.hasComputation()).isFalse();
    assertThat(Translator.translate(model, TranslationOptions.defaults()).account().assumed())
        .first(STRING)
        .startsWith("weights alone: no loss is recognised in the graph")
        .contains("name them with --graph-outputs");
  }

  /** What stays of a graph must not ask to stand beside a node that does not. */
  @Test
  void noNodeAsksForAPlace() throws IOException {
    try (MetaGraph opened = MetaGraph.open(meta("adam"), ReadOptions.defaults())) {
      assertThat(opened.originalGraph().getNodeList()).anyMatch(n -> n.containsAttr("_class"));
      assertThat(opened.inlinedGraph().getNodeList()).noneMatch(n -> n.containsAttr("_class"));
    }
  }

  @ParameterizedTest
  @CsvSource({"adam", "rmsprop", "loop", "pipeline", "inference", "adversarial"})
  void variablesHoldWhatTensorflowSays(String name) throws IOException {
    JsonNode expected = recorded(name);
    try (MetaGraph opened = MetaGraph.open(meta(name), ReadOptions.defaults())) {
      TfModel model = opened.model();
      assertThat(model.variables()).hasSize(expected.path("variables").size());
      for (Variable variable : model.variables()) {
        assertThat(values(model, variable))
            .as(variable.name())
            .isEqualTo(flat(expected.path("variables").path(variable.name())));
      }
      List<String> trainable = new ArrayList<>();
      expected.path("trainable").forEach(n -> trainable.add(n.asText()));
      assertThat(model.collections()).containsEntry("trainable_variables", trainable);
      assertThat(model.variables().stream().filter(v -> v.role() == Role.WEIGHT))
          .extracting(Variable::name)
          .containsExactlyInAnyOrderElementsOf(trainable);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "adam      | x                 | scores",
        "rmsprop   | x                 | prediction",
        "loop      | x                 | left/logits right/logits",
        "pipeline  | IteratorGetNext_0 | probabilities",
        "inference | x                 | answer",
      })
  void theModelEndsBeforeItsLossAndNeedsNoLabels(String name, String inputs, String outputs)
      throws IOException {
    TfModel model = model(name);
    assertThat(model.signature().inputs().stream().map(t -> t.key())).containsExactly(inputs);
    assertThat(model.signature().outputs().stream().map(t -> t.key()))
        .containsExactly(outputs.split(" "));
    assertThat(model.assumed()).isNotEmpty();
  }

  static Stream<Arguments> optimizers() {
    Config decay =
        new Config.Fields(
            Map.of(
                "class_name",
                new Config.Text("ExponentialDecay"),
                "config",
                new Config.Fields(
                    Map.of(
                        "initial_learning_rate", new Config.Real(0.01f),
                        "decay_steps", new Config.Whole(100),
                        "decay_rate", new Config.Real(0.96f),
                        "staircase", new Config.Bool(true)))));
    return Stream.of(
        Arguments.of("adam", "Adam", Map.of("learning_rate", decay, "beta1", real(0.8f)), 8),
        Arguments.of(
            "rmsprop",
            "RMSProp",
            Map.of(
                "learning_rate", real(0.05f),
                "decay", real(0.8f),
                "epsilon", real(1e-4f),
                "centered", new Config.Bool(true)),
            3),
        Arguments.of(
            "loop",
            "Ftrl",
            Map.of(
                "l1_regularization_strength", real(0.01f),
                "l2_regularization_strength", real(0)),
            4),
        Arguments.of("pipeline", "GradientDescent", Map.of("learning_rate", real(0.29406860f)), 0));
  }

  private static Config real(float value) {
    return new Config.Real(value);
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void theOptimizersNumbersComeFromConstantsVariablesAndSchedules(
      String name, String kind, Map<String, Config> settings, int slots) throws IOException {
    Optimizer optimizer = model(name).optimizers().get(0);
    assertThat(optimizer.kind()).isEqualTo(kind);
    assertThat(optimizer.hyperparameters()).containsAllEntriesOf(settings);
    assertThat(optimizer.slots()).hasSize(slots);
  }

  @Test
  void twoOptimizersOfOneVariableAreTwo() throws IOException {
    assertThat(model("loop").optimizers())
        .extracting(Optimizer::kind)
        .containsExactly("Ftrl", "Momentum");
  }

  @ParameterizedTest
  @CsvSource({"is_inference, true", "testing, true", "is_training, false", "contest, false"})
  void aFlagSaysByItsNameWhenItIsTrue(String name, boolean isTrue) throws IOException {
    Path changed = changed("adam", g -> rename(g, "training", name), "model-250", "model-250");
    TfModel model = model(changed, ReadOptions.defaults());
    assertThat(model.signature().inputs()).hasSize(1);
    assertThat(model.assumed().toString())
        .contains(
            isTrue
                ? "placeholder " + name + " says that the model only answers: it is true"
                : "placeholder " + name + " says whether the model trains");
  }

  @Test
  void oneGraphServesTheCheckpointsOfOtherSteps() throws IOException {
    Path file = changed("adam", g -> {}, "model-250", "graph");
    assertThatThrownBy(() -> model(file, ReadOptions.defaults()))
        .isInstanceOf(DamagedFile.class)
        .hasMessageContaining("its checkpoint graph is not there")
        .hasMessageContaining("--step N");
    ReadOptions atStep =
        new ReadOptions(Optional.empty(), Set.of(), OptionalLong.of(250), List.of(), List.of());
    assertThat(model(file, atStep).variables()).hasSize(20);
  }

  /** What breaks a file in each place that is followed. */
  static Stream<Arguments> broken() {
    return Stream.of(
        broken("a missing node", g -> set(g, "scores", 0, "nowhere")),
        broken("an output that is no number", g -> set(g, "scores", 0, "MatMul:many")),
        broken("an output that no int holds", g -> set(g, "scores", 0, "MatMul:99999999999")),
        broken("a circle", g -> set(g, "MatMul", 0, "scores")),
        broken("a node of its own", g -> set(g, "scores", 0, "scores")),
        broken(
            "two nodes of one name",
            g -> g.getGraphDefBuilder().addNode(node(g, "scores").build())));
  }

  private static Arguments broken(String what, Consumer<MetaGraphDef.Builder> change) {
    return Arguments.of(what, change);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("broken")
  void aBrokenGraphIsRefused(String what, Consumer<MetaGraphDef.Builder> change)
      throws IOException {
    Path file = changed("adam", change, "model-250", "model-250");
    assertThatThrownBy(() -> model(file, ReadOptions.defaults())).isInstanceOf(Problem.class);
  }

  @Test
  void whereNoLossIsKnownTheReaderDoesNotGuess() throws IOException {
    Path file =
        changed(
            "adam",
            g ->
                g.getGraphDefBuilder()
                    .getNodeBuilderList()
                    .forEach(
                        n -> {
                          if (n.getOp().startsWith("SparseSoftmax")) {
                            n.setOp("HomeMadeLoss");
                          }
                        }),
            "model-250",
            "model-250");
    TfModel model = model(file, ReadOptions.defaults());
    assertThat(model.hasComputation()).isFalse();
    assertThat(model.optimizers()).hasSize(1);
    assertThat(model.problems().toString())
        .contains("--graph-outputs, perhaps ")
        .contains("scores");
  }

  /** A seeded walk over damaged bytes: read or refused, never anything else. */
  @Test
  void anyDamageIsReadOrRefused() throws IOException {
    byte[] whole = Files.readAllBytes(meta("pipeline"));
    Path file = changed("pipeline", g -> {}, "model", "model");
    SplittableRandom random = new SplittableRandom(20);
    for (int i = 0; i < 400; i++) {
      byte[] bytes = whole.clone();
      int at = random.nextInt(bytes.length);
      bytes[at] = (byte) random.nextInt(256);
      Files.write(file, bytes);
      try {
        model(file, ReadOptions.defaults());
      } catch (Problem refused) {
        assertThat(refused).as("byte " + at).hasMessageMatching("(?s).+");
      }
    }
  }

  private static NodeDef.Builder node(MetaGraphDef.Builder graph, String name) {
    return graph.getGraphDefBuilder().getNodeBuilderList().stream()
        .filter(n -> n.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static void set(MetaGraphDef.Builder graph, String node, int input, String value) {
    node(graph, node).setInput(input, value);
  }

  private static void rename(MetaGraphDef.Builder graph, String from, String to) {
    node(graph, from).setName(to);
    for (NodeDef.Builder node : graph.getGraphDefBuilder().getNodeBuilderList()) {
      for (int i = 0; i < node.getInputCount(); i++) {
        if (node.getInput(i).equals(from)) {
          node.setInput(i, to);
        }
      }
    }
  }

  /** A copy of a program's checkpoint, with its graph changed and called {@code as}. */
  private Path changed(
      String name, Consumer<MetaGraphDef.Builder> change, String checkpoint, String as)
      throws IOException {
    for (String suffix : List.of(".index", ".data-00000-of-00001")) {
      Files.copy(
          FOLDER.resolve(name).resolve(checkpoint + suffix), folder.resolve(checkpoint + suffix));
    }
    MetaGraphDef.Builder graph = MetaGraphDef.parseFrom(Files.readAllBytes(meta(name))).toBuilder();
    change.accept(graph);
    return Files.write(folder.resolve(as + ".meta"), graph.build().toByteArray());
  }

  private static List<Double> flat(JsonNode nested) {
    List<Double> all = new ArrayList<>();
    if (nested.isNumber()) {
      all.add(nested.asDouble());
    }
    nested.forEach(n -> all.addAll(flat(n)));
    return all;
  }

  private static List<Double> values(TfModel model, Variable variable) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.toIntExact(variable.bytes())).order(ByteOrder.LITTLE_ENDIAN);
    model.tensors().read(variable.name(), 0, bytes);
    List<Double> values = new ArrayList<>();
    for (bytes.flip(); bytes.hasRemaining(); ) {
      values.add(variable.dtype().isFloating() ? bytes.getFloat() : (double) bytes.getLong());
    }
    return values;
  }
}
