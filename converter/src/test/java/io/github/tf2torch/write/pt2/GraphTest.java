package io.github.tf2torch.write.pt2;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.write.pt2.Datum.Form;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Names of a graph's values. */
class GraphTest {
  private static final Form FORM = new Form(DType.FLOAT32, List.of());

  private final Graph graph = new Graph(new Symbols(), new ModuleStack("Model"));

  private String value(String wanted) {
    return graph.value(wanted, FORM, false).name();
  }

  @Test
  void aNameThatIsTakenGetsANumber() {
    assertThat(List.of(value("add"), value("add_2"), value("add"), value("add"), value("add_2")))
        .containsExactly("add", "add_2", "add_1", "add_3", "add_2_1");
  }

  /** An LSTM over a thousand steps is written out step by step. */
  @Test
  @Timeout(60)
  void manyValuesOfOneNameTakeNoLongerThanTheyAre() {
    for (int i = 0; i < 300_000; i++) {
      value("mul");
    }
    assertThat(graph.tensorValues()).hasSize(300_000);
  }
}
