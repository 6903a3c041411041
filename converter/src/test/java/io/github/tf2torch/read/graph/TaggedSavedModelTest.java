package io.github.tf2torch.read.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.source.Optimizer;
import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.model.source.Role;
import io.github.tf2torch.model.source.Signature;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.problem.DamagedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedObjectGraph;

/**
 * SavedModels of several graphs, modules of TF1's Hub and optimizers inside; {@code
 * savedmodel/make_tagged.py} says what is in them.
 */
class TaggedSavedModelTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tagged |            | 1",
        "tagged | serve      | 1",
        "tagged | serve, gpu | 2",
        "tagged | gpu        | 2",
        "tagged | train      | 3",
        "hub    |            | 1",
        "hub    | train      | 2",
      })
  void theGraphWithTheTagsIsRead(String name, String tags, double scale) throws IOException {
    try (SavedModel file = open(name, tags == null ? Set.of() : Set.of(tags.split(", ")))) {
      TfModel model = file.model();
      Endpoint answer = model.signature().outputs().get(0).endpoint();
      assertThat(scaleOf(model.graph(), answer)).isEqualTo(scale);
      assertThat(model.assumed()).hasSize(tags == null ? 1 : 0);
    }
  }

  private static double scaleOf(Graph graph, Endpoint answer) {
    Map<String, Node> nodes = graph.byName();
    Node product = nodes.get(answer.node());
    assertThat(product.op()).isEqualTo("Mul");
    Attr value = nodes.get(product.input(1).node()).attrs().get("value");
    return ((Attr.Tensor) value).value().doubleAt(0);
  }

  @Test
  void whichGraphWasTakenIsSaid() throws IOException {
    try (SavedModel file = open("tagged", Set.of())) {
      assertThat(file.model().assumed())
          .containsExactly(
              "of the graphs with the tags {serve}, {gpu, serve}, {train} it is the one with"
                  + " {serve}; --tags chooses another");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tpu          | no graph has the tags {tpu}; there are: {serve}, {gpu, serve}, {train}",
        "serve, train | no graph has the tags {serve, train}; there are: {serve}, {gpu, serve}, {train}",
      })
  void tagsThatNoGraphHasAreAnsweredWithThoseThatExist(String tags, String message) {
    assertThatThrownBy(() -> open("tagged", Set.of(tags.split(", "))))
        .isInstanceOf(BadRequest.class)
        .hasMessageEndingWith(": " + message);
  }

  @Test
  void graphsOfWhichNoneIsToServeMustBeChosenFrom() {
    MetaGraphDef.Builder one = MetaGraphDef.newBuilder();
    one.getMetaInfoDefBuilder().addTags("a");
    MetaGraphDef.Builder other = MetaGraphDef.newBuilder();
    other.getMetaInfoDefBuilder().addTags("a").addTags("b");
    List<MetaGraphDef> graphs = List.of(one.build(), other.build());
    assertThatThrownBy(() -> TagSet.choose("m", graphs, Set.of()))
        .isInstanceOf(BadRequest.class)
        .hasMessage("m: holds several graphs, with the tags {a}, {a, b}; choose one with --tags");
    assertThat(TagSet.choose("m", graphs, Set.of("b")).graph()).isEqualTo(graphs.get(1));
    assertThat(TagSet.choose("m", graphs, Set.of("a")).graph()).isEqualTo(graphs.get(0));
  }

  @Test
  void aModuleOfTheHubIsKnownByItsMarkAndServesItsDefault() throws IOException {
    try (SavedModel file = open("hub", Set.of())) {
      assertThat(file.provenance().format()).isEqualTo("TF1 Hub module");
      assertThat(file.signatures())
          .extracting(Signature::name)
          .containsExactly("default", "features");
      assertThat(file.model().signature().name()).isEqualTo("default");
      assertThat(file.model(Optional.of("features")).signature().outputs()).hasSize(1);
    }
  }

  @ParameterizedTest
  @CsvSource({"tagged", "hub", "tf1_training"})
  void variablesHoldWhatTensorflowSays(String name) throws IOException {
    JsonNode expected = recorded().path(name).path("variables");
    try (SavedModel file = open(name, Set.of())) {
      TfModel model = file.model();
      assertThat(model.variables()).hasSize(expected.size());
      for (Variable variable : model.variables()) {
        assertThat(floats(model, variable.name()))
            .as(variable.name())
            .isEqualTo(flat(expected.path(variable.name())));
      }
    }
  }

  @Test
  void aGraphThatStillTrainsSaysWithWhat() throws IOException {
    try (SavedModel file = open("tf1_training", Set.of())) {
      Optimizer optimizer = only(file.model().optimizers());
      assertThat(optimizer.kind()).isEqualTo("Momentum");
      assertThat(optimizer.hyperparameters())
          .containsEntry("learning_rate", new Config.Real(0.125))
          .containsEntry("momentum", new Config.Real(0.5));
      assertThat(optimizer.slots())
          .extracting(Optimizer.Slot::variable, Optimizer.Slot::stored)
          .containsExactly(
              org.assertj.core.groups.Tuple.tuple("module/w", "module/w/Momentum"),
              org.assertj.core.groups.Tuple.tuple("module/b", "module/b/Momentum"));
      assertThat(file.model().collections())
          .containsEntry("train_op", List.of("fit"))
          .containsEntry("trainable_variables", List.of("module/w", "module/b"));
    }
  }

  @Test
  void slotsAreTiedToTheirVariablesByTheObjectGraph() throws IOException {
    JsonNode expected = recorded().path("slots");
    try (SavedModel file = open("slots", Set.of())) {
      TfModel model = file.model();
      Optimizer optimizer = only(model.optimizers());
      assertThat(optimizer.slots()).hasSize(4);
      for (Optimizer.Slot slot : optimizer.slots()) {
        assertThat(floats(model, slot.stored()))
            .as(slot.toString())
            .isEqualTo(flat(expected.path(slot.slot() + " of " + slot.variable())));
      }
      assertThat(optimizer.counters()).containsExactlyInAnyOrder("beta1_power", "beta2_power");
      assertThat(model.variables().stream().filter(v -> v.role() == Role.SLOT)).hasSize(4);
    }
  }

  /** A file of TFX's own tests, which Keras 2.3 wrote: {@code keras2_adam/SOURCE.txt}. */
  @Test
  void keras2SaysTheClassOfItsOptimizerAndTheCheckpointItsNumbers() throws IOException {
    try (SavedModel file = open("keras2_adam", Set.of())) {
      TfModel model = file.model();
      Optimizer optimizer = only(model.optimizers());
      assertThat(optimizer.kind()).isEqualTo("Adam");
      assertThat(optimizer.hyperparameters())
          .containsEntry("learning_rate", new Config.Real(0.01f))
          .containsEntry("beta_1", new Config.Real(0.9f))
          .containsEntry("beta_2", new Config.Real(0.999f))
          .containsEntry("epsilon", new Config.Real(1e-7))
          .containsEntry("amsgrad", new Config.Bool(false))
          .doesNotContainKey("name");
      assertThat(optimizer.slots()).hasSize(12);
      assertThat(optimizer.slots())
          .filteredOn(s -> s.slot().equals("m"))
          .extracting(Optimizer.Slot::variable)
          .containsExactlyInAnyOrder(
              "dense/kernel",
              "dense/bias",
              "dense_1/kernel",
              "dense_1/bias",
              "dense_2/kernel",
              "dense_2/bias");
      assertThat(optimizer.counters()).containsExactly("Adam/iter");
    }
  }

  @Test
  void anOverviewChoosesNoSignatureWhereNoneIsTheDefault() throws IOException {
    copy("hub");
    Path file = folder.resolve("saved_model.pb");
    org.tensorflow.proto.SavedModel.Builder changed =
        org.tensorflow.proto.SavedModel.parseFrom(Files.readAllBytes(file)).toBuilder();
    for (MetaGraphDef.Builder graph : changed.getMetaGraphsBuilderList()) {
      graph.putSignatureDef("scores", graph.getSignatureDefOrThrow("default"));
      graph.removeSignatureDef("default");
    }
    Files.write(file, changed.build().toByteArray());
    try (SavedModel opened = SavedModel.open(folder)) {
      TfModel overview = opened.overview();
      assertThat(overview.variables()).hasSize(2);
      assertThat(overview.signatures()).hasSize(2);
      assertThat(overview.hasComputation()).isFalse();
      assertThat(overview.problems())
          .containsExactly("none of its signatures is the default; choose one with --signature");
      assertThatThrownBy(opened::model)
          .isInstanceOf(BadRequest.class)
          .hasMessageContaining("it has: features, scores");
    }
  }

  @ParameterizedTest
  @CsvSource({"''", "garbage", "'{\"training_config\": ['", "'[1, 2]'"})
  void whatKerasWroteMayBeUnreadable(String metadata) throws IOException {
    copy("slots");
    Files.write(folder.resolve("keras_metadata.pb"), metadata.getBytes(StandardCharsets.UTF_8));
    try (SavedModel opened = SavedModel.open(folder)) {
      assertThat(only(opened.model().optimizers()).slots()).hasSize(4);
    }
  }

  @Test
  void anObjectGraphThatNamesAMissingObjectIsDamaged() throws IOException {
    copy("slots");
    Path file = folder.resolve("saved_model.pb");
    org.tensorflow.proto.SavedModel.Builder changed =
        org.tensorflow.proto.SavedModel.parseFrom(Files.readAllBytes(file)).toBuilder();
    SavedObjectGraph.Builder objects = changed.getMetaGraphsBuilder(0).getObjectGraphDefBuilder();
    objects.getNodesBuilder(0).getChildrenBuilder(0).setNodeId(99999);
    Files.write(file, changed.build().toByteArray());
    assertThatThrownBy(
            () -> {
              try (SavedModel opened = SavedModel.open(folder)) {
                opened.model();
              }
            })
        .isInstanceOf(DamagedFile.class)
        .hasMessageContaining("99999");
  }

  private void copy(String name) throws IOException {
    Path from = SavedModelTest.fixture(name);
    try (var files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path to = folder.resolve(from.relativize(file).toString());
        Files.createDirectories(to.getParent());
        Files.copy(file, to);
      }
    }
  }

  private static SavedModel open(String name, Set<String> tags) throws IOException {
    return SavedModel.open(
        SavedModelTest.fixture(name),
        new ReadOptions(Optional.empty(), tags, OptionalLong.empty(), List.of(), List.of()));
  }

  private static JsonNode recorded() throws IOException {
    return new ObjectMapper().readTree(SavedModelTest.fixture("values.json").toFile());
  }

  private static <T> T only(List<T> all) {
    assertThat(all).hasSize(1);
    return all.get(0);
  }

  private static List<Float> flat(JsonNode nested) {
    List<Float> all = new ArrayList<>();
    if (nested.isNumber()) {
      all.add((float) nested.asDouble());
    }
    nested.forEach(n -> all.addAll(flat(n)));
    return all;
  }

  private static List<Float> floats(TfModel model, String name) throws IOException {
    Variable variable =
        model.variables().stream().filter(v -> v.name().equals(name)).findFirst().orElseThrow();
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.toIntExact(variable.bytes())).order(ByteOrder.LITTLE_ENDIAN);
    model.tensors().read(name, 0, bytes);
    List<Float> values = new ArrayList<>();
    for (bytes.flip(); bytes.hasRemaining(); ) {
      values.add(bytes.getFloat());
    }
    return values;
  }
}
