package io.github.tf2torch.diff;

import io.github.tf2torch.diff.TensorDifference.Verdict;
import io.github.tf2torch.model.source.Provenance;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The table that people read: what differs, and a verdict in the last line. */
public final class DiffText {
  private static final List<String> HEADER =
      List.of("tensor", "", "A", "B", "elements", "largest", "relative", "ULPs");

  private DiffText() {}

  public static String of(DiffReport report) {
    StringBuilder text = new StringBuilder();
    text.append("A  ").append(file(report.a())).append('\n');
    text.append("B  ").append(file(report.b())).append('\n');
    List<List<String>> rows = new ArrayList<>();
    for (TensorDifference tensor : report.tensors()) {
      if (tensor.verdict() != Verdict.SAME) {
        rows.add(row(tensor));
      }
    }
    if (!rows.isEmpty()) {
      rows.add(0, HEADER);
      text.append('\n').append(table(rows)).append('\n');
    }
    return text.append(verdict(report)).append('\n').toString();
  }

  private static String file(Provenance provenance) {
    return provenance.path() + "  (" + provenance.format() + ")";
  }

  private static List<String> row(TensorDifference tensor) {
    List<String> row = new ArrayList<>();
    row.add(name(tensor));
    row.add(tensor.verdict().words());
    row.add(tensor.a().map(DiffText::type).orElse("-"));
    boolean isAlike =
        tensor.a().isPresent()
            && tensor.a().map(DiffText::type).equals(tensor.b().map(DiffText::type));
    row.add(isAlike ? "same" : tensor.b().map(DiffText::type).orElse("-"));
    if (tensor.values().isEmpty()) {
      return row;
    }
    ValueDifference values = tensor.values().get();
    row.add(elements(tensor, values));
    Optional<Shape> shape = tensor.a().map(Variable::shape);
    row.add(
        values.largest().element() < 0
            ? "-"
            : number(values.largest().value()) + place(shape, values.largest()));
    row.add(values.relative().element() < 0 ? "-" : number(values.relative().value()));
    row.add(
        values.ulps().element() < 0
            ? "-"
            : String.format(Locale.ROOT, "%.0f", values.ulps().value()));
    return row;
  }

  private static String name(TensorDifference tensor) {
    String other = tensor.b().map(Variable::name).orElse(tensor.name());
    return other.equals(tensor.name()) ? other : tensor.name() + " = " + other;
  }

  private static String type(Variable variable) {
    return variable.dtype().torchName() + variable.shape();
  }

  private static String elements(TensorDifference tensor, ValueDifference values) {
    long count = tensor.a().map(v -> v.shape().count()).orElse(0L);
    String strangers =
        values.misplaced().element() < 0
            ? ""
            : ", %.0f NaN or Inf misplaced".formatted(values.misplaced().value());
    return values.differing() + " of " + count + strangers;
  }

  private static String number(double value) {
    boolean isShort = value == Math.rint(value) && value < 1e9;
    return String.format(Locale.ROOT, isShort ? "%.0f" : "%.3g", value);
  }

  private static String place(Optional<Shape> shape, Extreme extreme) {
    return shape.map(s -> " at " + s.indexOf(extreme.element())).orElse("");
  }

  private static String table(List<List<String>> rows) {
    int[] widths = new int[HEADER.size()];
    for (List<String> row : rows) {
      for (int i = 0; i < row.size(); i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.size(); i++) {
        line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  private static String verdict(DiffReport report) {
    long common = report.tensors().stream().filter(t -> t.values().isPresent()).count();
    if (report.isSame()) {
      long near = report.count(Verdict.NEAR);
      return "same: %d tensors, every element %s%s"
          .formatted(
              report.tensors().size(),
              report.tolerance().describe(),
              near == 0 ? "" : "; " + near + " of them not equal");
    }
    List<String> parts = new ArrayList<>();
    for (Verdict verdict : Verdict.values()) {
      if (!verdict.isSame() && report.count(verdict) > 0) {
        parts.add(report.count(verdict) + " " + phrase(verdict));
      }
    }
    long same = report.count(Verdict.SAME) + report.count(Verdict.NEAR);
    parts.add(common == 0 ? "nothing could be compared" : same + " the same");
    return "different: " + String.join(", ", parts);
  }

  private static String phrase(Verdict verdict) {
    return switch (verdict) {
      case VALUES -> "with other values";
      case DTYPE -> "of another dtype";
      case SHAPE -> "of another shape";
      case SAME, NEAR, ONLY_A, ONLY_B -> verdict.words();
    };
  }
}
