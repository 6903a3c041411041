package io.github.tf2torch.verify.engine;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Role;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorSource;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.inputs.NpyFile;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.proto.GraphDef;

/** The graph of {@code engine/make_tiny_graph.py} and TensorFlow's answers to it. */
final class TinyGraph {
  final Map<String, TensorValue> recorded = NpyFile.readAll(fixture("tiny.npz"));
  private final List<Variable> variables = new ArrayList<>();
  private final Map<String, String> handles = new HashMap<>();

  TinyGraph() {
    recorded.forEach(
        (key, value) -> {
          if (key.startsWith("var/")) {
            String name = key.substring("var/".length());
            variables.add(
                new Variable(name, name, value.dtype(), value.shape(), Role.WEIGHT, List.of()));
            handles.put(name, name);
          }
        });
  }

  static Path fixture(String name) {
    try {
      return Path.of(TinyGraph.class.getResource("/engine/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  TensorFlowEngine open(Precision precision) throws IOException {
    return open(Files.readAllBytes(fixture("tiny.pb")), precision);
  }

  /** As it is written where another machine has that device. */
  TensorFlowEngine openAt(String device) throws IOException {
    GraphDef.Builder graph = GraphDef.parseFrom(Files.readAllBytes(fixture("tiny.pb"))).toBuilder();
    graph.getNodeBuilderList().forEach(n -> n.setDevice(device));
    return open(graph.build().toByteArray(), Precision.FLOAT32);
  }

  private TensorFlowEngine open(byte[] graphDef, Precision precision) {
    TensorSource source = this::read;
    return TensorFlowEngine.open(
        TensorFlowGraph.parse(graphDef, handles), variables, source, precision, 1);
  }

  private void read(String variable, long offset, ByteBuffer target) {
    ByteBuffer bytes = recorded.get("var/" + variable).bytes();
    bytes.position(Math.toIntExact(offset)).limit(bytes.position() + target.remaining());
    target.put(bytes);
  }

  Map<Endpoint, TensorValue> feeds(boolean isTraining) {
    return Map.of(
        new Endpoint("image", 0),
        recorded.get("image"),
        new Endpoint("is_training", 0),
        TensorValue.ofLongs(DType.BOOL, Shape.of(), isTraining ? 1 : 0));
  }
}
