package io.github.tf2torch.write.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tf2torch.convert.TensorFiles;
import io.github.tf2torch.model.source.TensorFile;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Evaluation;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.write.bundle.BundleWriter.Entry;
import io.github.tf2torch.write.pass.WritePass;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against the reader of this project, which is held against TensorFlow's files elsewhere. */
class BundleWriterTest {
  @TempDir Path folder;

  private void write(List<Entry> entries) throws Exception {
    BundleWriter writer = new BundleWriter(folder, "model.ckpt", entries);
    writer.writeIndex(
        new WritePass(WritePass.Options.defaults())
            .run(List.of(writer.data()), (name, offset, target) -> {}));
  }

  private static TensorExpr random(String name, DType dtype, Shape shape, Random random) {
    byte[] bytes = new byte[Math.toIntExact(shape.count() * dtype.bytes())];
    random.nextBytes(bytes);
    return new TensorExpr.Constant(name, new TensorValue(dtype, shape, bytes));
  }

  /** Enough names for several blocks of the index, and for keys that begin anew. */
  @ParameterizedTest
  @ValueSource(ints = {1, 16, 17, 8000})
  void everyVariableIsReadAsItWasWritten(int count) throws Exception {
    Random random = new Random(count);
    Map<String, TensorExpr> written = new HashMap<>();
    List<Entry> entries = new ArrayList<>();
    DType[] dtypes = {DType.FLOAT32, DType.BFLOAT16, DType.INT64, DType.BOOL, DType.COMPLEX64};
    for (int i = 0; i < count; i++) {
      String name = "scope_" + Integer.toString(random.nextInt(1000), 36) + "/größe/" + i;
      Shape shape = new Shape(random.longs(random.nextInt(4), 0, 4).boxed().toList());
      TensorExpr recipe = random(name, dtypes[i % dtypes.length], shape, random);
      written.put(name, recipe);
      entries.add(new Entry.Tensor(List.of(name), recipe.dtype(), recipe));
    }
    write(entries);
    try (TensorFile read = TensorFiles.open(folder.resolve("model.ckpt"))) {
      assertThat(read.variables()).hasSize(count);
      for (Variable variable : read.variables()) {
        TensorExpr stored =
            new TensorExpr.Stored(variable.name(), variable.dtype(), variable.shape());
        assertThat(Evaluation.value(stored, read.tensors()))
            .isEqualTo(((TensorExpr.Constant) written.get(variable.name())).value());
        assertThat(read.tensors().verify(variable.name())).isTrue();
      }
    }
  }

  @Test
  void aVariableOfSeveralKeysIsStoredOnce() throws Exception {
    TensorExpr tensor = random("w", DType.FLOAT32, Shape.of(100), new Random(1));
    write(List.of(new Entry.Tensor(List.of("w", "alias"), tensor.dtype(), tensor)));
    assertThat(folder.resolve("model.ckpt.data-00000-of-00001")).hasSize(400);
    try (TensorFile read = TensorFiles.open(folder.resolve("model.ckpt"))) {
      assertThat(Evaluation.value(stored("alias"), read.tensors()))
          .isEqualTo(Evaluation.value(stored("w"), read.tensors()));
    }
  }

  private static TensorExpr stored(String name) {
    return new TensorExpr.Stored(name, DType.FLOAT32, Shape.of(100));
  }

  @Test
  void stringsHaveLengthsAndChecksumsOfTheirOwn() throws Exception {
    List<byte[]> words =
        List.of(new byte[0], "größe".getBytes(StandardCharsets.UTF_8), new byte[300]);
    write(List.of(new Entry.Strings(List.of("words"), Shape.of(3), words)));
    try (TensorFile read = TensorFiles.open(folder.resolve("model.ckpt"))) {
      assertThat(read.tensors().strings("words"))
          .usingRecursiveFieldByFieldElementComparator()
          .containsExactlyElementsOf(words);
    }
  }

  @Test
  void oneKeyForTwoVariablesIsRefused() {
    TensorExpr tensor = random("w", DType.FLOAT32, Shape.of(1), new Random(1));
    List<Entry> twice =
        List.of(
            new Entry.Tensor(List.of("w"), tensor.dtype(), tensor),
            new Entry.Tensor(List.of("w"), tensor.dtype(), tensor));
    assertThatThrownBy(() -> new BundleWriter(folder, "model.ckpt", twice))
        .hasMessageContaining("two variables \"w\"");
  }
}
