package io.github.tf2torch.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InferenceBranchTest {
  private static Node node(String name, String op, Map<String, Attr> attrs, String... inputs) {
    List<Endpoint> from = new ArrayList<>();
    List.of(inputs).forEach(i -> from.add(Endpoint.parse(i)));
    return new Node(name, op, from, List.of(), attrs);
  }

  private static Graph.Function branch(String name, String op) {
    Node argument = node(name + "/x", "Placeholder", Map.of());
    Node result = node("Identity", op, Map.of(), name + "/x");
    return new Graph.Function(
        name,
        List.of(argument.name()),
        new Graph(List.of(argument, result), Map.of()),
        List.of(result.output(0)));
  }

  /** {@code choice = If(flag, x)}, whose results have the name that a node of a branch has too. */
  private static Graph choice(String flagOp, boolean flag, String then, String otherwise) {
    TensorValue value = TensorValue.ofLongs(DType.BOOL, Shape.of(), flag ? 1 : 0);
    Map<String, Attr> branches =
        Map.of("then_branch", new Attr.Function("then"), "else_branch", new Attr.Function("else"));
    return new Graph(
        List.of(
            node("x", "Placeholder", Map.of()),
            node("default", "Const", Map.of("value", new Attr.Tensor(value))),
            node("flag", "PlaceholderWithDefault", Map.of(), "default"),
            node("predicate", flagOp, Map.of(), "flag"),
            node("cond", "If", branches, "predicate", "x"),
            node("cond/Identity", "Identity", Map.of(), "cond"),
            node("y", "Neg", Map.of(), "cond/Identity")),
        Map.of("then", branch("then", then), "else", branch("else", otherwise)));
  }

  private static Graph taken(Graph graph) {
    Setting setting = new Setting(Set.of(new Endpoint("y", 0)), Map.of(), Map.of());
    return new PassedOn().apply(new InferenceBranch().apply(graph, setting), setting);
  }

  private static String maker(Graph graph, String user) {
    Node read = graph.byName().get(graph.byName().get(user).input(0).node());
    return read.op();
  }

  @ParameterizedTest
  @CsvSource({
    "Identity, false, Exp, Tanh, Tanh",
    "Identity, true, Exp, Tanh, Exp",
    "LogicalNot, false, Exp, Tanh, Exp",
    "LogicalNot, true, Exp, Tanh, Tanh"
  })
  void theFlagsDefaultChooses(
      String flagOp, boolean flag, String then, String otherwise, String wanted) {
    Graph graph = taken(choice(flagOp, flag, then, otherwise));
    assertThat(graph.byName().get("y").input(0).node()).isEqualTo("cond");
    assertThat(graph.byName().get("cond").op()).isEqualTo(Node.FUSED + "AtInference");
    assertThat(maker(graph, "cond")).isEqualTo(wanted);
  }

  @Test
  void nothingIsSaidWhereBothBranchesComeToTheSame() {
    Graph graph = taken(choice("Identity", false, "Identity", "StopGradient"));
    assertThat(graph.byName().get("y").input(0).node()).isEqualTo("x");
    assertThat(graph.nodes()).extracting(Node::op).doesNotContain(Node.FUSED + "AtInference");
  }

  @Test
  void aChoiceByDataStays() {
    Graph graph = taken(choice("Any", false, "Exp", "Tanh"));
    assertThat(graph.byName().get("cond").op()).isEqualTo("If");
  }
}
