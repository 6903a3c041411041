package io.github.tf2torch.fuse;

import static io.github.tf2torch.fuse.BatchNormArithmeticTest.replaced;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingCondTest {
  private static final String NORM =
      """
      train(xt, gt, bt, mt, vt) {
        none = Const 0.0
        rg = ReadVariableOp(gt)
        rb = ReadVariableOp(bt)
        n = FusedBatchNormV3(xt, rg, rb, none, none) is_training=true
        rm = ReadVariableOp(mt)
        old = Const 0.8
        new = Const 0.2
        keep = Mul(rm, old)
        take = Mul(n:1, new)
        mean = AddV2(keep, take)
        w = AssignVariableOp(mt, mean)
        rt = Identity(n, ^w)
      }
      infer(xi, gi, bi, mi, vi) {
        ig = ReadVariableOp(gi)
        ib = ReadVariableOp(bi)
        im = ReadVariableOp(mi)
        iv = ReadVariableOp(vi)
        ni = FusedBatchNormV3(xi, ig, ib, im, iv)
        ri = Identity(ni)
      }
      x = Placeholder
      z = Placeholder
      flag = Placeholder
      g = VarHandleOp [2]
      b = VarHandleOp [2]
      m = VarHandleOp [2]
      v = VarHandleOp [2]
      y = If(flag, x, g, b, m, v) then_branch=@train else_branch=@infer
      """;
  private static final String DROPOUT =
      """
      train(xt) {
        rate = Const 0.25
        scale = Const 1.3333334
        zero = Const 0.0
        extents = Shape(xt)
        noise = RandomUniform(extents)
        keep = GreaterEqual(noise, rate)
        scaled = Mul(xt, scale)
        r = SelectV2(keep, scaled, zero)
      }
      infer(xi) {
        ri = Identity(xi)
      }
      x = Placeholder
      z = Placeholder
      flag = Placeholder
      y = If(flag, x) then_branch=@train else_branch=@infer
      """;

  @Test
  void aNormalizationInBothBranchesIsOneWithTheMomentumOfTheUpdate() {
    assertThat(GraphText.fused(NORM))
        .containsExactly(
            "y = fused.BatchNorm(x, y/im, y/iv, y/ig, y/ib)"
                + " axis=-1 center=true epsilon=0.001 momentum=0.8 rank=4 scale=true");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "y = If(flag, x, g, b, m, v) then_branch=@infer else_branch=@train",
        "f = Identity(flag)\ny = If(f, x, g, b, m, v) then_branch=@train else_branch=@infer",
        "f = LogicalNot(flag)\ny = StatelessIf(f, x, g, b, m, v) then_branch=@infer"
            + " else_branch=@train",
      })
  void theBranchThatTrainsIsToldByWhatItDoes(String choice) {
    String text =
        replaced(NORM, "y = If(flag, x, g, b, m, v) then_branch=@train else_branch=@infer", choice);
    assertThat(GraphText.fused(text)).singleElement().asString().contains("momentum=0.8");
  }

  @Test
  void momentumIsReadFromASubtractionToo() {
    String text =
        NORM.replace("keep = Mul(rm, old)", "keep = Sub(rm, n:1)")
            .replace("mean = AddV2(keep, take)", "mean = Mul(keep, new)")
            .replace("AssignVariableOp(mt, mean)", "AssignSubVariableOp(mt, mean)");
    assertThat(GraphText.fused(text)).singleElement().asString().contains("momentum=0.8");
  }

  @Test
  void withoutAnUpdateThereIsNoMomentum() {
    assertThat(GraphText.fused(replaced(NORM, "AssignVariableOp(mt", "AssignVariableOp(vt")))
        .singleElement()
        .asString()
        .contains("fused.BatchNorm")
        .doesNotContain("momentum");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "y = If(flag,       | f = Relu(flag); y = If(f,",
        "is_training=true   | is_training=false",
        "iv)                | iv) is_training=true",
        "iv)                | iv) epsilon=0.5",
        "iv)                | iv) data_format=NCHW",
        "rt = Identity(n,   | rt = Relu(n,",
        "ri = Identity(ni)  | ri = Relu(ni)",
        "V3(xi, ig          | V3(ib, ig",
        "V3(xi, ig, ib      | V3(xi, ib, ig",
        "V3(xi, ig, ib      | V3(xi, ig, ig",
        "V3(xi, ig, ib      | V3(xi, ib, ib",
      })
  void branchesThatDifferInMoreThanTheStatisticsStayAChoice(String from, String to) {
    String text = replaced(NORM, from, to.replace("; ", "\n"));
    assertThat(GraphText.fused(text)).noneMatch(l -> l.contains("fused.BatchNorm"));
  }

  @Test
  void aLaterOutputOfTheChoiceThatIsReadKeepsIt() {
    assertThat(GraphText.fused(NORM, "y:1")).noneMatch(l -> l.contains("fused."));
    assertThat(GraphText.fused(DROPOUT, "y:1")).noneMatch(l -> l.contains("fused."));
    assertThat(GraphText.fused(NORM + "a = Relu(y:1)\nb2 = Add(a, y)"))
        .noneMatch(l -> l.contains("fused."));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "r = SelectV2(keep, scaled, zero) | r = Select(keep, scaled, zero)",
        "r = SelectV2(keep, scaled, zero) | mask = Cast(keep); r = Mul(scaled, mask)",
        "r = SelectV2(keep, scaled, zero) | mask = Cast(keep); r = Mul(mask, scaled)",
        "scaled = Mul(xt, scale)          | scaled = Mul(scale, xt)",
        "scaled = Mul(xt, scale)          | left = Const 0.75; scaled = RealDiv(xt, left)",
        "noise = RandomUniform(extents)   | noise = StatelessRandomUniformV2(extents, seed)",
        "extents = Shape(xt)              | same = Identity(xt); extents = Shape(same)",
        "y = If                           | y = StatelessIf",
      })
  void dropoutIsOneNodeHoweverItIsWritten(String from, String to) {
    assertThat(GraphText.fused(replaced(DROPOUT, from, to.replace("; ", "\n"))))
        .containsExactly("y = fused.Dropout(x) rate=0.25");
  }

  @Test
  void keepProbOfOldGraphsSaysTheRate() {
    String text =
        replaced(
                DROPOUT,
                "keep = GreaterEqual(noise, rate)",
                "left = Const 0.75\nlow = Const 0.0\nspan = Const 1.0\nspread = Mul(noise, span)\n"
                    + "moved = Add(spread, low)\nup = Add(left, moved)\nmask = Floor(up)")
            .replace("Mul(xt, scale)", "RealDiv(xt, left)")
            .replace("SelectV2(keep, scaled, zero)", "Mul(scaled, mask)");
    assertThat(GraphText.fused(text)).containsExactly("y = fused.Dropout(x) rate=0.25");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "scale = Const 1.3333334        | scale = Const 1.0",
        "zero = Const 0.0               | zero = Const 1.0",
        "keep = GreaterEqual(noise,     | keep = Less(noise,",
        "noise = RandomUniform(extents) | noise = Sigmoid(xt)",
        "noise = RandomUniform(extents) | noise = RandomUniformInt(extents)",
        "scaled = Mul(xt, scale)        | other = Exp(xt); scaled = Mul(other, scale)",
        "extents = Shape(xt)            | four = Const 4; e = Shape(xt); extents = Mul(e, four)",
        "SelectV2(keep, scaled, zero)   | SelectV2(keep, zero, scaled)",
        "ri = Identity(xi)              | ri = Exp(xi)",
      })
  void noiseThatOnlyLooksAlikeStaysAChoice(String from, String to) {
    assertThat(GraphText.fused(replaced(DROPOUT, from, to.replace("; ", "\n"))))
        .noneMatch(l -> l.contains("fused."));
  }

  @Test
  void dropoutOfAnotherTensorStaysAChoice() {
    String text =
        replaced(DROPOUT, "infer(xi) {", "infer(other, xi) {")
            .replace("train(xt) {", "train(xt, unused) {")
            .replace("If(flag, x)", "If(flag, x, z)");
    assertThat(GraphText.fused(text)).noneMatch(l -> l.contains("fused."));
  }

  @Test
  void noiseOfAnotherTensorsShapeStaysAChoice() {
    String text =
        replaced(DROPOUT, "infer(xi) {", "infer(xi, unused) {")
            .replace("train(xt) {", "train(xt, other) {")
            .replace("Shape(xt)", "Shape(other)")
            .replace("If(flag, x)", "If(flag, x, z)");
    assertThat(GraphText.fused(text)).noneMatch(l -> l.contains("fused."));
  }

  @Test
  void aShapeOfNoiseThatIsConstantIsHandedOn() {
    assertThat(GraphText.fused(replaced(DROPOUT, "extents = Shape(xt)", "extents = Const 3 1 1 2")))
        .containsExactly("y = fused.Dropout(x) noise_shape=[3,1,1,2] rate=0.25");
  }
}
