package io.github.tf2torch.verify.subject;

import io.github.tf2torch.model.source.Provenance;
import io.github.tf2torch.model.source.Signature;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.read.graph.GraphSource;
import io.github.tf2torch.read.graph.TrainingStep;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.tensorflow.proto.GraphDef;

/**
 * A source whose graph is another than is stored.
 *
 * @param other the same nodes under the same names, and perhaps more
 */
record OtherGraph(GraphSource stored, UnaryOperator<GraphDef> other) implements GraphSource {
  @Override
  public GraphDef originalGraph() {
    return other.apply(stored.originalGraph());
  }

  @Override
  public GraphDef inlinedGraph() {
    return other.apply(stored.inlinedGraph());
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
