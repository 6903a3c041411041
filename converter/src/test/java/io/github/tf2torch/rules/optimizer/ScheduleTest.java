package io.github.tf2torch.rules.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.tf2torch.model.source.Config;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ScheduleTest {
  private static Config schedule(String kind, Map<String, Config> config) {
    return fields("class_name", new Config.Text(kind), "config", new Config.Fields(config));
  }

  private static Config.Fields fields(Object... namesAndValues) {
    Map<String, Config> made = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      made.put((String) namesAndValues[i], (Config) namesAndValues[i + 1]);
    }
    return new Config.Fields(made);
  }

  private static Config items(double... values) {
    List<Config> all = new ArrayList<>();
    for (double v : values) {
      all.add(new Config.Real(v));
    }
    return new Config.Items(all);
  }

  /** Values of keras.optimizers.schedules, Keras 3.15.1. */
  static Stream<Arguments> cases() {
    Map<String, Config> stairs =
        Mapping.numbers("initial_learning_rate", 0.1, "decay_steps", 4L, "decay_rate", 0.5);
    Map<String, Config> stepped = new LinkedHashMap<>(stairs);
    stepped.put("staircase", new Config.Bool(true));
    Map<String, Config> polynomial =
        Mapping.numbers(
            "initial_learning_rate", 0.1,
            "decay_steps", 4L,
            "end_learning_rate", 0.01,
            "power", 2.0);
    Map<String, Config> cycled = new LinkedHashMap<>(polynomial);
    cycled.put("cycle", new Config.Bool(true));
    Map<String, Config> cosine =
        Mapping.numbers("initial_learning_rate", 0.1, "decay_steps", 8L, "alpha", 0.1);
    Map<String, Config> warm = new LinkedHashMap<>(cosine);
    warm.putAll(Mapping.numbers("warmup_target", 0.5, "warmup_steps", 4L));
    Map<String, Config> pieces =
        Map.of("boundaries", items(3, 6), "values", items(0.1, 0.05, 0.01));
    return Stream.of(
        Arguments.of("ExponentialDecay", stairs, 0L, 0.100000001),
        Arguments.of("ExponentialDecay", stairs, 3L, 0.0594603531),
        Arguments.of("ExponentialDecay", stairs, 6L, 0.0353553407),
        Arguments.of("ExponentialDecay", stairs, 20L, 0.00312500005),
        Arguments.of("ExponentialDecay", stepped, 0L, 0.100000001),
        Arguments.of("ExponentialDecay", stepped, 3L, 0.100000001),
        Arguments.of("ExponentialDecay", stepped, 6L, 0.0500000007),
        Arguments.of("ExponentialDecay", stepped, 20L, 0.00312500005),
        Arguments.of("InverseTimeDecay", stairs, 0L, 0.100000001),
        Arguments.of("InverseTimeDecay", stairs, 3L, 0.0727272704),
        Arguments.of("InverseTimeDecay", stairs, 6L, 0.0571428575),
        Arguments.of("InverseTimeDecay", stairs, 20L, 0.0285714287),
        Arguments.of("InverseTimeDecay", stepped, 0L, 0.100000001),
        Arguments.of("InverseTimeDecay", stepped, 3L, 0.100000001),
        Arguments.of("InverseTimeDecay", stepped, 6L, 0.0666666701),
        Arguments.of("InverseTimeDecay", stepped, 20L, 0.0285714287),
        Arguments.of("PolynomialDecay", polynomial, 0L, 0.100000001),
        Arguments.of("PolynomialDecay", polynomial, 3L, 0.015625),
        Arguments.of("PolynomialDecay", polynomial, 6L, 0.00999999978),
        Arguments.of("PolynomialDecay", polynomial, 20L, 0.00999999978),
        Arguments.of("PolynomialDecay", cycled, 0L, 0.100000001),
        Arguments.of("PolynomialDecay", cycled, 3L, 0.015625),
        Arguments.of("PolynomialDecay", cycled, 6L, 0.015625),
        Arguments.of("PolynomialDecay", cycled, 20L, 0.00999999978),
        Arguments.of("CosineDecay", cosine, 0L, 0.100000001),
        Arguments.of("CosineDecay", cosine, 3L, 0.0722207576),
        Arguments.of("CosineDecay", cosine, 6L, 0.0231801961),
        Arguments.of("CosineDecay", cosine, 20L, 0.0100000007),
        Arguments.of("CosineDecay", warm, 0L, 0.100000001),
        Arguments.of("CosineDecay", warm, 3L, 0.400000006),
        Arguments.of("CosineDecay", warm, 6L, 0.434099048),
        Arguments.of("CosineDecay", warm, 20L, 0.0500000007),
        Arguments.of("PiecewiseConstantDecay", pieces, 0L, 0.100000001),
        Arguments.of("PiecewiseConstantDecay", pieces, 3L, 0.100000001),
        Arguments.of("PiecewiseConstantDecay", pieces, 6L, 0.0500000007),
        Arguments.of("PiecewiseConstantDecay", pieces, 20L, 0.00999999978));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theRateIsThatOfKeras(String kind, Map<String, Config> config, long step, double rate) {
    assertThat(Schedule.of(schedule(kind, config)).orElseThrow().at(step).orElseThrow())
        .isCloseTo(rate, within(1e-7));
  }

  @Test
  void whatIsNoScheduleOrNotKnownHasNoRate() {
    assertThat(Schedule.of(new Config.Real(0.1))).isEmpty();
    assertThat(Schedule.of(schedule("Mine", Map.of())).orElseThrow().at(3)).isEmpty();
    assertThat(Schedule.of(schedule("ExponentialDecay", Map.of())).orElseThrow().at(3)).isEmpty();
  }
}
