package io.github.tf2torch.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WholeNumbersTest {
  private static final Node RATE = constant("rate", 4);
  private static final Node ONE = constant("one", 2);
  private static final Node LENGTH = node("length", "Placeholder", Map.of());
  private static final Node REST = node("rest", "FloorMod", Map.of(), LENGTH, RATE);
  private static final Node OTHER = node("other", "FloorMod", Map.of(), REST, RATE);
  private static final Node MORE = node("more", "AddV2", Map.of(), REST, ONE);
  private static final Node PRODUCT = node("product", "Mul", Map.of(), REST, ONE);

  private static Node constant(String name, long value) {
    TensorValue tensor = TensorValue.ofLongs(DType.INT32, Shape.of(1), value);
    return node(name, "Const", Map.of("value", new Attr.Tensor(tensor)));
  }

  private static Node node(String name, String op, Map<String, Attr> attrs, Node... inputs) {
    List<Endpoint> from = List.of(inputs).stream().map(n -> n.output(0)).toList();
    return new Node(name, op, from, List.of(), attrs);
  }

  private static List<WholeNumbers.Element> elements(Node node) {
    List<Node> all = List.of(RATE, ONE, LENGTH, REST, OTHER, MORE, PRODUCT, node);
    Nodes nodes = new Nodes(new Graph(all, Map.of()), new Setting(Set.of(), Map.of(), Map.of()));
    return new WholeNumbers(nodes).of(node.output(0)).orElse(List.of());
  }

  private static Node pack(Node... parts) {
    return node("pack", "Pack", Map.of("axis", new Attr.Int(0)), parts);
  }

  @Test
  void whatIsAddedToARestIsWhatPaddingsAndCropsDifferBy() {
    List<WholeNumbers.Element> pads = elements(pack(ONE, MORE));
    List<WholeNumbers.Element> crops = elements(pack(ONE, REST));
    assertThat(pads.get(0).minus(crops.get(0))).isEqualTo(OptionalLong.of(0));
    assertThat(pads.get(1).minus(crops.get(1))).isEqualTo(OptionalLong.of(2));
  }

  @Test
  void theRestOfAnotherLengthIsAnotherNumber() {
    assertThat(elements(pack(REST)).get(0).minus(elements(pack(OTHER)).get(0))).isEmpty();
  }

  @Test
  void whatIsNotUnderstoodIsNotKnown() {
    assertThat(elements(pack(REST, PRODUCT))).isEmpty();
    assertThat(elements(node("sum", "AddV2", Map.of(), REST, OTHER))).isEmpty();
  }
}
