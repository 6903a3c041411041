package io.github.tf2torch.verify.engine;

import com.sun.jna.Library;
import com.sun.jna.Native;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.TensorProto;

/**
 * TensorFlow's own talk on standard error. The first session of a process logs two lines that no
 * level turns off (an absl log that the library keeps to itself); so the first session is one that
 * computes nothing, while standard error leads nowhere for some milliseconds.
 */
final class TensorFlowLog {
  private static final int STDERR = 2;
  private static final int WRITE_ONLY = 1;

  private TensorFlowLog() {}

  private interface C extends Library {
    int open(String path, int flags);

    int dup(int descriptor);

    int dup2(int from, int to);

    int close(int descriptor);
  }

  static void spendFirstSession() {
    C c = Native.load("c", C.class);
    System.err.flush();
    int kept = c.dup(STDERR);
    int nowhere = c.open("/dev/null", WRITE_ONLY);
    c.dup2(nowhere, STDERR);
    try {
      runNothing();
    } finally {
      c.dup2(kept, STDERR);
      c.close(kept);
      c.close(nowhere);
    }
  }

  private static void runNothing() {
    try (Graph graph = new Graph()) {
      TensorProto content =
          TensorProto.newBuilder().setDtype(DataType.DT_BOOL).addBoolVal(true).build();
      graph.importGraphDef(
          GraphDef.newBuilder()
              .addNode(
                  NodeScope.node("nothing", "Const")
                      .putAttr("dtype", NodeScope.type(DataType.DT_BOOL))
                      .putAttr("value", AttrValue.newBuilder().setTensor(content).build()))
              .build());
      try (Session session = new Session(graph)) {
        session.runner().fetch("nothing").run().close();
      }
    }
  }
}
