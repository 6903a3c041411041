package io.github.tf2torch.verify.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Modules as people write them ({@code script/make_modules.py}), read and run again. */
class ScriptReaderTest {
  private static final Path FILES = Path.of("src/test/resources/script");

  @TempDir Path folder;

  private ReadArchive archive(String name, String shapes) {
    return new ReadArchive(FILES.resolve(name + ".pt"), folder, inputs(shapes));
  }

  /** {@code 2x3 i4}: normal numbers, whole ones below 11. */
  static List<TensorValue> inputs(String shapes) {
    SplittableRandom random = new SplittableRandom(5);
    List<TensorValue> inputs = new ArrayList<>();
    for (String text : shapes.split(" ", -1)) {
      boolean isWhole = text.startsWith("i");
      Shape shape =
          new Shape(
              Arrays.stream(text.replace("i", "").split("x", -1)).map(Long::valueOf).toList());
      DType dtype = isWhole ? DType.INT64 : DType.FLOAT32;
      ByteBuffer bytes =
          ByteBuffer.allocate(Math.toIntExact(shape.count() * dtype.bytes()))
              .order(ByteOrder.LITTLE_ENDIAN);
      for (long i = 0; i < shape.count(); i++) {
        if (isWhole) {
          bytes.putLong(random.nextInt(11));
        } else {
          bytes.putFloat((float) random.nextDouble(-2, 2));
        }
      }
      inputs.add(new TensorValue(dtype, shape, bytes.array()));
    }
    return inputs;
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "resnet, 2x3x17x15",
    "unet_traced, 2x2x8x6",
    "encoder, i2x7",
    "encoder_traced, i2x7",
    "attention, 2x4x6 2x5x6",
    "handmade, 2x5x6",
    "handmade_traced, 2x5x6",
    "lstm, 2x5x3",
    "gru, 5x2x3",
    "rnn, 2x5x3",
    "rnn_traced, 2x5x3",
    "cells, 2x5x3",
    "cells_traced, 2x5x3",
    "functional, 2x2x7x9",
    "functional_traced, 2x2x7x9",
    "normed_traced, 2x3x7",
    "named, 2x3",
    "dict, 2x3",
    "maybe, 2x3",
    "interface, 2x3",
    "casts, 2x3",
    "casts_traced, 2x3",
    "odds_traced, 2x4x3x5",
  })
  void whatIsReadGivesWhatTheArchiveGives(String name, String shapes) throws IOException {
    ReadArchive archive = archive(name, shapes);
    ScriptProgram program = archive.program();
    Map<String, TensorValue> expected = archive.archiveOutputs();
    List<String> names = List.copyOf(expected.keySet());
    assertThat(program.outputs()).containsKeys(names.toArray(String[]::new));
    List<TensorValue> found = archive.outputs(program, names);
    for (int i = 0; i < names.size(); i++) {
      TensorValue wanted = expected.get(names.get(i));
      assertThat(found.get(i).shape()).isEqualTo(wanted.shape());
      assertThat(found.get(i).dtype()).isEqualTo(wanted.dtype());
      double[] left = found.get(i).doubles();
      double[] right = wanted.doubles();
      for (int k = 0; k < right.length; k++) {
        // the same operators on the same numbers, by an optimizer that may fuse them
        assertThat(left[k])
            .as(names.get(i))
            .isCloseTo(right[k], within(1e-6 + 1e-6 * Math.abs(right[k])));
      }
    }
  }

  @ParameterizedTest(name = "{0}: {2}")
  @CsvSource({
    "branch, 2x3, a branch depends on the values of a tensor",
    "stateful, 2x3, its forward changes an attribute of a module",
    "inplace, 2x3, changes a part of a tensor",
  })
  void whatCannotBeFollowedIsSaid(String name, String shapes, String reason) {
    assertThatThrownBy(() -> archive(name, shapes).program())
        .isInstanceOf(UnreadScript.class)
        .hasMessageContaining(reason);
  }
}
