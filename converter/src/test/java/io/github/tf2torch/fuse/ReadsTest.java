package io.github.tf2torch.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.model.source.Graph;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is left of variables' reads, of operations that only give on, and of what nobody needs. */
class ReadsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "v = VariableV2 [4]\nr = Identity(v)",
        "v = VarHandleOp [4]\nr = ReadVariableOp(v)",
        "v = VarHandleOp [4]\nh = Identity(v)\nr = ReadVariableOp(h)",
      })
  void aReadIsTheVariableHoweverItIsWritten(String read) {
    Graph graph = Fusion.fuse(GraphText.model(read + "\nx = Placeholder\ny = Mul(x, r)"));
    String name = graph.node("y").orElseThrow().input(1).node();
    assertThat(graph.node(name).orElseThrow().op()).isEqualTo("Variable");
    assertThat(graph.node(name).orElseThrow().textAttr("variable")).isEqualTo("v");
    assertThat(GraphText.lines(graph)).hasSize(1);
  }

  @Test
  void severalReadsOfAVariableAreOne() {
    assertThat(
            GraphText.fused(
                """
                v = VarHandleOp [4]
                a = ReadVariableOp(v)
                b = ReadVariableOp(v)
                y = Mul(a, b)
                """))
        .containsExactly("y = Mul(a, a)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "w = AssignAddVariableOp(v, x)\nr = ReadVariableOp(v, ^w)",
        "w = AssignVariableOp(v, x)\nn = NoOp(^w)\nr = ReadVariableOp(v, ^n)",
        "w = ResourceApplyGradientDescent(v, x, x)\nr = ReadVariableOp(v, ^w)",
      })
  void aReadAfterAChangeIsNotWhatTheFileHolds(String change) {
    assertThat(GraphText.fused("v = VarHandleOp [4]\nx = Placeholder\n" + change + "\ny = Exp(r)"))
        .anyMatch(l -> l.startsWith("r = ReadVariableOp(v)"));
  }

  @Test
  void aReadAfterAChangeOfAnotherVariableIsWhatTheFileHolds() {
    assertThat(
            GraphText.fused(
                """
                v = VarHandleOp [4]
                o = VarHandleOp [4]
                x = Placeholder
                w = AssignVariableOp(o, x)
                r = ReadVariableOp(v, ^w)
                y = Exp(r)
                """))
        .containsExactly("y = Exp(r)");
  }

  @Test
  void aGatherThatReadsByItselfIsALookup() {
    assertThat(
            GraphText.fused(
                """
                v = VarHandleOp [9,4]
                i = Placeholder
                y = ResourceGather(v, i)
                """))
        .containsExactly("y = fused.Embedding(y/read, i) from_end=false variable=v");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Identity", "PreventGradient", "Snapshot", "IdentityN"})
  void whatOnlyGivesOnIsLeftOut(String op) {
    assertThat(GraphText.fused("x = Placeholder\ni = " + op + "(x)\ny = Exp(i)"))
        .containsExactly("y = Exp(x)");
  }

  @Test
  void eachOutputOfSeveralThatAreGivenOnIsItsOwn() {
    assertThat(
            GraphText.fused(
                "x = Placeholder\nz = Placeholder\ni = IdentityN(x, z)\ny = Sub(i, i:1)"))
        .containsExactly("y = Sub(x, z)");
  }

  @Test
  void anOutputThatOnlyGivesOnStays() {
    List<String> lines = GraphText.fused("x = Placeholder\ne = Exp(x)\ny = Identity(e)");
    assertThat(lines).containsExactly("e = Exp(x)", "y = Identity(e)");
  }

  @Test
  void whatNoOutputNeedsIsLeftOut() {
    assertThat(GraphText.fused("x = Placeholder\nu = Exp(x)\nz = Log(u)\ny = Neg(x)"))
        .containsExactly("y = Neg(x)");
  }
}
