package io.github.tf2torch.samples.thepost;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TString;

/** TensorFlow initializes the post's graph, takes the post's weights and saves a checkpoint. */
public final class PostCheckpoint {
  private PostCheckpoint() {}

  /**
   * Writes {@code model.ckpt} with its .meta, .index and .data into the folder.
   *
   * @param compressed the graph, {@code .meta.gz}
   */
  static Path write(Path compressed, Path folder) throws IOException {
    Path meta = unpack(compressed, folder);
    GraphDef definition = MetaGraphDef.parseFrom(Files.readAllBytes(meta)).getGraphDef();
    try (Graph graph = new Graph()) {
      graph.importGraphDef(definition);
      try (Session session = new Session(graph)) {
        initialize(session, definition);
        save(session, folder);
      }
    }
    return meta;
  }

  /** The graph as the {@code .meta} beside the checkpoint. */
  public static Path unpack(Path compressed, Path folder) throws IOException {
    Path meta = Files.createDirectories(folder).resolve("model.ckpt.meta");
    try (InputStream in = new GZIPInputStream(Files.newInputStream(compressed))) {
      Files.write(meta, in.readAllBytes());
    }
    return meta;
  }

  /** Gives every variable its first value, kernels the post's. */
  public static void initialize(Session session, GraphDef definition) {
    session.runner().addTarget("init").run().close();
    SeedWeights.draw().forEach((layer, kernel) -> assign(session, definition, layer, kernel));
  }

  /** Saves {@code model.ckpt} in the folder, by the graph's own saver. */
  public static void save(Session session, Path folder) {
    try (TString name = TString.scalarOf(folder.resolve("model.ckpt").toString())) {
      session.runner().feed("save/Const", name).addTarget("save/control_dependency").run().close();
    }
  }

  private static void assign(
      Session session, GraphDef graph, String layer, SeedWeights.Kernel kernel) {
    String fed = layer + "/Placeholder";
    String assign =
        graph.getNodeList().stream()
            .filter(n -> n.getOp().equals("AssignVariableOp") && n.getInput(1).equals(fed))
            .map(NodeDef::getName)
            .findFirst()
            .orElseThrow();
    try (TFloat32 value =
        TFloat32.tensorOf(Shape.of(kernel.shape()), DataBuffers.of(kernel.values()))) {
      session.runner().feed(fed, value).addTarget(assign).run().close();
    }
  }
}
