package io.github.tf2torch.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.DoubleFunction;
import java.util.function.Function;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

/**
 * Against NumPy 2.4.6 and ml_dtypes 0.6.0: checksums over tables, from {@code half/expected.py}.
 */
class HalfTest {
  @Test
  void everyHalfWidensAsInNumpy() {
    assertThat(widened(Half::float16)).isEqualTo("3020c7a7");
    assertThat(widened(Half::bfloat16)).isEqualTo("28c5ed34");
  }

  @Test
  void floatsNarrowAsInNumpy() {
    assertThat(narrowed(Half::toFloat16, false)).isEqualTo("01ef2bef");
    assertThat(narrowed(Half::toBfloat16, false)).isEqualTo("56efc6c5");
    assertThat(narrowed(Half::toFloat16, true)).isEqualTo("48a3b942");
    assertThat(narrowed(Half::toBfloat16, true)).isEqualTo("9125b33c");
  }

  @Test
  void everyHalfComesBackFromItsWidening() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float wide = Half.float16((short) bits);
      if (!Float.isNaN(wide)) {
        assertThat(Half.toFloat16(wide)).isEqualTo((short) bits);
      }
      float wideBrain = Half.bfloat16((short) bits);
      if (!Float.isNaN(wideBrain)) {
        assertThat(Half.toBfloat16(wideBrain)).isEqualTo((short) bits);
      }
    }
  }

  @Test
  void doublesAreRoundedOnce() {
    assertThat(Half.toFloat16(2049 - 0x1p-40)).isEqualTo((short) 0x6800);
    assertThat(Float.isNaN(Half.float16(Half.toFloat16(Double.NaN)))).isTrue();
  }

  private static String widened(Function<Short, Float> widen) {
    ByteBuffer bytes = ByteBuffer.allocate(4 << 16).order(ByteOrder.LITTLE_ENDIAN);
    for (int bits = 0; bits < 1 << 16; bits++) {
      bytes.putInt(Float.floatToIntBits(widen.apply((short) bits)));
    }
    return checksum(bytes);
  }

  private static String narrowed(DoubleFunction<Short> narrow, boolean nearOne) {
    ByteBuffer bytes = ByteBuffer.allocate(200000).order(ByteOrder.LITTLE_ENDIAN);
    long state = 1;
    for (int i = 0; i < 100000; i++) {
      state = state * 6364136223846793005L + 1442695040888963407L;
      int bits = (int) (state >>> 32);
      bits = Float.isNaN(Float.intBitsToFloat(bits)) ? Float.floatToIntBits(1) : bits;
      bits = nearOne ? (bits & 0x07ffffff) | 0x38000000 : bits;
      bytes.putShort(narrow.apply(Float.intBitsToFloat(bits)));
    }
    return checksum(bytes);
  }

  private static String checksum(ByteBuffer bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes.array());
    return "%08x".formatted(crc.getValue());
  }
}
