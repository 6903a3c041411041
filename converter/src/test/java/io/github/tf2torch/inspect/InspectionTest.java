package io.github.tf2torch.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Optimizer;
import io.github.tf2torch.model.source.Provenance;
import io.github.tf2torch.model.source.Role;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InspectionTest {
  private static final List<Variable> VARIABLES =
      List.of(
          variable("conv1/kernel", Role.WEIGHT, 5, 5, 1, 2),
          variable("conv1/kernel/Adam", Role.SLOT, 5, 5, 1, 2),
          variable("head/dense/bias", Role.WEIGHT, 10),
          variable("beta1_power", Role.COUNTER));

  private static Variable variable(String name, Role role, long... dims) {
    return new Variable(name, name, DType.FLOAT32, Shape.of(dims), role, List.of());
  }

  /** Holds ones; {@code damaged} fails its checksum, all others match. */
  private static TfModel model(String damaged) {
    TensorSource ones =
        new TensorSource() {
          @Override
          public void read(String variable, long offset, ByteBuffer target) {
            while (target.hasRemaining()) {
              target.putFloat(1);
            }
          }

          @Override
          public boolean verify(String variable) {
            if (variable.equals(damaged)) {
              throw new DamagedFile("data @ 0x10: checksum is 1, expected 2");
            }
            return true;
          }
        };
    Optimizer adam =
        new Optimizer(
            "Adam",
            "Adam",
            Map.of("learning_rate", new Config.Real(0.001)),
            List.of(new Optimizer.Slot("m", "conv1/kernel", "conv1/kernel/Adam")),
            List.of("beta1_power"));
    return TfModel.of(
        new Provenance("model.ckpt", "V2 checkpoint", ""),
        VARIABLES,
        List.of(adam),
        ones,
        List.of());
  }

  private static Inspection inspect(String damaged) throws IOException {
    return Inspection.of(model(damaged), true, bytes -> {});
  }

  @Test
  void printsVariablesAsATreeWithTheirRoles() throws IOException {
    assertThat(InspectionText.of(inspect("")))
        .contains("variables   4 (2 weight, 1 slot, 1 counter), 444 B, every checksum matches")
        .contains("\n  conv1/kernel     float32   [5, 5, 1, 2]             200 B  weight")
        .contains("\n    Adam           float32   [5, 5, 1, 2]             200 B  slot")
        .contains("\n  head/dense/bias  float32   [10]                      40 B  weight")
        .contains(
            "optimizer   Adam; learning_rate 0.001; slots m of 1 variables; counters beta1_power");
  }

  @Test
  void aDamagedVariableIsNamedAndItsSiblingsAreStillThere() throws IOException {
    Inspection found = inspect("head/dense/bias");

    assertThat(found.damaged()).hasSize(1);
    assertThat(InspectionText.of(found))
        .contains("1 DAMAGED")
        .contains("damaged     head/dense/bias: data @ 0x10: checksum is 1, expected 2");
    JsonNode json = InspectionJson.of(found);
    assertThat(json.at("/variables/2/checksum").asText()).isEqualTo("damaged");
    assertThat(json.at("/variables/0/checksum").asText()).isEqualTo("matches");
    assertThat(json.at("/problems/0").asText()).startsWith("head/dense/bias: ");
  }

  @Test
  void jsonHoldsWhatProgramsRelyOn() throws IOException {
    JsonNode json = InspectionJson.of(inspect(""));

    assertThat(json.path("format").asText()).isEqualTo("V2 checkpoint");
    assertThat(json.path("writer").isTextual()).isTrue();
    assertThat(json.at("/variables/1/role").asText()).isEqualTo("slot");
    assertThat(json.at("/variables/0/shape").toString()).isEqualTo("[5,5,1,2]");
    assertThat(json.at("/variables/0/bytes").asLong()).isEqualTo(200);
    assertThat(json.at("/variables/0/statistics/mean").asDouble()).isEqualTo(1.0);
    assertThat(json.at("/optimizer/kind").asText()).isEqualTo("Adam");
    assertThat(json.at("/optimizer/slots/0/variable").asText()).isEqualTo("conv1/kernel");
    assertThat(json.path("signatures").isArray()).isTrue();
    assertThat(json.path("problems")).isEmpty();
  }
}
