package io.github.tf2torch.write.safetensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.problem.UnsupportedFile;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.write.pass.TensorFilePlan;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToIntFunction;

/**
 * A safetensors file (github.com/huggingface/safetensors): eight bytes of header length, a JSON
 * header, the tensors. The header keeps the order of the tensors; their bytes are sorted by the
 * size of an element, so that each lies where a mapped file may be read in place.
 */
final class SafetensorsPlan implements TensorFilePlan {
  private static final int ALIGNMENT = 8;

  private final Path file;
  private final ByteBuffer header;
  private final List<Place> places;

  SafetensorsPlan(List<TorchModel.Tensor> tensors, Map<String, String> metadata, Path file) {
    this.file = file;
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
    this.header = header(tensors, begins, metadata);
    this.places =
        byElementSize.stream()
            .map(t -> new Place(t.recipe(), header.limit() + begin(begins, t)))
            .toList();
  }

  private static long begin(Map<String, Long> begins, TorchModel.Tensor tensor) {
    return Objects.requireNonNull(begins.get(tensor.name()));
  }

  static long bytes(TensorExpr recipe) {
    return new Place(recipe, 0).bytes();
  }

  @Override
  public Path file() {
    return file;
  }

  @Override
  public List<Place> tensors() {
    return places;
  }

  @Override
  public boolean needsCrc32() {
    return false;
  }

  @Override
  public List<Part> around(ToIntFunction<TensorExpr> crc32) {
    return List.of(new Part(0, header.duplicate()));
  }

  private static ByteBuffer header(
      List<TorchModel.Tensor> tensors, Map<String, Long> begins, Map<String, String> metadata) {
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
        long begin = begin(begins, tensor);
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
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
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
}
