package io.github.tf2torch.verify.engine;

import io.github.tf2torch.model.source.Endpoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperationBuilder;
import org.tensorflow.Output;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TInt32;

/** A number made of a graph's outputs: each times a fed weight, summed. */
final class WeightedSum {
  private final Graph graph;
  private final String prefix;
  private final Map<Endpoint, Output<?>> weights = new LinkedHashMap<>();
  private final List<Output<?>> shares = new ArrayList<>();

  WeightedSum(Graph graph) {
    this.graph = graph;
    int attempt = 0;
    while (graph.operation("tf2torch/sum" + attempt + "/weight_0") != null) {
      attempt++;
    }
    this.prefix = "tf2torch/sum" + attempt + "/";
  }

  /** Of the names of all that is added, no other walk's. */
  String prefix() {
    return prefix;
  }

  /** Adds an output; answers where its weight is fed. */
  Endpoint add(Endpoint place, Output<?> output) {
    int index = weights.size();
    Output<?> weight =
        op("Placeholder", "weight_" + index).setAttr("dtype", output.dataType()).build().output(0);
    weights.put(place, weight);
    Output<?> product =
        op("Mul", "product_" + index).addInput(output).addInput(weight).build().output(0);
    Output<?> flat =
        op("Reshape", "flat_" + index)
            .addInput(product)
            .addInput(vector("all_" + index, -1))
            .build()
            .output(0);
    shares.add(
        op("Sum", "share_" + index)
            .addInput(flat)
            .addInput(vector("axis_" + index, 0))
            .build()
            .output(0));
    return new Endpoint(weight.op().name(), 0);
  }

  /** The gradient of the sum for each output: its weight. */
  Map<Endpoint, Output<?>> weights() {
    return weights;
  }

  /** Where the sum comes out. */
  Endpoint of() {
    Output<?>[] terms = shares.toArray(Output<?>[]::new);
    // a graph may have outputs of float32 beside others of float64
    if (Arrays.stream(terms).map(Output::dataType).distinct().count() > 1) {
      for (int i = 0; i < terms.length; i++) {
        terms[i] =
            op("Cast", "wide_" + i)
                .addInput(terms[i])
                .setAttr("DstT", DataType.DT_DOUBLE)
                .build()
                .output(0);
      }
    }
    return new Endpoint(op("AddN", "sum").addInputList(terms).build().name(), 0);
  }

  private GraphOperationBuilder op(String type, String name) {
    return graph.opBuilder(type, prefix + name, graph.baseScope());
  }

  private Output<?> vector(String name, int value) {
    try (Tensor tensor = TInt32.tensorOf(NdArrays.vectorOf(value))) {
      return op("Const", name)
          .setAttr("dtype", DataType.DT_INT32)
          .setAttr("value", tensor)
          .build()
          .output(0);
    }
  }
}
