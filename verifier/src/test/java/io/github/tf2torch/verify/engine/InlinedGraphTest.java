package io.github.tf2torch.verify.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Signature;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.read.graph.SavedModel;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.proto.GraphDef;

/** TensorFlow itself runs a file's graph as stored and as the reader inlined it. */
class InlinedGraphTest {
  private static final Path MODELS = Path.of("../converter/src/test/resources/savedmodel");

  @ParameterizedTest
  @CsvSource({
    "twins, false",
    "branches, false",
    "branches, true",
    "keras_export, false",
    "tf1, false",
  })
  void anInlinedGraphAnswersBitForBitAsTheStoredOne(String name, boolean isTraining)
      throws IOException {
    try (SavedModel file = SavedModel.open(MODELS.resolve(name))) {
      TfModel model = file.model(Optional.empty());
      List<TensorValue> stored =
          run(model, file.originalGraph(), file.originalSignature(), isTraining);
      List<TensorValue> inlined = run(model, file.inlinedGraph(), model.signature(), isTraining);
      assertThat(inlined).isEqualTo(stored);
      assertThat(stored).allMatch(t -> DoubleStream.of(t.doubles()).anyMatch(d -> d != 0));
    }
  }

  private static List<TensorValue> run(
      TfModel model, GraphDef graph, Signature signature, boolean isTraining) {
    Map<Endpoint, TensorValue> feeds = new HashMap<>();
    signature.inputs().forEach(i -> feeds.put(i.endpoint(), input(i, isTraining)));
    try (TensorFlowEngine engine =
        TensorFlowEngine.open(
            new TensorFlowGraph(graph, model.handles()),
            model.variables(),
            model.tensors(),
            Precision.FLOAT32,
            1)) {
      return engine.run(
          feeds, signature.outputs().stream().map(Signature.Tensor::endpoint).toList());
    }
  }

  private static TensorValue input(Signature.Tensor tensor, boolean isTraining) {
    if (tensor.dtype() == DType.BOOL) {
      return TensorValue.ofLongs(DType.BOOL, Shape.of(), isTraining ? 1 : 0);
    }
    Shape shape =
        new Shape(tensor.dims().orElseThrow().extents().stream().map(e -> e < 0 ? 2 : e).toList());
    double[] values = new double[Math.toIntExact(shape.count())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (i * 37 % 19) / 4.0 - 1;
    }
    return TensorValue.ofDoubles(tensor.dtype(), shape, values);
  }
}
