package io.github.tf2torch.verify.dropout;

import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.inputs.TorchRandom;
import io.github.tf2torch.verify.reference.Draw;
import io.github.tf2torch.verify.reference.Drawn;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * PyTorch's draws beside TensorFlow's.
 *
 * @param rows what is found of each
 * @param arrangements how PyTorch holds each of TensorFlow's; empty where it draws others
 */
public record DrawPartners(List<TensorResult> rows, Optional<List<DrawArrangement>> arrangements) {
  private static final double FLOAT32_UNIT = 0x1p-23;

  /** Of normal numbers, of which the C library decides the last bits. */
  private static final double NORMAL_ROUNDING = 1e-6;

  public DrawPartners {
    rows = List.copyOf(rows);
  }

  /**
   * Finds them.
   *
   * @param told what PyTorch drew by this seed
   */
  public static DrawPartners of(KerasDraws draws, KerasDraws.Told told, long seed) {
    List<TensorResult> results = new ArrayList<>();
    List<Optional<Drawn>> partners = draws.partners();
    List<DrawArrangement> arrangements = new ArrayList<>();
    TorchRandom random = TorchRandom.manualSeed(seed);
    List<Draw> open = new ArrayList<>(draws.draws());
    for (int i = 0; i < partners.size(); i++) {
      HeldDraw held = draws.held().get(i);
      TensorValue drawn = told.draws().get(i);
      if (partners.get(i).isEmpty()) {
        results.add(row(held, false, "PyTorch draws here, and TensorFlow's layer does not"));
        continue;
      }
      Drawn partner = partners.get(i).get();
      open.removeAll(partner.parts());
      Optional<DrawArrangement> arrangement =
          held.arrangement(draws.program(), partner, drawn.shape());
      if (arrangement.isEmpty()) {
        boolean isOdd = partner.form() == Drawn.Form.GATES_OF_STEPS;
        results.add(
            isOdd
                ? notChecked(held, "masks of gates that are drawn anew in each step")
                : row(held, false, shapes(partner, drawn.shape())));
        continue;
      }
      arrangements.add(arrangement.get());
      results.add(judged(held, partner.parts().get(0), drawn, random));
    }
    for (Draw draw : open) {
      results.add(
          TensorResult.exact(
              draw.path() + " drawn by PyTorch",
              draw.path(),
              false,
              "PyTorch draws nothing here in training, and TensorFlow does, at the rate "
                  + draw.rate()));
    }
    boolean isWhole = arrangements.size() == partners.size() && open.isEmpty();
    return new DrawPartners(results, isWhole ? Optional.of(arrangements) : Optional.empty());
  }

  private static String shapes(Drawn drawn, Shape held) {
    int count = drawn.parts().size();
    return "PyTorch draws a mask of %s, and TensorFlow %s of %s"
        .formatted(
            held.dims(),
            count == 1 ? "one" : String.valueOf(count),
            drawn.parts().get(0).shape().dims());
  }

  private static TensorResult row(HeldDraw held, boolean isEqual, String reason) {
    return TensorResult.exact(name(held), held.path(), isEqual, reason);
  }

  private static String name(HeldDraw held) {
    return held.path() + (held.index() == 0 ? "" : ", " + (held.index() + 1)) + " drawn by PyTorch";
  }

  private static TensorResult notChecked(HeldDraw held, String reason) {
    return new TensorResult(
        name(held), "", Verdict.NOT_CHECKED, Double.NaN, Double.NaN, Double.NaN, reason);
  }

  private static TensorResult judged(
      HeldDraw held, Draw draw, TensorValue drawn, TorchRandom random) {
    if (draw.kind() == Draw.Kind.NORMAL) {
      TensorValue expected = random.randn(DType.FLOAT32, drawn.shape());
      return isNear(expected, drawn)
          ? row(held, true, "PyTorch's noise is Mersenne Twister's")
          : notChecked(held, "PyTorch draws its noise from another generator here");
    }
    double scale = draw.kind() == Draw.Kind.KEPT ? 1 : 1 / (1 - draw.rate());
    TensorValue kept = random.kept(drawn.shape(), draw.rate());
    boolean isTwisters = true;
    for (long i = 0; i < drawn.shape().count(); i++) {
      double factor = drawn.doubleAt(i);
      if (factor != 0 && !(Math.abs(factor - scale) <= 2 * FLOAT32_UNIT * scale)) {
        return row(
            held,
            false,
            "PyTorch scales what it keeps by %.7g, and TensorFlow by %.7g = 1 / (1 - %s)"
                .formatted(factor, scale, draw.rate()));
      }
      isTwisters &= (factor != 0) == (kept.doubleAt(i) != 0);
    }
    return isTwisters
        ? row(
            held,
            true,
            "PyTorch's mask is Mersenne Twister's at the rate %s, scaled by %.7g"
                .formatted(draw.rate(), scale))
        : notChecked(
            held,
            "PyTorch draws from another generator than its Mersenne Twister here, as MKL has it on"
                + " Intel's processors; the mask that it drew is what TensorFlow is given");
  }

  static boolean isNear(TensorValue expected, TensorValue found) {
    double[] e = expected.doubles();
    double[] f = found.doubles();
    double error = 0;
    for (int i = 0; i < e.length; i++) {
      error = Math.max(error, Math.abs(e[i] - f[i]));
    }
    return error <= NORMAL_ROUNDING;
  }
}
