package io.github.tf2torch.fuse;

import io.github.tf2torch.model.source.Graph;

/** A step of the fusion: the graph with one kind of pattern made into one node each. */
@FunctionalInterface
interface Pass {
  Graph apply(Graph graph, Setting setting);
}
