package io.github.tf2torch.verify.engine;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.TextFormat;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.GraphDef;

/** A loss that was written for a batch of one size, as those of TensorFlow 1 often are. */
class FixedBatchTest {
  private static final String GRAPH =
      """
      node { name: "x" op: "Placeholder" attr { key: "dtype" value { type: DT_FLOAT } } }
      node { name: "weights" op: "Const"
        attr { key: "dtype" value { type: DT_FLOAT } }
        attr { key: "value" value { tensor { dtype: DT_FLOAT
          tensor_shape { dim { size: 3 } } float_val: 1 } } } }
      node { name: "loss" op: "Mul" input: "x" input: "weights"
        attr { key: "T" value { type: DT_FLOAT } } }
      """;

  @Test
  void whatItWasWrittenForIsAskedFor() throws IOException {
    GraphDef.Builder graph = GraphDef.newBuilder();
    TextFormat.merge(GRAPH, graph);
    TensorFlowGraph parsed = TensorFlowGraph.parse(graph.build().toByteArray(), Map.of());
    Map<Endpoint, TensorValue> two =
        Map.of(new Endpoint("x", 0), TensorValue.ofDoubles(DType.FLOAT32, Shape.of(2), 1, 2));
    try (TensorFlowEngine engine =
        TensorFlowEngine.open(parsed, List.of(), (v, at, into) -> {}, Precision.FLOAT32, 1)) {
      assertThatThrownBy(() -> engine.run(two, List.of(new Endpoint("loss", 0))))
          .isInstanceOf(FixedBatch.class)
          .hasMessageContaining("on a batch of this size (Incompatible shapes: [2] vs. [3]")
          .hasMessageEndingWith("give the size that it was written for by --batch");
    }
  }
}
