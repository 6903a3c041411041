package io.github.tf2torch.tensor;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The way back from tensors to the variables that they were made of. One variable may lie in
 * several tensors, as a query, key and value that were one, and one tensor may hold several.
 */
public final class WayBack {
  private final Map<String, List<Way>> ways = new LinkedHashMap<>();
  private final Map<TensorExpr, List<Part>> parts = new LinkedHashMap<>();
  private final Map<String, String> cut = new LinkedHashMap<>();

  /**
   * How a variable is made of tensors.
   *
   * @param isExact whether what was converted comes back bit for bit
   */
  public record Way(TensorExpr recipe, boolean isExact) {}

  /** A slice of something, on its way back. */
  private record Part(int axis, long start, Way way) {
    long end() {
      return start + way.recipe().shape().dim(axis);
    }
  }

  /** Hears that {@code recipe} made {@code tensor}. */
  public void add(TensorExpr recipe, TensorExpr tensor) {
    back(recipe, new Way(tensor, true));
  }

  /**
   * All ways to each variable, once everything was added. There are several where several tensors
   * hold the same.
   */
  public Map<String, List<Way>> ways() {
    joinParts();
    return Collections.unmodifiableMap(ways);
  }

  /** Variables that are not whole in the tensors, and what is missing. */
  public Map<String, String> cut() {
    joinParts();
    return Collections.unmodifiableMap(cut);
  }

  private void back(TensorExpr made, Way way) {
    TensorExpr value = way.recipe();
    if (made instanceof TensorExpr.Stored stored) {
      ways.computeIfAbsent(stored.variable(), v -> new ArrayList<>()).add(way);
    } else if (made instanceof TensorExpr.Permute permute) {
      back(permute.input(), with(way, new TensorExpr.Permute(value, inverse(permute.axes()))));
    } else if (made instanceof TensorExpr.Reshape reshape) {
      back(reshape.input(), with(way, new TensorExpr.Reshape(value, reshape.input().shape())));
    } else if (made instanceof TensorExpr.Slice slice) {
      parts
          .computeIfAbsent(slice.input(), i -> new ArrayList<>())
          .add(new Part(slice.axis(), slice.start(), way));
    } else if (made instanceof TensorExpr.Concat concat) {
      long start = 0;
      for (TensorExpr input : concat.inputs()) {
        long length = input.shape().dim(concat.axis());
        back(input, with(way, new TensorExpr.Slice(value, concat.axis(), start, length)));
        start += length;
      }
    } else if (made instanceof TensorExpr.Scale scale) {
      boolean isExact = way.isExact() && isPowerOfTwo(scale.factor());
      if (scale.factor() != 0) {
        back(scale.input(), new Way(new TensorExpr.Scale(value, 1 / scale.factor()), isExact));
      }
    } else if (made instanceof TensorExpr.Shift shift) {
      back(shift.input(), new Way(new TensorExpr.Shift(value, -shift.amount()), false));
    } else if (made instanceof TensorExpr.Sum sum) {
      sum.variables().forEach(v -> cut.putIfAbsent(v, "there is only " + sum.describe()));
    } else if (made instanceof TensorExpr.Cast cast) {
      boolean isExact = way.isExact() && widens(cast.input().dtype(), cast.dtype());
      back(cast.input(), new Way(new TensorExpr.Cast(value, cast.input().dtype()), isExact));
    }
  }

  private static Way with(Way way, TensorExpr recipe) {
    return new Way(recipe, way.isExact());
  }

  private static boolean isPowerOfTwo(double factor) {
    return Math.abs(factor) == Math.scalb(1.0, Math.getExponent(factor));
  }

  private static boolean widens(DType from, DType to) {
    return from == to
        || switch (from) {
          case FLOAT16, BFLOAT16 -> to == DType.FLOAT32 || to == DType.FLOAT64;
          case FLOAT32 -> to == DType.FLOAT64;
          case INT32, INT16, UINT16, INT8, UINT8, BOOL -> to == DType.INT64;
          default -> false;
        };
  }

  private static List<Integer> inverse(List<Integer> axes) {
    List<Integer> back = new ArrayList<>(Collections.nCopies(axes.size(), 0));
    for (int i = 0; i < axes.size(); i++) {
      back.set(axes.get(i), i);
    }
    return back;
  }

  /** The outermost first: what is put together there may be a part of something further in. */
  private void joinParts() {
    while (!parts.isEmpty()) {
      TensorExpr whole =
          parts.keySet().stream().max(Comparator.comparingInt(WayBack::height)).orElseThrow();
      List<Part> own = parts.getOrDefault(whole, List.of());
      parts.remove(whole);
      Optional<Way> joined = join(whole, own);
      if (joined.isPresent()) {
        back(whole, joined.get());
      } else {
        whole.variables().forEach(v -> cut.putIfAbsent(v, missing(whole, own)));
      }
    }
  }

  private static int height(TensorExpr expr) {
    return 1 + expr.inputs().stream().mapToInt(WayBack::height).max().orElse(0);
  }

  /** Parts one after another along their axis, where they leave no gap; of two the longer. */
  private static Optional<Way> join(TensorExpr whole, List<Part> parts) {
    int axis = parts.get(0).axis();
    if (parts.stream().anyMatch(p -> p.axis() != axis)) {
      return Optional.empty();
    }
    List<TensorExpr> row = new ArrayList<>();
    boolean isExact = true;
    long at = 0;
    while (at < whole.shape().dim(axis)) {
      long start = at;
      Optional<Part> next =
          parts.stream()
              .filter(p -> p.start() == start && p.end() > start)
              .max(Comparator.comparingLong(Part::end));
      if (next.isEmpty()) {
        return Optional.empty();
      }
      row.add(next.get().way().recipe());
      isExact &= next.get().way().isExact();
      at = next.get().end();
    }
    if (row.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Way(row.size() == 1 ? row.get(0) : new TensorExpr.Concat(row, axis), isExact));
  }

  private static String missing(TensorExpr whole, List<Part> parts) {
    return "of "
        + whole.describe()
        + whole.shape()
        + " there is only "
        + parts.stream()
            .map(p -> p.start() + " to " + (p.end() - 1) + " of axis " + p.axis())
            .distinct()
            .collect(java.util.stream.Collectors.joining(", "));
  }
}
