package io.github.tf2torch.verify.inputs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.source.Provenance;
import io.github.tf2torch.model.source.Signature;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.tensor.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What reads an input decides whether its fractions are seen. */
class WholeNumbersTest {
  @ParameterizedTest
  @CsvSource({
    "Cast INT64,          true",
    "Reshape/Cast INT32,  true",
    "Cast FLOAT64,        false",
    "Relu,                false",
    "Reshape/Relu,        false",
    "Cast INT64+Relu,     false",
    "'',                  false"
  })
  void anInputThatIsOnlyCastHoldsWholeNumbers(String readers, boolean isWhole) {
    TfModel model = model(readers);
    assertThat(WholeNumbers.bounds(model)).isEqualTo(isWhole ? Map.of("x", 2L) : Map.of());
    List<Double> drawn =
        Arrays.stream(
                new SeededInputs(1, 64, 1, WholeNumbers.bounds(model))
                    .draw(model.signature())
                    .get("x")
                    .doubles())
            .boxed()
            .toList();
    assertThat(drawn).hasSize(64).allMatch(d -> d >= 0 && d <= 1);
    assertThat(Set.copyOf(drawn)).hasSize(isWhole ? 2 : 64);
  }

  /** Of readers with {@code +} between, or one behind the other with {@code /} between. */
  private static TfModel model(String readers) {
    List<Node> nodes = new ArrayList<>(List.of(node("x", "Placeholder")));
    for (String chain : readers.split("\\+")) {
      String last = "x";
      for (String op : chain.split("/")) {
        if (!op.isEmpty()) {
          nodes.add(node("node" + nodes.size(), op, new Endpoint(last, 0)));
          last = nodes.get(nodes.size() - 1).name();
        }
      }
    }
    Signature.Tensor input =
        new Signature.Tensor("x", new Endpoint("x", 0), DType.FLOAT32, Optional.of(Dims.of(-1L)));
    return new TfModel(
        new Provenance("", "", ""),
        List.of(),
        new Graph(nodes, Map.of()),
        List.of(),
        new Signature("", List.of(input), List.of()),
        Map.of(),
        Optional.empty(),
        List.of(),
        (variable, offset, target) -> {},
        List.of());
  }

  private static Node node(String name, String op, Endpoint... inputs) {
    String[] words = op.split(" ");
    Map<String, Attr> attrs =
        words.length > 1 ? Map.of("DstT", new Attr.Type(DType.valueOf(words[1]))) : Map.of();
    return new Node(name, words[0], List.of(inputs), List.of(), attrs);
  }
}
