package io.github.tf2torch.write.statedict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.model.target.TorchModel.Kind;
import io.github.tf2torch.problem.UnsupportedFile;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr.Fill;
import io.github.tf2torch.tensor.TensorSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateDictWriterTest {
  private static final TensorSource NOTHING_STORED =
      (name, offset, target) -> {
        throw new AssertionError(name);
      };

  @TempDir Path folder;

  @Test
  void pickleIsTheOneThatTorchLoads() throws IOException {
    Path file = folder.resolve("model.pt");
    StateDictWriter.write(List.of(fill("w", DType.FLOAT32, Shape.of(2, 3))), NOTHING_STORED, file);
    // torch 2.13 loads these bytes with weights_only=True and mmap=True
    String expected =
        "\u0080\2ccollections\nOrderedDict\n)R(X\1\0\0\0wctorch._utils\n_rebuild_tensor_v2\n(("
            + "X\7\0\0\0storagectorch\nFloatStorage\nX\1\0\0\0"
            + "0X\3\0\0\0cpuK\6tQK\0"
            + "(K\2K\3t(K\3K\1t\u0089ccollections\nOrderedDict\n)RtRu.";
    try (ZipFile zip = new ZipFile(file.toFile())) {
      byte[] pickle = zip.getInputStream(zip.getEntry("model/data.pkl")).readAllBytes();
      assertThat(new String(pickle, StandardCharsets.ISO_8859_1)).isEqualTo(expected);
      assertThat(zip.getInputStream(zip.getEntry("model/data/0")).readAllBytes())
          .hasSize(24)
          .startsWith(0, 0, -128, 63);
    }
  }

  @Test
  void everyEntryIsStoredAndAligned() throws IOException {
    Path file = folder.resolve("model.pt");
    StateDictWriter.write(
        List.of(
            fill("empty", DType.FLOAT64, Shape.of(0)),
            fill("flag", DType.BOOL, Shape.of(1)),
            fill("größe", DType.INT64, Shape.of(3))),
        NOTHING_STORED,
        file);
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int at = 0;
    int entries = 0;
    while (bytes.getInt(at) == 0x04034b50) {
      int data = at + 30 + bytes.getShort(at + 26) + bytes.getShort(at + 28);
      assertThat(data % 64).isZero();
      at = data + bytes.getInt(at + 18);
      entries++;
    }
    assertThat(entries).isEqualTo(6);
    try (ZipFile zip = new ZipFile(file.toFile())) {
      assertThat(zip.stream().map(ZipEntry::getMethod)).containsOnly(ZipEntry.STORED);
    }
  }

  @Test
  void typesThatPyTorchLacksAreRefusedByName() {
    assertThatThrownBy(
            () ->
                StateDictWriter.write(
                    List.of(fill("scale", DType.QINT32, Shape.of(0))),
                    NOTHING_STORED,
                    folder.resolve("model.pt")))
        .isInstanceOf(UnsupportedFile.class)
        .hasMessageContaining("\"scale\"")
        .hasMessageContaining("qint32");
  }

  private static TorchModel.Tensor fill(String name, DType dtype, Shape shape) {
    return new TorchModel.Tensor(name, Kind.BUFFER, new Fill(dtype, shape, 1));
  }
}
