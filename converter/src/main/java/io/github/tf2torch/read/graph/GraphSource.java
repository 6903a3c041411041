package io.github.tf2torch.read.graph;

import io.github.tf2torch.model.source.Signature;
import io.github.tf2torch.model.source.TfSource;
import java.util.Optional;
import org.tensorflow.proto.GraphDef;

/** A source that has a graph which TensorFlow itself can run. */
public interface GraphSource extends TfSource {
  /** The chosen signature as stored, endpoints in {@link #originalGraph()}. */
  Signature originalSignature();

  /** The whole graph and its function library as stored, default attributes absent. */
  GraphDef originalGraph();

  /**
   * What {@link #model} holds as its graph, in TensorFlow's words: same nodes, names and order.
   * Attributes are complete; branches of control flow are its function library.
   */
  GraphDef inlinedGraph();

  /**
   * A step of the training that the graph was written for; empty where it does not train.
   *
   * @throws io.github.tf2torch.problem.UnsupportedFile where it needs what the file does not say
   */
  default Optional<TrainingStep> trainingStep() {
    return Optional.empty();
  }
}
