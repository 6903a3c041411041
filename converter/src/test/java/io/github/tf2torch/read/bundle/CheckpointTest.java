package io.github.tf2torch.read.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Optimizer;
import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.model.source.Role;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.tensor.DType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Checkpoints that TensorFlow 2.21 wrote (make_checkpoints.py), against what it reads of them. */
class CheckpointTest {
  private static final Path FOLDER = Path.of("src/test/resources/checkpoint");

  private static JsonNode recorded() throws IOException {
    return new ObjectMapper().readTree(FOLDER.resolve("values.json").toFile());
  }

  static Stream<Arguments> checkpoints() throws IOException {
    List<Arguments> all = new ArrayList<>();
    recorded().fieldNames().forEachRemaining(name -> all.add(Arguments.of(name)));
    return all.stream();
  }

  private static Checkpoint open(String path) throws IOException {
    return Checkpoint.open(FOLDER.resolve(path), ReadOptions.defaults());
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void everyVariableHoldsWhatTensorflowReads(String prefix) throws IOException {
    JsonNode expected = recorded().path(prefix);
    try (Checkpoint checkpoint = open(prefix)) {
      TfModel model = checkpoint.model();
      assertThat(model.problems()).isEmpty();
      assertThat(model.variables()).hasSize(expected.size());
      for (Variable v : model.variables()) {
        JsonNode tensor = expected.path(v.key());
        assertThat(v.dtype().torchName()).isEqualTo(tensor.path("dtype").asText());
        assertThat(v.shape().dims().toString().replace(" ", ""))
            .isEqualTo(tensor.path("shape").toString());
        if (v.dtype() == DType.STRING) {
          assertThat(texts(model, v))
              .isEqualTo(new ObjectMapper().convertValue(tensor.path("texts"), List.class));
        } else {
          assertThat(hex(model, v)).as(v.name()).isEqualTo(tensor.path("hex").asText());
        }
        assertThat(model.tensors().verify(v.name())).isTrue();
      }
    }
  }

  private static List<String> texts(TfModel model, Variable v) throws IOException {
    return model.tensors().strings(v.name()).stream()
        .map(b -> new String(b, StandardCharsets.UTF_8))
        .toList();
  }

  private static String hex(TfModel model, Variable v) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) v.bytes());
    model.tensors().read(v.name(), 0, bytes);
    return HexFormat.of().formatHex(bytes.array());
  }

  @ParameterizedTest
  @CsvSource({"partitioned/model.ckpt", "v1_partitioned/model.ckpt"})
  void anyRangeOfAPartitionedVariableIsThatRangeOfTheWhole(String prefix) throws IOException {
    SplittableRandom random = new SplittableRandom(3);
    try (Checkpoint checkpoint = open(prefix)) {
      TfModel model = checkpoint.model();
      for (Variable v : model.variables()) {
        String whole = hex(model, v);
        for (int round = 0; round < 100; round++) {
          int from = random.nextInt((int) v.bytes());
          int length = random.nextInt((int) v.bytes() - from + 1);
          ByteBuffer bytes = ByteBuffer.allocate(length);
          model.tensors().read(v.name(), from, bytes);
          assertThat(HexFormat.of().formatHex(bytes.array()))
              .isEqualTo(whole.substring(2 * from, 2 * (from + length)));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"v2, V2 checkpoint", "v1, V1 checkpoint"})
  void slotsOfAGraphsAdamAreTiedToTheirVariables(String folder, String format) throws IOException {
    try (Checkpoint checkpoint = open(folder)) {
      TfModel model = checkpoint.model();
      assertThat(model.provenance().format()).isEqualTo(format);
      assertThat(model.optimizers()).hasSize(1);
      Optimizer adam = model.optimizers().get(0);
      assertThat(adam.kind()).isEqualTo("Adam");
      assertThat(adam.slots())
          .containsExactlyInAnyOrder(
              new Optimizer.Slot("m", "dense/kernel", "dense/kernel/Adam"),
              new Optimizer.Slot("v", "dense/kernel", "dense/kernel/Adam_1"),
              new Optimizer.Slot("m", "dense/bias", "dense/bias/Adam"),
              new Optimizer.Slot("v", "dense/bias", "dense/bias/Adam_1"));
      assertThat(adam.counters()).containsExactlyInAnyOrder("beta1_power", "beta2_power");
      assertThat(role(model, "dense/kernel")).isEqualTo(Role.WEIGHT);
      assertThat(role(model, "dense/kernel/Adam")).isEqualTo(Role.SLOT);
      assertThat(role(model, "dense/kernel/ExponentialMovingAverage")).isEqualTo(Role.AVERAGE);
      assertThat(role(model, "global_step")).isEqualTo(Role.COUNTER);
    }
  }

  private static Role role(TfModel model, String name) {
    return model.variables().stream()
        .filter(v -> v.name().equals(name))
        .findFirst()
        .orElseThrow()
        .role();
  }

  @Test
  void slotsOfKeras3AreTiedToTheirVariablesByName() throws IOException {
    try (Checkpoint checkpoint = open("keras3_objects/model.ckpt")) {
      Optimizer adam = checkpoint.model().optimizers().get(0);

      assertThat(adam.kind()).isEqualTo("Adam");
      assertThat(adam.slots())
          .hasSize(8)
          .contains(
              new Optimizer.Slot(
                  "velocity", "sequential/second/bias", "adam/sequential_second_bias_velocity"));
      assertThat(adam.counters()).containsExactly("adam/iteration");
      assertThat(adam.hyperparameters().get("learning_rate"))
          .isEqualTo(new Config.Real(0.009999999776482582));
    }
  }

  @Test
  void aFolderMeansItsLatestCheckpointAndAStepAnother() throws IOException {
    assertThat(bias(OptionalLong.empty())).isEqualTo(bias(OptionalLong.of(30)));
    assertThat(bias(OptionalLong.of(20))).isNotEqualTo(bias(OptionalLong.of(30)));
    assertThatThrownBy(() -> bias(OptionalLong.of(10)))
        .isInstanceOf(BadRequest.class)
        .hasMessageContaining("it has steps [20, 30]");
  }

  private static String bias(OptionalLong step) throws IOException {
    ReadOptions options = new ReadOptions(Optional.empty(), Set.of(), step, List.of(), List.of());
    try (Checkpoint checkpoint = Checkpoint.open(FOLDER.resolve("objects"), options)) {
      TfModel model = checkpoint.model();
      return hex(
          model,
          model.variables().stream()
              .filter(v -> v.name().equals("bias"))
              .findFirst()
              .orElseThrow());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "v2/model.ckpt-1",
    "v2/model.ckpt-1.index",
    "v2/model.ckpt-1.data-00000-of-00001",
    "v2",
    "v1/model.ckpt-7",
    "v1_sharded/model.ckpt",
    "v1_sharded/model.ckpt-00000-of-00001",
    "v1_sharded",
    "objects"
  })
  void aCheckpointIsKnownByWhateverOfItIsNamed(String path) throws IOException {
    assertThat(Checkpoint.recognises(FOLDER.resolve(path))).isTrue();
    try (Checkpoint checkpoint = open(path)) {
      assertThat(checkpoint.model().variables()).isNotEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"make_checkpoints.py", "values.json", "nowhere", "."})
  void anythingElseIsNoCheckpoint(String path) throws IOException {
    assertThat(Checkpoint.recognises(FOLDER.resolve(path))).isFalse();
  }
}
