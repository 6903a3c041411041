package io.github.tf2torch.read.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Optimizer;
import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.model.source.Role;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.problem.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Training graphs that TensorFlow 2.21 wrote in graph mode (make_metagraphs.py). */
class MetaGraphTest {
  private static final Path FOLDER = Path.of("src/test/resources/metagraph");

  @TempDir Path folder;

  static Path meta(String name) {
    return FOLDER.resolve(name).resolve("model.ckpt.meta");
  }

  private static TfModel model(String name) throws IOException {
    try (MetaGraph opened = MetaGraph.open(meta(name), ReadOptions.defaults())) {
      return opened.model();
    }
  }

  private static ReadOptions ends(String input, String output) {
    return new ReadOptions(
        Optional.empty(),
        Set.of(),
        OptionalLong.empty(),
        input.isEmpty() ? List.of() : List.of(Endpoint.parse(input)),
        List.of(Endpoint.parse(output)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"momentum", "adam", "rmsprop"})
  void theModelRunsFromTheImagesToTheLogitsOfItsLoss(String name) throws IOException {
    TfModel model = model(name);
    assertThat(model.signature().inputs()).extracting(t -> t.key()).containsExactly("images");
    assertThat(model.signature().outputs()).extracting(t -> t.key()).containsExactly("logits");
    assertThat(model.assumed())
        .containsExactlyInAnyOrder(
            "the model ends at logits, which the loss"
                + " SparseSoftmaxCrossEntropyWithLogits/SparseSoftmaxCrossEntropyWithLogits takes",
            "its inputs are the placeholders that it needs: images",
            "placeholder is_training says whether the model trains: it is self.training",
            "placeholder keep_prob is the share that dropout keeps: 1 at inference; nn.Dropout"
                + " drops half in training");
  }

  @Test
  void collectionsAreThoseOfItsAuthor() throws IOException {
    assertThat(model("momentum").collections())
        .containsExactly(
            entry("global_step", List.of("global_step")),
            entry("losses", List.of("Mean:0")),
            entry("train_op", List.of("Momentum")),
            entry(
                "trainable_variables",
                List.of(
                    "conv/kernel",
                    "bn/gamma",
                    "bn/beta",
                    "fc1/kernel",
                    "fc1/bias",
                    "fc2/kernel",
                    "fc2/bias")),
            entry("update_ops", List.of("AssignSub:0", "AssignSub_1:0")),
            entry("variables", model("momentum").collections().get("variables")));
    assertThat(model("adam").collections().get("cond_context")).hasSize(6);
  }

  static Stream<Arguments> optimizers() {
    return Stream.of(
        Arguments.of(
            "momentum",
            "Momentum",
            "{learning_rate=ExponentialDecay, momentum=0.9, use_nesterov=true}",
            List.of("momentum=fc2/bias/Momentum"),
            List.of()),
        Arguments.of(
            "adam",
            "Adam",
            "{learning_rate=0.01, beta1=0.9, beta2=0.99, epsilon=1.0E-8, use_nesterov=false}",
            List.of("m=fc2/bias/Adam", "v=fc2/bias/Adam_1"),
            List.of("beta1_power", "beta2_power")),
        Arguments.of(
            "rmsprop",
            "RMSProp",
            "{learning_rate=0.01, decay=0.8, momentum=0.5, epsilon=1.0E-10, centered=true}",
            List.of("mg=fc2/bias/RMSProp_1", "rms=fc2/bias/RMSProp", "momentum=fc2/bias/RMSProp_2"),
            List.of()));
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void theOptimizerIsTheOneThatTheGraphApplies(
      String name, String kind, String hyperparameters, List<String> slots, List<String> counters)
      throws IOException {
    TfModel model = model(name);
    assertThat(model.optimizers()).hasSize(1);
    Optimizer optimizer = model.optimizers().get(0);
    assertThat(optimizer.kind()).isEqualTo(kind);
    assertThat(optimizer.counters()).isEqualTo(counters);
    assertThat(words(optimizer)).isEqualTo(hyperparameters);
    assertThat(
            optimizer.slots().stream()
                .filter(s -> s.variable().equals("fc2/bias"))
                .map(s -> s.slot() + "=" + s.stored()))
        .isEqualTo(slots);
    assertThat(optimizer.slots()).hasSize(7 * slots.size());
    assertThat(model.variables())
        .filteredOn(v -> v.role() == Role.SLOT)
        .hasSize(optimizer.slots().size());
  }

  /** TensorFlow keeps float32; what prints is the decimal that was written. */
  private static String words(Optimizer optimizer) {
    java.util.Map<String, String> words = new java.util.LinkedHashMap<>();
    optimizer
        .hyperparameters()
        .forEach(
            (key, value) ->
                words.put(
                    key,
                    value instanceof Config.Real r
                        ? String.valueOf((float) r.value())
                        : value instanceof Config.Text t
                            ? t.value()
                            : value instanceof Config.Fields f
                                ? f.get("class_name").flatMap(Config::text).orElseThrow()
                                : String.valueOf(((Config.Bool) value).value())));
    return words.toString();
  }

  @Test
  void theUserSaysWhereTheModelEnds() throws IOException {
    try (MetaGraph opened = MetaGraph.open(meta("momentum"), ends("", "fc2/kernel/Momentum:0"))) {
      assertThat(opened.model().signature().inputs()).isEmpty();
      assertThat(opened.model().assumed()).isEmpty();
    }
    assertThatThrownBy(() -> MetaGraph.open(meta("momentum"), ends("", "nowhere")))
        .isInstanceOf(BadRequest.class)
        .hasMessageContaining("has no node \"nowhere\"");
  }

  @Test
  void aGraphWithoutItsCheckpointIsToldSo() throws IOException {
    Path alone = folder.resolve("model.ckpt.meta");
    Files.copy(meta("momentum"), alone);
    assertThatThrownBy(() -> MetaGraph.open(alone, ReadOptions.defaults()))
        .isInstanceOf(DamagedFile.class)
        .hasMessageContaining("its checkpoint model.ckpt is not there");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 100, 5000, 60000})
  void aTruncatedGraphIsDamaged(int length) throws IOException {
    copyCheckpoint();
    Path file = folder.resolve("model.ckpt.meta");
    Files.write(file, Arrays.copyOf(Files.readAllBytes(meta("momentum")), length));
    assertThatThrownBy(() -> MetaGraph.open(file, ReadOptions.defaults()))
        .isInstanceOf(DamagedFile.class)
        .hasMessageContaining("model.ckpt.meta");
  }

  static Stream<Arguments> foreign() {
    return Stream.of(
        Arguments.of("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 3\n", "LFS"),
        Arguments.of("<!DOCTYPE html><html></html>", "web page"));
  }

  @ParameterizedTest
  @MethodSource("foreign")
  void whatIsNoGraphIsNamed(String content, String name) throws IOException {
    copyCheckpoint();
    Path file = folder.resolve("model.ckpt.meta");
    Files.write(file, content.getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> MetaGraph.open(file, ReadOptions.defaults()))
        .isInstanceOf(Problem.class)
        .hasMessageContaining(name);
  }

  private void copyCheckpoint() throws IOException {
    for (String suffix : List.of(".index", ".data-00000-of-00001")) {
      Files.copy(
          FOLDER.resolve("momentum").resolve("model.ckpt" + suffix),
          folder.resolve("model.ckpt" + suffix));
    }
  }

  @Test
  void aMessageDoesNotRepeatAllThatItsTextHasTooMuch(@TempDir Path folder) throws IOException {
    Path text = folder.resolve("model.ckpt.meta");
    Files.writeString(text, "meta_info_def {\n" + "  unknown: 1\n".repeat(500) + "}\n");
    assertThatThrownBy(() -> MetaGraph.open(text, ReadOptions.defaults()).model())
        .isInstanceOf(DamagedFile.class)
        .extracting(Throwable::getMessage)
        .asString()
        .hasSizeLessThan(400)
        .doesNotContain("\n");
  }
}
