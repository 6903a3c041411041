package io.github.tf2torch.verify.inputs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.problem.UnsupportedFile;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of {@code inputs/make_arrays.py}. */
class NpyFileTest {
  @TempDir Path folder;

  private static Path fixture(String name) {
    try {
      return Path.of(NpyFileTest.class.getResource("/inputs/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void everyElementTypeIsReadAsItIsStored() {
    Map<String, TensorValue> arrays = NpyFile.readAll(fixture("arrays.npz"));
    for (DType dtype :
        new DType[] {
          DType.FLOAT32,
          DType.FLOAT64,
          DType.INT64,
          DType.INT32,
          DType.INT16,
          DType.INT8,
          DType.UINT8,
          DType.UINT16,
          DType.UINT32,
          DType.UINT64
        }) {
      TensorValue array = arrays.get(dtype.torchName());
      assertThat(array.dtype()).isEqualTo(dtype);
      assertThat(array.shape()).isEqualTo(Shape.of(2, 3, 4));
      assertThat(array.doubles())
          .containsExactly(LongStream.range(0, 24).asDoubleStream().toArray());
    }
    assertThat(arrays.get("float16").dtype()).isEqualTo(DType.FLOAT16);
    assertThat(arrays.get("bool").longs()).startsWith(0, 1, 0, 1);
    assertThat(arrays.get("scalar").shape()).isEqualTo(Shape.of());
    assertThat(arrays.get("scalar").doubles()).containsExactly(2.5);
    assertThat(arrays.get("empty").shape()).isEqualTo(Shape.of(0, 3));
    assertThat(arrays.get("vector").doubles()).containsExactly(0, 1, 2);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void everyVersionOfTheHeaderIsRead(int version) {
    TensorValue array = NpyFile.read(fixture("version_" + version + ".npy"));
    assertThat(array.shape()).isEqualTo(Shape.of(3, 4));
    assertThat(array.doubleAt(11)).isEqualTo(11);
  }

  @Test
  void fortranOrderIsRefusedWithWhatToDo() {
    assertThatThrownBy(() -> NpyFile.read(fixture("fortran.npy")))
        .isInstanceOf(UnsupportedFile.class)
        .hasMessageContaining("fortran.npy is in Fortran order")
        .hasMessageContaining("ascontiguousarray");
  }

  @Test
  void bigEndianIsRefused() {
    assertThatThrownBy(() -> NpyFile.read(fixture("big_endian.npy")))
        .isInstanceOf(UnsupportedFile.class)
        .hasMessageContaining(">f4");
  }

  @Test
  void missingFileIsAWrongRequest() {
    assertThatThrownBy(() -> NpyFile.read(folder.resolve("x.npy")))
        .isInstanceOf(BadRequest.class)
        .hasMessageContaining("there is no file");
  }

  @Test
  void truncatedAndLengthenedFilesAreDamaged() throws IOException {
    byte[] good = Files.readAllBytes(fixture("version_1.npy"));
    for (int length : new int[] {0, 5, 8, 9, 40, good.length - 1, good.length + 1}) {
      Path file = Files.write(folder.resolve("cut.npy"), Arrays.copyOf(good, length));
      assertThatThrownBy(() -> NpyFile.read(file))
          .as("%d of %d bytes", length, good.length)
          .isInstanceOf(DamagedFile.class)
          .hasMessageContaining("cut.npy");
    }
  }

  @Test
  void hugeShapeIsDamagedBeforeMemoryIsTaken() throws IOException {
    String header = new String(Files.readAllBytes(fixture("version_1.npy")), "ISO-8859-1");
    Path file = folder.resolve("huge.npy");
    Files.write(file, header.replace("(3, 4), }      ", "(3000000000, 4)}").getBytes("ISO-8859-1"));
    assertThatThrownBy(() -> NpyFile.read(file))
        .isInstanceOf(DamagedFile.class)
        .hasMessageContaining("expected 48000000000");
  }
}
