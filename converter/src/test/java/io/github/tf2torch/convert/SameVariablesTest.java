package io.github.tf2torch.convert;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tf2torch.model.source.Optimizer;
import io.github.tf2torch.model.source.Role;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.tensor.DType;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The contract of readers: one network gives the same variables, whichever format it was written
 * in. Made by {@code contract/make_contract.py} and {@code contract/make_graphs.py}.
 */
class SameVariablesTest {
  private static final Set<Role> OF_THE_MODEL = Set.of(Role.WEIGHT, Role.STATISTIC);

  private static Path file(String name) throws URISyntaxException {
    Path folder = Path.of(SameVariablesTest.class.getResource("/contract/expected.json").toURI());
    return folder.resolveSibling(name);
  }

  private static JsonNode expected() throws IOException, URISyntaxException {
    return new ObjectMapper().readTree(file("expected.json").toFile());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "net.keras",
        "net.h5",
        "net.weights.h5",
        "export",
        "saved_model",
        "checkpoint",
        "saver1",
        "saver2",
        "saver2.meta",
        "frozen.pb",
        "frozen.pbtxt"
      })
  void everyFormatGivesTheSameWeights(String name) throws Exception {
    JsonNode expected = expected();
    Set<String> weights = new TreeSet<>();
    expected.fieldNames().forEachRemaining(n -> weights.add(n));
    weights.removeIf(n -> n.startsWith("adam/"));
    try (Source source = Source.open(file(name))) {
      TfModel model = source.model();
      Set<String> found = new TreeSet<>();
      for (Variable variable : model.variables()) {
        if (OF_THE_MODEL.contains(variable.role())) {
          found.add(variable.name());
          check(model, variable, expected.get(variable.name()));
        }
      }
      assertThat(found).isEqualTo(weights);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"net.keras", "net.h5", "net.weights.h5", "checkpoint"})
  void everyFormatThatKeepsAnOptimizerTiesItsSlotsAlike(String name) throws Exception {
    JsonNode expected = expected();
    try (Source source = Source.open(file(name))) {
      TfModel model = source.model();
      Optimizer optimizer = model.optimizers().get(0);
      assertThat(optimizer.kind()).isEqualTo("Adam");
      Map<String, Variable> byName =
          model.variables().stream().collect(Collectors.toMap(Variable::name, v -> v));
      List<String> slots = new ArrayList<>();
      for (Optimizer.Slot slot : optimizer.slots()) {
        slots.add(slot.slot() + " of " + slot.variable());
        String path = "adam/" + slot.variable().replace('/', '_') + "_" + slot.slot();
        check(model, byName.get(slot.stored()), expected.get(path));
      }
      assertThat(slots).hasSize(18).doesNotHaveDuplicates();
      assertThat(optimizer.counters()).hasSize(1);
    }
  }

  private static void check(TfModel model, Variable variable, JsonNode expected)
      throws IOException {
    Map<String, Object> found = new TreeMap<>();
    found.put("dtype", variable.dtype());
    found.put("shape", variable.shape().toString().replace(" ", ""));
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.toIntExact(variable.bytes())).order(ByteOrder.LITTLE_ENDIAN);
    model.tensors().read(variable.name(), 0, bytes);
    List<Float> values = new ArrayList<>();
    for (bytes.flip(); bytes.hasRemaining(); ) {
      values.add(bytes.getFloat());
    }
    found.put("values", values);
    List<Float> wanted = new ArrayList<>();
    expected.get(1).forEach(v -> wanted.add((float) v.asDouble()));
    assertThat(found)
        .as(variable.name())
        .containsEntry("dtype", DType.FLOAT32)
        .containsEntry("shape", expected.get(0).toString())
        .containsEntry("values", wanted);
  }
}
