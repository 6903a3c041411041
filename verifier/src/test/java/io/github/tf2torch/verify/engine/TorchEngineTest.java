package io.github.tf2torch.verify.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.inputs.NpyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives of {@code engine/make_tiny_torchscript.py}. */
class TorchEngineTest {
  private final Map<String, TensorValue> recorded = NpyFile.readAll(TinyGraph.fixture("torch.npz"));

  @Test
  void float64ArchiveRunsInEvalModeAndAnswersInRowMajorOrder() {
    try (TorchEngine engine = TorchEngine.open(TinyGraph.fixture("single.pt"), 1)) {
      List<TensorValue> answers = engine.run(List.of(recorded.get("x")));
      assertThat(answers).hasSize(1);
      assertThat(answers.get(0).dtype()).isEqualTo(DType.FLOAT64);
      assertThat(answers.get(0).shape()).isEqualTo(Shape.of(2, 2, 3, 2));
      // another version of libtorch sums the convolution in another order
      assertThat(answers.get(0).doubles())
          .containsExactly(recorded.get("single").doubles(), within(1e-15));
    }
  }

  @Test
  void tupleKeepsItsOrder() {
    TensorValue x = TensorValue.ofDoubles(DType.FLOAT64, Shape.of(2), 2, 3);
    TensorValue y = TensorValue.ofDoubles(DType.FLOAT64, Shape.of(2), 10, 20);
    try (TorchEngine engine = TorchEngine.open(TinyGraph.fixture("tuple.pt"), 1)) {
      List<TensorValue> answers = engine.run(List.of(x, y));
      assertThat(answers.get(0).doubles()).containsExactly(12, 23);
      assertThat(answers.get(1).doubles()).containsExactly(20, 60);
    }
  }

  @Test
  void dictIsAskedByName() {
    TensorValue x = TensorValue.ofDoubles(DType.FLOAT64, Shape.of(), 5);
    try (TorchEngine engine = TorchEngine.open(TinyGraph.fixture("dict.pt"), 1)) {

      assertThat(engine.run(List.of(x), List.of("z", "a")))
          .extracting(value -> value.doubleAt(0))
          .containsExactly(6.0, 10.0);
      assertThatThrownBy(() -> engine.run(List.of(x), List.of("q")))
          .isInstanceOf(BadRequest.class)
          .hasMessageContaining("no output \"q\"; it has [a, m, z]");
    }
  }

  @Test
  void failureOfTheEngineKeepsItsWords() {
    try (TorchEngine engine = TorchEngine.open(TinyGraph.fixture("tuple.pt"), 1)) {
      assertThatThrownBy(() -> engine.run(List.of(recorded.get("x"))))
          .isInstanceOf(EngineFailure.class)
          .hasMessageContaining("missing value for argument 'y'");
    }
  }

  @Test
  void fileThatIsNoArchiveIsRefusedByItsName() {
    Path script = TinyGraph.fixture("make_tiny_torchscript.py");
    assertThatThrownBy(() -> TorchEngine.open(script, 1))
        .isInstanceOf(EngineFailure.class)
        .hasMessageContaining("make_tiny_torchscript.py");
  }

  @Test
  void truncatedLibraryIsRefusedBeforeItKillsTheProcess(@TempDir Path folder) throws IOException {
    Path library = Files.write(folder.resolve("libtorch_cpu.so"), new byte[3]);
    assertThatThrownBy(() -> TorchLibrary.requireSize(library, 446372105))
        .isInstanceOf(EngineUnavailable.class)
        .hasMessageContaining("has 3 bytes, expected 446372105")
        .hasMessageContaining("delete its folder");
  }

  @Test
  void settingsNameVersionAndThreads() {
    try (TorchEngine engine = TorchEngine.open(TinyGraph.fixture("single.pt"), 1)) {
      assertThat(engine.settings().version()).isEqualTo("2.7.1");
      assertThat(engine.settings().threads()).isEqualTo(1);
      assertThat(engine.settings().settings()).containsEntry("graph optimizer", "off");
    }
  }
}
