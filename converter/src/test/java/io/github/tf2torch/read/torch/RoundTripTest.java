package io.github.tf2torch.read.torch;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.model.source.TensorFile;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.model.target.TorchModel.Kind;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.StridedReader;
import io.github.tf2torch.tensor.TensorExpr.Stored;
import io.github.tf2torch.tensor.TensorSource;
import io.github.tf2torch.write.safetensors.SafetensorsWriter;
import io.github.tf2torch.write.statedict.StateDictWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random tensors, written by our writers and read back; random views against their definition. */
class RoundTripTest {
  private static final List<String> NAMES =
      List.of("w", "größe", "a.b.c", "a/b:0", "with \"quotes\"", "\u0000", "名前", "𝄞", " ", "{}");

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void whatWasWrittenIsReadBack(long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, byte[]> stored = new LinkedHashMap<>();
    List<TorchModel.Tensor> tensors = tensors(random, stored);
    TensorSource source =
        (name, offset, target) ->
            target.put(stored.get(name), Math.toIntExact(offset), target.remaining());
    Path pt = folder.resolve("x.pt");
    Files.deleteIfExists(pt);
    StateDictWriter.write(tensors, source, pt);
    check(pt, tensors, stored, random);
    List<TorchModel.Tensor> safe =
        tensors.stream().filter(t -> !t.recipe().dtype().safetensorsName().isEmpty()).toList();
    Path safetensors = folder.resolve("x.safetensors");
    SafetensorsWriter.write(safe, source, Map.of(), safetensors);
    check(safetensors, safe, stored, random);
  }

  private static List<TorchModel.Tensor> tensors(
      SplittableRandom random, Map<String, byte[]> stored) {
    List<TorchModel.Tensor> tensors = new ArrayList<>();
    for (String name : NAMES) {
      DType dtype = DType.values()[random.nextInt(DType.values().length)];
      if (dtype.storageName().isEmpty()) {
        continue;
      }
      Shape shape = new Shape(random.longs(random.nextInt(5), 0, 7).boxed().toList());
      byte[] bytes = new byte[Math.toIntExact(shape.count() * dtype.bytes())];
      random.nextBytes(bytes);
      stored.put(name, bytes);
      tensors.add(new TorchModel.Tensor(name, Kind.BUFFER, new Stored(name, dtype, shape)));
    }
    return tensors;
  }

  private static void check(
      Path path,
      List<TorchModel.Tensor> tensors,
      Map<String, byte[]> stored,
      SplittableRandom random)
      throws IOException {
    try (TensorFile file = TorchFiles.open(path).orElseThrow()) {
      assertThat(file.variables())
          .extracting(Variable::name)
          .containsExactlyElementsOf(tensors.stream().map(TorchModel.Tensor::name).toList());
      for (int i = 0; i < tensors.size(); i++) {
        Variable found = file.variables().get(i);
        assertThat(found.dtype()).isEqualTo(tensors.get(i).recipe().dtype());
        assertThat(found.shape()).isEqualTo(tensors.get(i).recipe().shape());
        byte[] expected = stored.get(found.name());
        int from = random.nextInt(expected.length + 1);
        ByteBuffer bytes = ByteBuffer.allocate(random.nextInt(expected.length - from + 1));
        file.tensors().read(found.name(), from, bytes);
        assertThat(bytes.array())
            .isEqualTo(java.util.Arrays.copyOfRange(expected, from, from + bytes.capacity()));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void anElementOfAViewIsWhereItsStridesSay(long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    for (int trial = 0; trial < 50; trial++) {
      int elementBytes = 1 << random.nextInt(4);
      Shape shape = new Shape(random.longs(random.nextInt(5), 1, 6).boxed().toList());
      List<Long> strides = random.longs(shape.rank(), 0, 9).boxed().toList();
      long offset = random.nextInt(10);
      long last = offset;
      for (int axis = 0; axis < shape.rank(); axis++) {
        last += (shape.dim(axis) - 1) * strides.get(axis);
      }
      byte[] storage = new byte[Math.toIntExact((last + 1) * elementBytes)];
      random.nextBytes(storage);
      StridedReader reader =
          new StridedReader(
              (at, to) -> to.put(storage, Math.toIntExact(at), to.remaining()),
              elementBytes,
              shape,
              strides,
              offset);
      ByteBuffer read = ByteBuffer.allocate(Math.toIntExact(shape.count() * elementBytes));
      reader.read(0, read);
      for (int i = 0; i < shape.count(); i++) {
        List<Long> index = shape.indexOf(i);
        long at = offset;
        for (int axis = 0; axis < shape.rank(); axis++) {
          at += index.get(axis) * strides.get(axis);
        }
        for (int b = 0; b < elementBytes; b++) {
          assertThat(read.get(i * elementBytes + b))
              .as("seed %d, trial %d: %s of %s by %s", seed, trial, index, shape, strides)
              .isEqualTo(storage[Math.toIntExact(at * elementBytes) + b]);
        }
      }
    }
  }
}
