package io.github.tf2torch.convert;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.TfModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Graphs up to version 23 say of a placeholder without a shape that it is a scalar. */
class OldPlaceholderTest {
  private static final String GRAPH =
      """
      node { name: "x" op: "Placeholder"
        attr { key: "dtype" value { type: DT_FLOAT } }
        attr { key: "shape" value { shape { } } }%s }
      node { name: "w" op: "Const"
        attr { key: "dtype" value { type: DT_FLOAT } }
        attr { key: "value" value { tensor { dtype: DT_FLOAT
          tensor_shape { dim { size: 3 } dim { size: 2 } }
          float_val: 1 float_val: 2 float_val: 3 float_val: 4 float_val: 5 float_val: 6 } } } }
      node { name: "r" op: "Relu" input: "x" attr { key: "T" value { type: DT_FLOAT } } }
      node { name: "y" op: "MatMul" input: "r" input: "w"
        attr { key: "T" value { type: DT_FLOAT } }
        attr { key: "transpose_a" value { b: false } }
        attr { key: "transpose_b" value { b: false } } }
      versions { producer: %s }
      """;

  @TempDir Path folder;

  /** As a training graph has it beside its nodes. */
  private static final String NOTED =
      """
       attr { key: "_output_shapes" value { list { shape { dim { size: -1 } dim { size: 3 } } } } }""";

  private TfModel model(int version) throws IOException {
    return model(version, "");
  }

  private TfModel model(int version, String noted) throws IOException {
    Path file = folder.resolve("graph.pbtxt");
    Files.writeString(file, GRAPH.formatted(noted, version));
    try (Source source = Source.open(file)) {
      return source.model();
    }
  }

  @Test
  void theOpBehindItSaysItsRank() throws IOException {
    TfModel model = model(21);
    assertThat(model.signature().inputs().get(0).dims()).contains(new Dims(List.of(-1L, 3L)));
    assertThat(model.assumed())
        .contains("input x is of rank 2, as the op that takes it asks; the file says none");
  }

  @Test
  void whatPythonKnewOfItIsTaken() throws IOException {
    TfModel model = model(21, NOTED);
    assertThat(model.signature().inputs().get(0).dims()).contains(new Dims(List.of(-1L, 3L)));
    assertThat(model.assumed()).noneMatch(a -> a.contains("of rank"));
  }

  @Test
  void aLaterGraphMeansAScalar() throws IOException {
    assertThat(model(24).signature().inputs().get(0).dims()).contains(new Dims(List.of()));
  }
}
