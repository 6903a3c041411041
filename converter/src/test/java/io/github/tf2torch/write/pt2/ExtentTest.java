package io.github.tf2torch.write.pt2;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ExtentTest {
  private final Extent n = Extent.symbol("s0", 2);
  private final Extent t = Extent.symbol("s1", 64);

  @Test
  void equalExtentsAreEqualHoweverTheyAreComputed() {
    assertThat(n.plus(3).times(t)).isEqualTo(t.times(n).plus(t.times(Extent.of(3))));
    assertThat(n.plus(t).minus(t)).isEqualTo(n);
    assertThat(n.minus(n)).isEqualTo(Extent.of(0));
  }

  @Test
  void productDividesByItsFactors() {
    assertThat(n.times(t).times(Extent.of(6)).over(t.times(Extent.of(2))))
        .isEqualTo(n.times(Extent.of(3)));
    assertThat(n.times(t).exactly(Extent.of(2))).isEmpty();
  }

  @Test
  void knownExtentsDivideAsInPython() {
    assertThat(Extent.of(-7).over(2)).isEqualTo(Extent.of(-4));
    assertThat(Extent.of(7).over(2)).isEqualTo(Extent.of(3));
  }

  @Test
  void openQuotientKeepsItsTextAndItsHint() {
    Extent half = t.plus(-1).over(2);

    assertThat(half.sympy())
        .isEqualTo(
            "FloorDiv(Add(Integer(-1), Symbol('s1', positive=True, integer=True)), Integer(2))");
    assertThat(half.hint()).isEqualTo(31);
    assertThat(half.plus(1)).hasToString("Add(1, FloorDiv(Add(-1, s1), 2))");
  }

  @Test
  void largestAndSmallestOfKnownExtentsAreKnown() {
    assertThat(Extent.of(3).max(Extent.of(5))).isEqualTo(Extent.of(5));
    assertThat(n.min(n)).isEqualTo(n);
  }

  @Test
  void symbolsAreAtLeastOne() {
    assertThat(n.max(Extent.of(1))).isEqualTo(n);
    assertThat(n.min(Extent.of(1))).isEqualTo(Extent.of(1));
    assertThat(Extent.of(0).max(n.plus(-1))).isEqualTo(n.plus(-1));
    assertThat(n.times(t).plus(n).min(n)).isEqualTo(n);
    assertThat(n.plus(-2).max(Extent.of(0))).hasToString("Max(Add(-2, s0), 0)");
    assertThat(n.minus(t).min(n)).isEqualTo(n.minus(t));
    assertThat(n.max(t)).hasToString("Max(s0, s1)");
  }
}
