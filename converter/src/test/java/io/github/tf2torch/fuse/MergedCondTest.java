package io.github.tf2torch.fuse;

import static io.github.tf2torch.fuse.BatchNormArithmeticTest.replaced;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.TfModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MergedCondTest {
  private static final String NORM =
      """
      x = Placeholder
      flag = Placeholder
      g = VariableV2 [2]
      gr = Identity(g)
      b = VariableV2 [2]
      br = Identity(b)
      m = VariableV2 [2]
      mr = Identity(m)
      v = VariableV2 [2]
      vr = Identity(v)
      pivot = Switch(flag, flag)
      yes = Identity(pivot:1)
      no = Identity(pivot)
      pred = Identity(flag)
      none = Const(^yes) 0.0
      tx = Switch(x, pred)
      tg = Switch(gr, pred)
      tb = Switch(br, pred)
      n = FusedBatchNormV3(tx:1, tg:1, tb:1, none, none) is_training=true
      old = Const(^yes) 0.8
      tm = Switch(mr, pred)
      keep = Mul(tm:1, old)
      new = Const(^yes) 0.2
      take = Mul(n:1, new)
      mean = AddV2(keep, take)
      tr = RefSwitch(m, pred)
      w = Assign(tr:1, mean)
      nt = Identity(n, ^w)
      ix = Switch(x, pred)
      ig = Switch(gr, pred)
      ib = Switch(br, pred)
      im = Switch(mr, pred)
      iv = Switch(vr, pred)
      ni = FusedBatchNormV3(ix, ig, ib, im, iv)
      y = Merge(ni, nt)
      """;
  private static final String DROPOUT =
      """
      x = Placeholder
      flag = Placeholder
      pivot = Switch(flag, flag)
      yes = Identity(pivot:1)
      rate = Const(^yes) 0.25
      scale = Const(^yes) 1.3333334
      zero = Const(^yes) 0.0
      tx = Switch(x, flag)
      extents = Shape(tx:1)
      noise = RandomUniform(extents)
      keep = GreaterEqual(noise, rate)
      scaled = Mul(tx:1, scale)
      r = SelectV2(keep, scaled, zero)
      ix = Switch(x, flag)
      y = Merge(ix, r)
      """;

  @Test
  void batchNormalizationBetweenSwitchAndMergeIsOneModule() {
    assertThat(GraphText.fused(NORM))
        .containsExactly(
            "y = fused.BatchNorm(x, m, v, g, b)"
                + " axis=-1 center=true epsilon=0.001 momentum=0.8 rank=4 scale=true");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Merge(ix, r)    | Merge(r, ix)",
        "Merge(ix, r)    | RefMerge(ix, r)",
        "rate = Const(^yes) | rate = Const",
      })
  void dropoutBetweenSwitchAndMergeIsOneNode(String from, String to) {
    assertThat(GraphText.fused(replaced(DROPOUT, from, to)))
        .containsExactly("y = fused.Dropout(x) rate=0.25");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ix = Switch(x, flag)  | other = Placeholder; ix = Switch(x, other)",
        "Merge(ix, r)          | Merge(ix:1, r)",
        "scaled = Mul(tx:1,    | scaled = Mul(tx,",
        "ix = Switch(x, flag)  | ix = Enter(x)",
        "ix = Switch(x, flag)  | ix = Exp(x)",
        "Merge(ix, r)          | Merge(ix, r, r)",
      })
  void whatIsNoChoiceBetweenTwoSidesStaysAsItIs(String from, String to) {
    assertThat(GraphText.fused(replaced(DROPOUT, from, to.replace("; ", "\n"))))
        .anyMatch(l -> l.startsWith("y = Merge("));
  }

  @Test
  void aChoiceWithinABranchIsPartOfTheBranch() {
    String text =
        """
        x = Placeholder
        flag = Placeholder
        inner = Placeholder
        sx = Switch(x, flag)
        si = Switch(inner, flag)
        ax = Switch(sx:1, si:1)
        e = Exp(ax:1)
        a = Merge(ax, e)
        y = Merge(sx, a)
        """;
    TfModel model = GraphText.model(text);
    Graph graph = new MergedCond().apply(model.graph(), Setting.of(model));
    assertThat(GraphText.lines(graph))
        .contains("y = If(flag, inner, x) else_branch=@y/else_branch then_branch=@y/then_branch");
    assertThat(GraphText.lines(graph.functions().get("y/then_branch").body()))
        .containsExactly(
            "a = If(y/then_branch/0, y/then_branch/1)"
                + " else_branch=@a/else_branch then_branch=@a/then_branch");
    assertThat(GraphText.lines(graph.functions().get("a/then_branch").body()))
        .containsExactly("e = Exp(a/then_branch/0)");
    assertThat(graph.functions().get("y/else_branch").results())
        .extracting(Object::toString)
        .containsExactly("y/else_branch/1:0");
  }
}
