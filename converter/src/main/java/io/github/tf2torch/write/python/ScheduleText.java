package io.github.tf2torch.write.python;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.RateProgram;
import io.github.tf2torch.model.target.TrainingLoop;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * {@code lr_scheduler}, and the function {@code learning_rate} where no class of PyTorch's is the
 * same (keras/src/optimizers/schedules/learning_rate_schedule.py).
 */
final class ScheduleText {
  private final TrainingLoop.Schedule schedule;
  private final PythonText text = new PythonText();

  private ScheduleText(TrainingLoop.Schedule schedule) {
    this.schedule = schedule;
  }

  static String print(Optional<TrainingLoop.Schedule> schedule) {
    return schedule.map(s -> new ScheduleText(s).print()).orElse("");
  }

  private String print() {
    boolean isFunction = schedule.className().equals("LambdaLR");
    if (isFunction) {
      function();
    }
    text.line(0, "").line(0, "").line(0, "def lr_scheduler(optimizer):");
    String step = schedule.done() == 1 ? "1 step" : schedule.done() + " steps";
    text.line(1, "\"\"\"TensorFlow's " + schedule.kind() + " as of " + step + ".");
    text.line(0, "");
    text.line(1, "Call its step() behind each step of the optimizer.");
    text.line(1, "\"\"\"");
    // LambdaLR multiplies what it starts from, and the function has all of the rate.
    String first = isFunction ? "1.0" : number(schedule.first());
    text.line(1, "for group in optimizer.param_groups:");
    text.line(2, "group[\"initial_lr\"] = group[\"lr\"] = " + first);
    text.line(
        1,
        "scheduler = torch.optim.lr_scheduler.%s(optimizer, %s)"
            .formatted(schedule.className(), isFunction ? "learning_rate" : arguments()));
    String rate = number(schedule.rate());
    text.line(1, "for group in optimizer.param_groups:");
    text.line(2, "group[\"lr\"] = " + rate);
    text.line(1, "state = scheduler.state_dict()");
    text.line(
        1,
        "state.update(last_epoch=%s, _step_count=%s)"
            .formatted(schedule.done(), schedule.done() + 1));
    text.line(1, "state[\"_last_lr\"] = [group[\"lr\"] for group in optimizer.param_groups]");
    if (schedule.arguments().containsKey("T_mult")) {
      period();
    }
    text.line(1, "scheduler.load_state_dict(state)").line(1, "return scheduler");
    return text.toString();
  }

  /** CosineAnnealingWarmRestarts holds where it is in the period, too. */
  private void period() {
    long length = ((Config.Whole) schedule.arguments().get("T_0")).value();
    long longer = ((Config.Whole) schedule.arguments().get("T_mult")).value();
    long at = schedule.done();
    if (longer == 1) {
      at %= length;
    }
    while (at >= length) {
      at -= length;
      length = Math.multiplyExact(length, longer);
    }
    text.line(1, "state.update(T_cur=%s, T_i=%s)".formatted(at, length));
  }

  private String arguments() {
    return schedule.arguments().entrySet().stream()
        .map(e -> e.getKey() + "=" + value(e.getValue()))
        .collect(Collectors.joining(", "));
  }

  private void function() {
    text.line(0, "").line(0, "").line(0, "def learning_rate(step):");
    text.line(1, "\"\"\"The rate of a step, counted from 0: " + said() + ".\"\"\"");
    switch (schedule.kind()) {
      case "ExponentialDecay" ->
          text.line(
              1,
              "return %s * %s ** %s"
                  .formatted(at("initial_learning_rate"), at("decay_rate"), passed()));
      case "InverseTimeDecay" ->
          text.line(
              1,
              "return %s / (1 + %s * %s)"
                  .formatted(at("initial_learning_rate"), at("decay_rate"), passed()));
      case "PiecewiseConstantDecay" -> {
        text.line(1, "values = " + at("values"));
        text.line(
            1, "return values[sum(step > boundary for boundary in " + at("boundaries") + ")]");
      }
      case "PolynomialDecay" -> polynomial();
      case "CosineDecay" -> cosine();
      case "CosineDecayRestarts" -> restarts();
      case RateProgram.KIND -> program(RateProgram.of(new Config.Fields(schedule.config())));
      default -> throw new AssertionError("no case for " + schedule.kind());
    }
  }

