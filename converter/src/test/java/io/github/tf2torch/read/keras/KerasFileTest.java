package io.github.tf2torch.read.keras;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Optimizer;
import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.model.source.Role;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.tensor.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every array of every file as h5py reads it, and every slot as Keras ties it. */
class KerasFileTest {
  @TempDir Path folder;

  private TfModel read(String name) throws IOException {
    try (KerasFile file = open(name)) {
      return file.model();
    }
  }

  private KerasFile open(String name) throws IOException {
    Path path = KerasFixtures.unpack(name, folder);
    assertThat(KerasFile.recognises(path)).isTrue();
    return KerasFile.open(path, ReadOptions.defaults());
  }

  static Stream<Arguments> files() {
    return Stream.of("expected.json", "expected_old.json")
        .flatMap(list -> KerasFixtures.files(list).map(name -> Arguments.of(list, name)));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("files")
  void everyArrayIsAsH5pyReadsIt(String list, String name) throws IOException {
    try (KerasFile file = open(name)) {
      TfModel model = file.model();
      Map<String, String> arrays = KerasFixtures.arrays(model);
      // A LossScaleOptimizer lists the arrays of the optimizer inside a second time.
      arrays.keySet().removeIf(key -> key.startsWith("optimizer/vars/") && name.contains("loss"));
      Map<String, String> expected =
          KerasFixtures.expectedArrays(KerasFixtures.expected(list).get(name));
      expected.keySet().removeIf(key -> key.startsWith("optimizer/vars/") && name.contains("loss"));
      assertThat(arrays).isEqualTo(expected);
      boolean isTold = name.startsWith("parts_") || name.contains("theano");
      assertThat(model.problems()).allMatch(p -> isTold || p.contains("taken as bfloat16"));
    }
  }

  static Stream<String> filesWithSlots() {
    JsonNode all = KerasFixtures.expected("expected.json");
    return KerasFixtures.files("expected.json").filter(name -> all.get(name).has("slots"));
  }

  /** What Keras's classes call a slot's list, where it is not the slot's name with an s. */
  private static final Map<String, String> ATTRIBUTES =
      Map.ofEntries(
          Map.entry("_momentums", "momentum"),
          Map.entry("momentums", "momentum"),
          Map.entry("_velocities", "velocity"),
          Map.entry("adam_velocities", "velocity"),
          Map.entry("_velocity_hats", "velocity_hat"),
          Map.entry("_average_gradients", "average_gradient"),
          Map.entry("_accumulated_gradients", "gradient_accumulator"),
          Map.entry("_model_variables_moving_average", "average"),
          Map.entry("_accumulators", "accumulator"),
          Map.entry("_linears", "linear"),
          Map.entry("_accumulated_grads", "accumulated_grad"),
          Map.entry("_accumulated_delta_vars", "accumulated_delta_var"),
          Map.entry("_m", "momentum"),
          Map.entry("_u", "norm"),
          Map.entry("_r", "row"),
          Map.entry("_c", "column"),
          Map.entry("_v", "velocity"));

  @ParameterizedTest
  @MethodSource("filesWithSlots")
  void everySlotIsTiedAsKerasTiesIt(String name) throws IOException {
    TfModel model = read(name);
    Optimizer optimizer = model.optimizers().get(0);
    Map<String, Variable> byName = new TreeMap<>();
    model.variables().forEach(v -> byName.put(v.name(), v));
    List<String> stored =
        model.variables().stream()
            .filter(v -> v.key().startsWith("optimizer"))
            .filter(v -> !name.contains("loss_scale") || v.key().contains("inner"))
            .map(Variable::name)
            .toList();
    List<String> slots = new ArrayList<>();
    for (Optimizer.Slot slot : optimizer.slots()) {
      int number = stored.indexOf(slot.stored());
      slots.add(number + " " + slot.slot() + " " + slot.variable());
      assertThat(byName.get(slot.stored()).role()).isEqualTo(Role.SLOT);
      assertThat(byName.get(slot.variable()).role()).isEqualTo(Role.WEIGHT);
    }
    List<String> expected = new ArrayList<>();
    for (JsonNode slot : KerasFixtures.expected("expected.json").get(name).get("slots")) {
      String word = ATTRIBUTES.getOrDefault(slot.get(1).asText(), slot.get(1).asText());
      String variable = slot.get(2).asText();
      if (name.equals("net.weights.h5")) {
        // Without a configuration nothing says that td_d is a Dense.
        variable = variable.replace("td_d/kernel", "td_d/0").replace("td_d/bias", "td_d/1");
      }
      expected.add(slot.get(0).asInt() + " " + word + " " + variable);
    }
    assertThat(slots).containsExactlyInAnyOrderElementsOf(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "keras_1_1_2_adam.h5, Adam, 12, iterations",
    "keras_2_2_4_adam.h5, Adam, 12, Adam/iterations",
    "keras_2_1_3_rmsprop.h5, RMSprop, 6, ''"
  })
  void unnamedSlotsOfOldKerasAreTied(String name, String kind, int slots, String counter)
      throws IOException {
    Optimizer optimizer = read(name).optimizers().get(0);
    assertThat(optimizer.kind()).isEqualTo(kind);
    assertThat(optimizer.slots()).hasSize(slots);
    assertThat(String.join(",", optimizer.counters())).isEqualTo(counter);
    boolean isSorted = name.contains("1_1_2");
    assertThat(optimizer.slots().get(0).variable()).isEqualTo(isSorted ? "alpha_beta" : "zeta_W");
    assertThat(optimizer.slots().get(5).variable()).isEqualTo(isSorted ? "zeta_b" : "mid_b");
  }

  @Test
  void theLearningRateIsTheOneThatTrainingLeft() throws IOException {
    Optimizer optimizer = read("optimizer_adam.keras").optimizers().get(0);
    // 0.02 as a float32, which is what Keras computes with.
    assertThat(optimizer.hyperparameters())
        .containsEntry("learning_rate", new Config.Real(0.02f))
        .containsEntry("beta_1", new Config.Real(0.9));
    assertThat(optimizer.counters()).containsExactly("adam_1/iteration");
  }

  @Test
  void aScheduleIsKeptAsItIsConfigured() throws IOException {
    for (String name : List.of("net.keras", "net.h5")) {
      Config rate = read(name).optimizers().get(0).hyperparameters().get("learning_rate");
      assertThat(rate.get("class_name")).contains(new Config.Text("ExponentialDecay"));
      assertThat(rate.get("config").orElseThrow().get("decay_steps"))
          .contains(new Config.Whole(100));
    }
  }

  @Test
  void allFormatsGiveTheSameVariables() throws IOException {
    Map<String, String> first = byName("net.keras");
    assertThat(byName("net.h5")).isEqualTo(first);
    assertThat(byName("deflated.keras")).isEqualTo(first);
    KerasFixtures.unpack("parts_00000.weights.h5", folder);
    KerasFixtures.unpack("parts_00001.weights.h5", folder);
    Map<String, String> sharded = byName("parts.weights.json");
    assertThat(byName("net.weights.h5")).isEqualTo(sharded);
    // Without a configuration nothing says that td_d is a Dense.
    first.put("td/td_d/0", first.remove("td/td_d/kernel"));
    first.put("td/td_d/1", first.remove("td/td_d/bias"));
    assertThat(sharded).isEqualTo(first);
  }

  private Map<String, String> byName(String file) throws IOException {
    Map<String, String> values = new TreeMap<>();
    try (KerasFile opened = open(file)) {
      TfModel model = opened.model();
      for (Variable v : model.variables()) {
        if (v.role() == Role.WEIGHT || v.role() == Role.STATISTIC) {
          ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(v.bytes()));
          model.tensors().read(v.name(), 0, bytes);
          values.put(v.name(), v.shape() + KerasFixtures.digest(bytes.array()));
        }
      }
    }
    return values;
  }

