package io.github.tf2torch.verify.subject;

import io.github.tf2torch.convert.Source;
import io.github.tf2torch.read.graph.GraphSource;
import io.github.tf2torch.tensor.TensorValue;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.tensorflow.proto.GraphDef;

/**
 * What TensorFlow runs for a source.
 *
 * @param graph the source's own, or one built for it; empty where TensorFlow has nothing to run
 * @param missing why it is empty
 */
public record SourceGraph(Optional<GraphSource> graph, String missing) {
  public static SourceGraph of(Source source) {
    return new SourceGraph(source.graph(), "the source has no graph that TensorFlow could run");
  }

  public static SourceGraph built(GraphSource graph) {
    return new SourceGraph(Optional.of(graph), "");
  }

  /** The same with other values of some constants, by the names of their nodes. */
  public SourceGraph withConstants(Map<String, TensorValue> values) {
    return with(stored -> OtherConstants.in(stored, values));
  }

  /** The same with another graph of the same nodes. */
  public SourceGraph with(UnaryOperator<GraphDef> other) {
    return new SourceGraph(graph.map(g -> new OtherGraph(g, other)), missing);
  }

  public static SourceGraph none(String missing) {
    return new SourceGraph(Optional.empty(), missing);
  }
}
