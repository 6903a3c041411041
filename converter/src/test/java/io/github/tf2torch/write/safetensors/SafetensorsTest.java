package io.github.tf2torch.write.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.model.target.TorchModel.Kind;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.problem.UnsupportedFile;
import io.github.tf2torch.read.torch.SafetensorsFile;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr.Constant;
import io.github.tf2torch.tensor.TensorExpr.Fill;
import io.github.tf2torch.tensor.TensorSource;
import io.github.tf2torch.tensor.TensorValue;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code tensors.safetensors} was written by safetensors 0.8.0: {@code make_tensors.py}. */
class SafetensorsTest {
  private static final TensorSource NOTHING_STORED =
      (name, offset, target) -> {
        throw new AssertionError(name);
      };

  @TempDir Path folder;

  private static Path reference() throws URISyntaxException {
    return Path.of(SafetensorsTest.class.getResource("/safetensors/tensors.safetensors").toURI());
  }

  @Test
  void theBytesAreThoseThatTheReferenceWrites() throws IOException, URISyntaxException {
    List<TorchModel.Tensor> tensors =
        List.of(
            constant("steps", TensorValue.ofLongs(DType.INT64, Shape.of(), 1L << 40)),
            constant("empty", TensorValue.ofDoubles(DType.FLOAT32, Shape.of(0, 3))),
            constant(
                "kernel", TensorValue.ofDoubles(DType.FLOAT32, Shape.of(2, 3), 0, 1, 2, 3, 4, 5)),
            constant("half", TensorValue.ofDoubles(DType.BFLOAT16, Shape.of(2), 0.5, -1.5)),
            constant("größe", TensorValue.ofLongs(DType.BOOL, Shape.of(1), 1)));
    Path file = folder.resolve("model.safetensors");
    Map<String, String> checksums =
        SafetensorsWriter.write(tensors, NOTHING_STORED, Map.of("format", "pt"), file);
    assertThat(file).hasSameBinaryContentAs(reference());
    // CRC-32C of nothing is 0, of the byte 1 0xa016d052 (RFC 3720's polynomial)
    assertThat(checksums)
        .containsEntry("empty", "crc32c:00000000")
        .containsEntry("größe", "crc32c:a016d052");
    try (SafetensorsFile written = SafetensorsFile.open(file)) {
      for (String name : checksums.keySet()) {
        assertThat(written.checksum(name)).isEqualTo(checksums.get(name));
      }
    }
  }

  @Test
  void theReferenceIsRead() throws IOException, URISyntaxException {
    try (SafetensorsFile file = SafetensorsFile.open(reference())) {
      assertThat(file.metadata()).isEqualTo(Map.of("format", "pt"));
      assertThat(file.entries().keySet())
          .containsExactly("steps", "empty", "kernel", "half", "größe");
      assertThat(file.entries().get("kernel").shape()).isEqualTo(Shape.of(2, 3));
      ByteBuffer last = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
      file.read("kernel", 20, last);
      assertThat(last.getFloat(0)).isEqualTo(5f);
    }
  }

  @Test
  void wideElementsComeFirstSoThatAllAreAligned() throws IOException {
    Path file = folder.resolve("mixed.safetensors");
    List<TorchModel.Tensor> tensors =
        List.of(
            fill("flag", DType.BOOL, Shape.of(3)),
            fill("half", DType.FLOAT16, Shape.of(3)),
            fill("steps", DType.INT64, Shape.of()));
    SafetensorsWriter.write(tensors, NOTHING_STORED, Map.of(), file);
    try (SafetensorsFile written = SafetensorsFile.open(file)) {
      assertThat(written.entries().keySet()).containsExactly("flag", "half", "steps");
      written
          .entries()
          .values()
          .forEach(e -> assertThat(e.offset() % e.dtype().bytes()).as(e.name()).isZero());
    }
  }

  @Test
  void typesThatTheFormatLacksAreRefusedByName() {
    List<TorchModel.Tensor> tensors =
        List.of(constant("scale", new TensorValue(DType.QINT8, Shape.of(1), new byte[1])));
    assertThatThrownBy(
            () ->
                SafetensorsWriter.write(
                    tensors, NOTHING_STORED, Map.of(), folder.resolve("q.safetensors")))
        .isInstanceOf(UnsupportedFile.class)
        .hasMessageContaining("\"scale\"")
        .hasMessageContaining("qint8");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}|3|inside the file",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}|8|begins at",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}|8|tensors end here",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,4]}}|4|F32[2]",
        "{'a':{'dtype':'F32','shape':[-1],'data_offsets':[0,4]}}|4|whole numbers",
        "{'a':{'dtype':'F32','shape':[4294967296,4294967296],'data_offsets':[0,0]}}|0|F32",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[4,0]}}|4|go forward",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0]}}|4|two numbers",
        "{'a':{'dtype':'U8','shape':[1],'data_offsets':[0,1]},'a':{'dtype':'U8','shape':[1],'data_offsets':[1,2]}}|2|Duplicate",
        "{'a':{'dtype':'U8','shape':[2],'data_offsets':[0,2]},'b':{'dtype':'U8','shape':[2],'data_offsets':[1,3]}}|3|no gap",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4],'x':1}}|4|not x",
        "{'a':{'dtype':'F32','shape':[1.5],'data_offsets':[0,4]}}|4|whole numbers",
        "[]|0|begin with {",
        "{}{}|0|nothing after",
        "{'__metadata__':{'format':1}}|0|texts",
        "{'a'|0|does not parse",
      })
  void headersThatDoNotFitTheFileAreRefused(String header, int dataBytes, String message)
      throws IOException {
    Path file = write(header.replace('\'', '"').getBytes(StandardCharsets.UTF_8), dataBytes);
    assertThatThrownBy(() -> SafetensorsFile.open(file))
        .isInstanceOf(DamagedFile.class)
        .hasMessageContaining("x.safetensors @ 0x")
        .hasMessageContaining(message);
  }

  @Test
  void headerLengthIsBoundedBeforeItIsBelieved() throws IOException {
    Path file = folder.resolve("long.safetensors");
    for (long length : new long[] {-1, 1L << 40, 9, Long.MAX_VALUE}) {
      Files.write(
          file, ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length).array());
      assertThatThrownBy(() -> SafetensorsFile.open(file))
          .isInstanceOf(DamagedFile.class)
          .hasMessageContaining("the header is said to have");
    }
  }

  @Test
  void unknownTypesAreUnsupported() throws IOException {
    Path file =
        write(
            "{\"a\":{\"dtype\":\"F4\",\"shape\":[2],\"data_offsets\":[0,1]}}"
                .getBytes(StandardCharsets.UTF_8),
            1);
    assertThatThrownBy(() -> SafetensorsFile.open(file))
        .isInstanceOf(UnsupportedFile.class)
        .hasMessageContaining("\"a\" has dtype \"F4\"");
  }

  private Path write(byte[] header, int dataBytes) throws IOException {
    return Files.write(
        folder.resolve("x.safetensors"),
        ByteBuffer.allocate(8 + header.length + dataBytes)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(header.length)
            .put(header)
            .array());
  }

  private static TorchModel.Tensor constant(String name, TensorValue value) {
    return new TorchModel.Tensor(name, Kind.BUFFER, new Constant(name, value));
  }

  private static TorchModel.Tensor fill(String name, DType dtype, Shape shape) {
    return new TorchModel.Tensor(name, Kind.BUFFER, new Fill(dtype, shape, 1));
  }
}
