package io.github.tf2torch.verify.check;

import com.google.protobuf.ByteString;
import io.github.tf2torch.model.source.Provenance;
import io.github.tf2torch.model.source.Signature;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.read.graph.GraphSource;
import io.github.tf2torch.read.graph.TrainingStep;
import io.github.tf2torch.tensor.TensorValue;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/** A source some of whose constants have other values: a frozen graph holds its weights as such. */
record OtherConstants(GraphSource stored, Map<String, TensorValue> values) implements GraphSource {
  @Override
  public GraphDef originalGraph() {
    return with(stored.originalGraph());
  }

  @Override
  public GraphDef inlinedGraph() {
    return with(stored.inlinedGraph());
  }

  private GraphDef with(GraphDef graph) {
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

  @Override
  public Optional<TrainingStep> trainingStep() {
    return stored.trainingStep();
  }

  @Override
  public Provenance provenance() {
    return stored.provenance();
  }

  @Override
  public List<Signature> signatures() {
    return stored.signatures();
  }

  @Override
  public TfModel model() throws IOException {
    return stored.model();
  }

  @Override
  public Signature originalSignature() {
    return stored.originalSignature();
  }

  /** The file stays open with the source that it was read by. */
  @Override
  public void close() {}
}