  private void polynomial() {
    String end = at("end_learning_rate", 1e-4);
    if (isOn("cycle")) {
      text.line(
          1,
          "length = "
              + at("decay_steps")
              + " * max(1, math.ceil(step / "
              + at("decay_steps")
              + "))");
    } else {
      text.line(1, "length = " + at("decay_steps"));
    }
    text.line(1, "left = 1 - min(step, length) / length");
    text.line(
        1,
        "return (%s - %s) * left ** %s + %s"
            .formatted(at("initial_learning_rate"), end, at("power", 1), end));
  }

  private void cosine() {
    String top = at("initial_learning_rate");
    String alpha = at("alpha", 0);
    if (has("warmup_target")) {
      String first = top;
      top = at("warmup_target");
      String warmup = at("warmup_steps", 0);
      text.line(1, "if step < " + warmup + ":");
      text.line(2, "return %s + (%s - %s) * step / %s".formatted(first, top, first, warmup));
      text.line(1, "step -= " + warmup);
    }
    text.line(1, "done = min(step / " + at("decay_steps") + ", 1)");
    text.line(
        1,
        "return %s * ((1 - %s) * (1 + math.cos(math.pi * done)) / 2 + %s)"
            .formatted(top, alpha, alpha));
  }

  private void restarts() {
    String longer = at("t_mul", 2);
    text.line(1, "start, length, height = 0, " + at("first_decay_steps") + ", 1");
    text.line(1, "while step >= start + length:");
    text.line(2, "start += length").line(2, "length *= " + longer);
    text.line(2, "height *= " + at("m_mul", 1));
    String alpha = at("alpha", 0);
    text.line(1, "wave = (1 + math.cos(math.pi * (step - start) / length)) / 2");
    text.line(
        1,
        "return %s * ((1 - %s) * height * wave + %s)"
            .formatted(at("initial_learning_rate"), alpha, alpha));
  }

  private String said() {
    return schedule.kind().equals(RateProgram.KIND)
        ? "what TensorFlow's graph computes"
        : schedule.kind();
  }

  private void program(RateProgram program) {
    int number = 0;
    for (RateProgram.Line line : program.lines()) {
      String value = line.op().python(line.operands().stream().map(ScheduleText::name).toArray());
      String typed = line.isSingle() ? OptimizerText.single(value) : value;
      number++;
      boolean isLast = number == program.lines().size();
      text.line(1, isLast ? "return " + typed : "x" + number + " = " + typed);
    }
  }

  private static String name(RateProgram.Operand operand) {
    if (operand instanceof RateProgram.Number n) {
      boolean isWhole = n.value() == Math.rint(n.value()) && Math.abs(n.value()) < 1e15;
      String text = isWhole ? Long.toString((long) n.value()) : number(n.value());
      return text.startsWith("-") ? "(" + text + ")" : text; // for powers, which bind tighter
    }
    return operand instanceof RateProgram.Earlier e ? "x" + (e.line() + 1) : "step";
  }

  private String passed() {
    String steps = at("decay_steps");
    String all = steps.equals("1") ? "step" : "(step / " + steps + ")";
    return isOn("staircase") ? "math.floor" + (steps.equals("1") ? "(step)" : all) : all;
  }

  private boolean has(String key) {
    return schedule.config().containsKey(key)
        && !(schedule.config().get(key) instanceof Config.Absent);
  }

  private boolean isOn(String key) {
    return new Config.Bool(true).equals(schedule.config().get(key));
  }

  private String at(String key) {
    return value(schedule.config().get(key));
  }

  private String at(String key, double standard) {
    return has(key) ? at(key) : number(standard);
  }

  private static String value(Config value) {
    if (value instanceof Config.Items items) {
      return items.values().stream()
          .map(ScheduleText::value)
          .collect(Collectors.joining(", ", "[", "]"));
    }
    return value instanceof Config.Real real ? number(real.value()) : PythonValue.print(value);
  }

  private static String number(double value) {
    return PythonNumber.shortest(value);
  }
}
