package io.github.tf2torch.verify.subject;

import com.google.protobuf.ByteString;
import io.github.tf2torch.tensor.TensorValue;
import java.util.Map;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/** A graph some of whose constants have other values: a frozen one holds its weights as such. */
final class OtherConstants {
  private OtherConstants() {}

  /** By the names of their nodes. */
  static GraphDef in(GraphDef graph, Map<String, TensorValue> values) {
    GraphDef.Builder out = graph.toBuilder();
    for (int i = 0; i < out.getNodeCount(); i++) {
      NodeDef node = out.getNode(i);
      TensorValue value = values.get(node.getName());
      if (value != null && node.getOp().equals("Const")) {
        TensorProto tensor =
            node.getAttrOrThrow("value").getTensor().toBuilder()
                .clearFloatVal()
                .setTensorContent(ByteString.copyFrom(value.bytes()))
                .build();
        out.setNode(
            i,
            node.toBuilder()
                .putAttr("value", AttrValue.newBuilder().setTensor(tensor).build())
                .build());
      }
    }
    return out.build();
  }
}
