package io.github.tf2torch.model.source;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A learning rate as a graph computes it from the number of steps, line by line; the last one is
 * the rate. TensorFlow computes it in float32, whatever the type of the weights, and so does this.
 */
public record RateProgram(List<Line> lines) {
  /** In the place of the class of a schedule of Keras's. */
  public static final String KIND = "graph";

  private static final String LINES = "lines";

  public RateProgram {
    lines = List.copyOf(lines);
  }

  /** What a line computes with. */
  public sealed interface Operand {}

  public record Number(double value) implements Operand {}

  /** How many steps were done. */
  public record Step() implements Operand {}

  /** What an earlier line computed. */
  public record Earlier(int line) implements Operand {}

  /**
   * @param isSingle whether the result is a float32
   */
  public record Line(RateOp op, boolean isSingle, List<Operand> operands) {
    public Line {
      operands = List.copyOf(operands);
    }

    double value(double[] operands) {
      double exact = op.apply(operands);
      return isSingle ? (float) exact : exact;
    }

    /** Its value where all operands are numbers. */
    public Optional<Number> constant() {
      return operands.stream().allMatch(Number.class::isInstance)
          ? Optional.of(
              new Number(value(operands.stream().mapToDouble(o -> ((Number) o).value()).toArray())))
          : Optional.empty();
    }
  }

  /** The rate of the step behind so many others; NaN where a line has no value. */
  public double at(long step) {
    double[] values = new double[lines.size()];
    for (int i = 0; i < values.length; i++) {
      double[] operands =
          lines.get(i).operands().stream().mapToDouble(o -> value(o, step, values)).toArray();
      values[i] = lines.get(i).value(operands);
    }
    return values.length == 0 ? Double.NaN : values[values.length - 1];
  }

  /** What a line needs and itself, which is the last then. */
  public RateProgram needed(int last) {
    SortedSet<Integer> needed = new TreeSet<>(Set.of(last));
    for (int i = last; i >= 0; i--) {
      if (needed.contains(i)) {
        lines.get(i).operands().stream()
            .filter(Earlier.class::isInstance)
            .forEach(o -> needed.add(((Earlier) o).line()));
      }
    }
    List<Line> kept = new ArrayList<>();
    for (int i : needed) {
      Line line = lines.get(i);
      List<Operand> operands = new ArrayList<>();
      for (Operand operand : line.operands()) {
        operands.add(
            operand instanceof Earlier e ? new Earlier(needed.headSet(e.line()).size()) : operand);
      }
      kept.add(new Line(line.op(), line.isSingle(), operands));
    }
    return new RateProgram(kept);
  }

  private static double value(Operand operand, long step, double[] values) {
    if (operand instanceof Number number) {
      return number.value();
    }
    return operand instanceof Earlier earlier ? values[earlier.line()] : step;
  }

  /** As a schedule of Keras's stands in a configuration. */
  public Config config() {
    List<Config> items = new ArrayList<>();
    for (Line line : lines) {
      Map<String, Config> fields = new LinkedHashMap<>();
      fields.put("op", new Config.Text(line.op().name()));
      fields.put("float32", new Config.Bool(line.isSingle()));
      fields.put(
          "operands", new Config.Items(line.operands().stream().map(RateProgram::config).toList()));
      items.add(new Config.Fields(fields));
    }
    return new Config.Fields(
        Map.of(
            "class_name",
            new Config.Text(KIND),
            "config",
            new Config.Fields(Map.of(LINES, new Config.Items(items)))));
  }

  private static Config config(Operand operand) {
    if (operand instanceof Number number) {
      return new Config.Real(number.value());
    }
    return operand instanceof Earlier earlier
        ? new Config.Whole(earlier.line())
        : new Config.Text("step");
  }

  /**
   * @param config what {@link #config} gave under that key
   */
  public static RateProgram of(Config config) {
    List<Line> lines = new ArrayList<>();
    for (Config item : items(config, LINES)) {
      List<Operand> operands = items(item, "operands").stream().map(RateProgram::operand).toList();
      boolean isSingle = item.get("float32").equals(Optional.of(new Config.Bool(true)));
      String op = item.get("op").flatMap(Config::text).orElseThrow();
      lines.add(new Line(RateOp.valueOf(op), isSingle, operands));
    }
    return new RateProgram(lines);
  }

  private static List<Config> items(Config config, String key) {
    return config.get(key).orElse(new Config.Absent()) instanceof Config.Items items
        ? items.values()
        : List.of();
  }

  private static Operand operand(Config config) {
    if (config instanceof Config.Real real) {
      return new Number(real.value());
    }
    return config instanceof Config.Whole whole
        ? new Earlier(Math.toIntExact(whole.value()))
        : new Step();
  }
}
