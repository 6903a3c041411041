package io.github.tf2torch.verify.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.model.source.Signature;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.read.graph.MetaGraph;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.proto.GraphDef;

/** TensorFlow runs what was cut out of a training graph, and answers as the whole program did. */
class TrainingProgramRunTest {
  private static final Path PROGRAMS = Path.of("../converter/src/test/resources/trainingprogram");

  @ParameterizedTest
  @CsvSource({"adam/model-250", "rmsprop/model", "loop/model", "pipeline/model", "inference/model"})
  void theCutModelAnswersAsTheProgramDid(String file) throws IOException {
    String name = file.substring(0, file.indexOf('/'));
    JsonNode recorded =
        new ObjectMapper().readTree(PROGRAMS.resolve("values.json").toFile()).path(name);
    try (MetaGraph graph =
        MetaGraph.open(PROGRAMS.resolve(file + ".meta"), ReadOptions.defaults())) {
      TfModel model = graph.model();
      Signature stored = graph.originalSignature();
      List<double[]> asStored = run(model, graph.originalGraph(), stored, recorded);
      List<double[]> inlined = run(model, graph.inlinedGraph(), model.signature(), recorded);
      for (int i = 0; i < stored.outputs().size(); i++) {
        double[] expected = flat(recorded.path("outputs").path(stored.outputs().get(i).key()));
        assertThat(expected).isNotEmpty();
        // TensorFlow 2.21 recorded it with oneDNN, on another processor perhaps
        assertThat(asStored.get(i)).containsExactly(expected, within(1e-6));
        assertThat(inlined.get(i)).isEqualTo(asStored.get(i));
      }
    }
  }

  private static List<double[]> run(
      TfModel model, GraphDef graph, Signature signature, JsonNode recorded) {
    Map<Endpoint, TensorValue> feeds = new HashMap<>();
    for (Signature.Tensor input : signature.inputs()) {
      JsonNode value = recorded.path("inputs").path(input.key().replace("_0", ""));
      Shape shape = Shape.of(value.size(), value.get(0).size());
      feeds.put(input.endpoint(), TensorValue.ofDoubles(input.dtype(), shape, flat(value)));
    }
    try (TensorFlowEngine engine =
        TensorFlowEngine.open(
            new TensorFlowGraph(graph, model.handles()),
            model.variables(),
            model.tensors(),
            Precision.FLOAT32,
            1)) {
      return engine
          .run(feeds, signature.outputs().stream().map(Signature.Tensor::endpoint).toList())
          .stream()
          .map(TensorValue::doubles)
          .toList();
    }
  }

  private static double[] flat(JsonNode nested) {
    List<Double> all = new ArrayList<>();
    collect(nested, all);
    return all.stream().mapToDouble(d -> d).toArray();
  }

  private static void collect(JsonNode nested, List<Double> all) {
    if (nested.isNumber()) {
      all.add(nested.asDouble());
    }
    nested.forEach(n -> collect(n, all));
  }
}
