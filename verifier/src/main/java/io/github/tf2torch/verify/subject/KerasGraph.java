package io.github.tf2torch.verify.subject;

import io.github.tf2torch.model.source.Provenance;
import io.github.tf2torch.model.source.Signature;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.read.graph.GraphSource;
import java.util.List;
import org.tensorflow.proto.GraphDef;

/**
 * The reference of a Keras file in the place of the graph that the file does not have.
 *
 * @param mayDraw whether a layer draws in training
 */
public record KerasGraph(TfModel model, GraphDef graph, boolean mayDraw) implements GraphSource {
  @Override
  public Provenance provenance() {
    return model.provenance();
  }

  @Override
  public List<Signature> signatures() {
    return model.signatures();
  }

  @Override
  public Signature originalSignature() {
    return model.signature();
  }

  @Override
  public GraphDef originalGraph() {
    return graph;
  }

  @Override
  public GraphDef inlinedGraph() {
    return graph;
  }

  /** The file stays open with the source that it was read by. */
  @Override
  public void close() {}
}
