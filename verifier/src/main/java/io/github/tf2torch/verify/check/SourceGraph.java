package io.github.tf2torch.verify.check;

import io.github.tf2torch.convert.Source;
import io.github.tf2torch.read.graph.GraphSource;
import java.util.Optional;

/**
 * What TensorFlow runs for a source.
 *
 * @param graph the source's own, or one built for it; empty where TensorFlow has nothing to run
 * @param missing why it is empty
 */
record SourceGraph(Optional<GraphSource> graph, String missing) {
  static SourceGraph of(Source source) {
    return new SourceGraph(source.graph(), "the source has no graph that TensorFlow could run");
  }

  static SourceGraph built(GraphSource graph) {
    return new SourceGraph(Optional.of(graph), "");
  }

  /** The same with other values of some constants, by the names of their nodes. */
  SourceGraph withConstants(java.util.Map<String, io.github.tf2torch.tensor.TensorValue> values) {
    return new SourceGraph(graph.map(g -> new OtherConstants(g, values)), missing);
  }

  static SourceGraph none(String missing) {
    return new SourceGraph(Optional.empty(), missing);
  }
}
