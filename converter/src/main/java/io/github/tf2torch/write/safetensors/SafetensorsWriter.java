package io.github.tf2torch.write.safetensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.problem.UnsupportedFile;
import io.github.tf2torch.tensor.Evaluation;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Writes a safetensors file (github.com/huggingface/safetensors): eight bytes of header length, a
 * JSON header, the tensors. The header keeps the order of the tensors; their bytes are sorted by
 * the size of an element, so that each lies where a mapped file may be read in place.
 */
public final class SafetensorsWriter {
  private static final int ALIGNMENT = 8;

  private SafetensorsWriter() {}

  /** Returns the checksum of each tensor's bytes as written, by name: {@code crc32c:01234567}. */
  public static Map<String, String> write(
      List<TorchModel.Tensor> tensors, TensorSource source, Map<String, String> metadata, Path file)
      throws IOException {
    List<TorchModel.Tensor> byElementSize = new ArrayList<>(tensors);
    byElementSize.sort(Comparator.comparing(t -> -t.recipe().dtype().bytes()));
    Map<String, Long> begins = new HashMap<>();
    long end = 0;
    for (TorchModel.Tensor tensor : byElementSize) {
      if (begins.put(tensor.name(), end) != null) {
        throw new IllegalArgumentException("two tensors \"" + tensor.name() + "\"");
      }
      end = Math.addExact(end, bytes(tensor.recipe()));
    }
    Map<String, String> checksums = new LinkedHashMap<>();
    tensors.forEach(t -> checksums.put(t.name(), ""));
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.WRITE,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      writeFully(channel, header(tensors, begins, metadata));
      for (TorchModel.Tensor tensor : byElementSize) {
        CRC32C crc = new CRC32C();
        Evaluation.stream(
            tensor.recipe(),
            source,
            block -> {
              crc.update(block.duplicate());
              writeFully(channel, block);
            });
        checksums.put(tensor.name(), "crc32c:%08x".formatted(crc.getValue()));
      }
    }
    return checksums;
  }

  private static ByteBuffer header(
      List<TorchModel.Tensor> tensors, Map<String, Long> begins, Map<String, String> metadata)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectFieldStart("__metadata__");
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
          json.writeStringField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
      }
      for (TorchModel.Tensor tensor : tensors) {
        long begin = java.util.Objects.requireNonNull(begins.get(tensor.name()));
        json.writeObjectFieldStart(tensor.name());
        json.writeStringField("dtype", dtype(tensor));
        json.writeArrayFieldStart("shape");
        for (long dim : tensor.recipe().shape().dims()) {
          json.writeNumber(dim);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("data_offsets");
        json.writeNumber(begin);
        json.writeNumber(begin + bytes(tensor.recipe()));
        json.writeEndArray();
        json.writeEndObject();
      }
      json.writeEndObject();
    }
    while (bytes.size() % ALIGNMENT != 0) {
      bytes.write(' ');
    }
    return ByteBuffer.allocate(8 + bytes.size())
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(bytes.size())
        .put(bytes.toByteArray())
        .flip();
  }

  private static String dtype(TorchModel.Tensor tensor) {
    String name = tensor.recipe().dtype().safetensorsName();
    if (name.isEmpty()) {
      throw new UnsupportedFile(
          "tensor \""
              + tensor.name()
              + "\" ("
              + tensor.recipe().describe()
              + ") is "
              + tensor.recipe().dtype().torchName()
              + ", which safetensors has no type for");
    }
    return name;
  }

  private static long bytes(TensorExpr recipe) {
    return Math.multiplyExact(recipe.shape().count(), (long) recipe.dtype().bytes());
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
