package io.github.tf2torch.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Node;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PassedOnTest {
  private static Node node(String name, String op, String... inputs) {
    return new Node(name, op, Stream.of(inputs).map(Endpoint::parse).toList(), List.of(), Map.of());
  }

  @ParameterizedTest(name = "{0} before {1}: {2}")
  @CsvSource({
    "Identity, Mul, x",
    "StopGradient, Mul, passed",
    "StopGradient, SquaredDifference, x",
  })
  void aStopGradientStaysButThatOfMoments(String op, String user, String read) {
    Graph graph =
        new Graph(
            List.of(
                node("x", "Placeholder"), node("passed", op, "x"), node("y", user, "x", "passed")),
            Map.of());
    Graph after =
        new PassedOn().apply(graph, new Setting(Set.of(new Endpoint("y", 0)), Map.of(), Map.of()));
    assertThat(after.byName().get("y").input(1).node()).isEqualTo(read);
  }
}
