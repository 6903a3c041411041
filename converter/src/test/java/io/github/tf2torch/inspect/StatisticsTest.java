package io.github.tf2torch.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class StatisticsTest {
  private static Statistics of(DType dtype, double... values) {
    TensorValue tensor = TensorValue.ofDoubles(dtype, Shape.of(values.length), values);
    return Statistics.of(dtype, tensor.bytes());
  }

  static Stream<Arguments> wholeNumbers() {
    return Stream.of(
        Arguments.of(DType.INT8, -128.0, 127.0),
        Arguments.of(DType.UINT8, 0.0, 255.0),
        Arguments.of(DType.INT16, -32768.0, 32767.0),
        Arguments.of(DType.UINT16, 0.0, 65535.0),
        Arguments.of(DType.INT32, -2147483648.0, 2147483647.0),
        Arguments.of(DType.UINT32, 0.0, 4294967295.0),
        Arguments.of(DType.INT64, -0x1p63, 0x1p62),
        Arguments.of(DType.BOOL, 0.0, 1.0));
  }

  @ParameterizedTest
  @MethodSource("wholeNumbers")
  void seesTheWholeRangeOfAnIntegerType(DType dtype, double least, double most) {
    Statistics found = of(dtype, most, least);

    assertThat(found.min()).isEqualTo(least);
    assertThat(found.max()).isEqualTo(most);
    assertThat(found.mean()).isEqualTo((least + most) / 2);
  }

  @Test
  void readsTheUpperHalfOfUint64AsPositive() {
    TensorValue most = TensorValue.ofLongs(DType.UINT64, Shape.of(1), -1L);

    assertThat(Statistics.of(DType.UINT64, most.bytes()).max()).isEqualTo(0x1p64);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT16", "BFLOAT16", "FLOAT32", "FLOAT64"})
  void countsNanAndInfBesideWhatIsFinite(DType dtype) {
    Statistics found =
        of(
            dtype,
            1,
            Double.NaN,
            Double.POSITIVE_INFINITY,
            -3,
            Double.NEGATIVE_INFINITY,
            Double.NaN);

    assertThat(found).isEqualTo(new Statistics(6, -3, 1, -1, 2, 2));
  }

  @Test
  void aTensorWithoutAFiniteElementHasNoRange() {
    assertThat(of(DType.FLOAT32, Double.NaN))
        .isEqualTo(new Statistics(1, Double.NaN, Double.NaN, Double.NaN, 1, 0));
  }

  @Test
  void partsAddUpToTheWholeHoweverItIsCut() {
    SplittableRandom random = new SplittableRandom(7);
    for (int round = 0; round < 200; round++) {
      double[] values =
          DoubleStream.generate(
                  () -> random.nextInt(10) == 0 ? Double.NaN : random.nextDouble() * 100 - 50)
              .limit(1 + random.nextInt(50))
              .toArray();
      int cut = random.nextInt(values.length + 1);

      Statistics whole = of(DType.FLOAT64, values);
      Statistics parts =
          of(DType.FLOAT64, Arrays.copyOfRange(values, 0, cut))
              .and(of(DType.FLOAT64, Arrays.copyOfRange(values, cut, values.length)));

      assertThat(parts.count()).isEqualTo(whole.count());
      assertThat(parts.nan()).isEqualTo(whole.nan());
      if (whole.count() == whole.nan()) {
        assertThat(parts).isEqualTo(whole);
      } else {
        assertThat(parts.min()).isEqualTo(whole.min());
        assertThat(parts.max()).isEqualTo(whole.max());
        assertThat(parts.mean()).isEqualTo(whole.mean(), within(1e-12 * 50));
      }
    }
  }

  @Test
  void textsAndComplexNumbersHaveNone() {
    assertThat(
            LongStream.of(7, 8, 18)
                .mapToObj(n -> DType.ofTensorflow((int) n).orElseThrow())
                .map(Statistics::isDefinedFor))
        .containsOnly(false);
  }
}
