package io.github.tf2torch.read.graph;

import io.github.tf2torch.model.source.Endpoint;
import java.util.Set;
import org.tensorflow.proto.NodeDef;

/** Where a training graph's data come in: placeholders, and the pipelines of each age of TF1. */
final class DataSources {
  private static final Set<String> PIPELINES =
      Set.of(
          "IteratorGetNext",
          "IteratorGetNextSync",
          "QueueDequeue",
          "QueueDequeueV2",
          "QueueDequeueMany",
          "QueueDequeueManyV2",
          "QueueDequeueUpTo",
          "QueueDequeueUpToV2",
          "ParseExample",
          "ParseExampleV2",
          "ReaderRead",
          "ReaderReadV2");

  private DataSources() {}

  static boolean isPlaceholder(NodeDef node) {
    return node.getOp().equals("Placeholder") || node.getOp().equals("PlaceholderV2");
  }

  /** Whether it gives data that no placeholder is fed with. */
  static boolean isPipeline(NodeDef node) {
    return PIPELINES.contains(node.getOp());
  }

  static boolean isBehind(Endpoint endpoint, TrainingGraph graph) {
    return graph.behind(endpoint).stream().anyMatch(n -> isPlaceholder(n) || isPipeline(n));
  }
}