  @Test
  void anyRangeOfAVariableIsRead() throws IOException {
    try (KerasFile file = open("net.h5")) {
      TfModel model = file.model();
      ByteBuffer whole = ByteBuffer.allocate(4 * 3 * 2 * 3 * 4).order(ByteOrder.LITTLE_ENDIAN);
      model.tensors().read("conv1/kernel", 0, whole);
      for (int offset = 0; offset < whole.capacity(); offset += 7) {
        ByteBuffer part = ByteBuffer.allocate(Math.min(13, whole.capacity() - offset));
        model.tensors().read("conv1/kernel", offset, part);
        assertThat(part.array())
            .isEqualTo(
                java.util.Arrays.copyOfRange(whole.array(), offset, offset + part.capacity()));
      }
    }
  }

  @Test
  void namesOfOver64KilobytesAreJoined() throws IOException {
    TfModel model = read("split_attributes.h5");
    assertThat(model.variables()).hasSize(6);
    assertThat(model.variables().get(5).name()).endsWith("_0577/scale");
  }

  @Test
  void theWriterIsNamed() throws IOException {
    assertThat(read("net.keras").provenance().writer()).isEqualTo("Keras 3.15.1");
    assertThat(read("keras_1_1_2_adam.h5").provenance().writer()).isEqualTo("Keras 1.1.2");
    assertThat(read("keras_0_3_weights.h5").provenance().format()).isEqualTo("Keras HDF5 weights");
  }

  @Test
  void whatTheanoWroteIsGivenAsStoredAndSaid() throws IOException {
    TfModel model = read("keras_1_2_2_theano.h5");
    assertThat(model.problems())
        .anyMatch(p -> p.contains("turns the kernels of convolutions by half a circle"))
        .anyMatch(p -> p.contains("stored as outputs, inputs, rows, columns"));
    assertThat(model.keras().orElseThrow().backend()).isEqualTo("theano");
    assertThat(model.keras().orElseThrow().version()).isEqualTo("1.2.2");
    assertThat(model.variables().get(0).shape()).isEqualTo(Shape.of(4, 5, 3, 2));
  }
}
