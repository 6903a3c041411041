package io.github.tf2torch.verify.engine;

import com.google.protobuf.InvalidProtocolBufferException;
import io.github.tf2torch.problem.DamagedFile;
import java.util.Map;
import org.tensorflow.proto.GraphDef;

/**
 * A graph that TensorFlow can run, calls inlined.
 *
 * @param handles {@code VarHandleOp}, {@code VariableV2} or resource placeholder node → name of its
 *     variable
 */
public record TensorFlowGraph(GraphDef graph, Map<String, String> handles) {
  public TensorFlowGraph {
    handles = Map.copyOf(handles);
  }

  /** Reads a serialized {@code GraphDef}. */
  public static TensorFlowGraph parse(byte[] graphDef, Map<String, String> handles) {
    try {
      return new TensorFlowGraph(GraphDef.parseFrom(graphDef), handles);
    } catch (InvalidProtocolBufferException e) {
      throw new DamagedFile("the graph is no GraphDef message: " + e.getMessage(), e);
    }
  }
}
