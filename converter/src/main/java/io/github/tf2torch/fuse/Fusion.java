package io.github.tf2torch.fuse;

import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.source.TfModel;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Makes one node of what is one thing in PyTorch. What is not recognised stays as it is. */
public final class Fusion {
  /** The attribute of a {@code While} that says why it stayed one. */
  public static final String WHY_NO_LOOP = "_why_no_loop";

  // These look at what a node waits for, which is dropped once it is known what a read answers
  private static final List<Pass> FIRST =
      List.of(new FramedLoop(), new MergedCond(), new VariableReads());

  // The order matters: constants are folded after the patterns whose weights a frozen graph holds
  // as constants, and a bias is looked for where no normalization was found.
  private static final List<Pass> PASSES =
      List.of(
          new NotedDropout(),
          new TrainingCond(),
          new InferenceBranch(),
          new FedDropout(),
          new PassedOn(),
          new FusedBatchNorm(),
          new BatchNormArithmetic(),
          new LayerNormArithmetic(),
          new NormUpdate(),
          new Folding(),
          new CountedLoop(),
          new FedBatch(),
          new Dilation(),
          new Dilation1d(),
          new Silu(),
          new Gelu(),
          new Attention(),
          new PadIntoConv(),
          new EmbeddingLookup(),
          new LastAxisProduct(),
          new Bias());

  private Fusion() {}

  /** The model's graph, fused; every fused node bears the name of its pattern's last node. */
  public static Graph fuse(TfModel model) {
    return fuse(model.graph(), Setting.of(model));
  }

  /** The nodes of a graph, computed of constants alone, that it holds as one when it is fused. */
  public static Set<String> folded(Graph source, Graph fused) {
    Set<String> computed =
        source.nodes().stream()
            .filter(n -> !n.op().equals("Const"))
            .map(Node::name)
            .collect(Collectors.toSet());
    return fused.nodes().stream()
        .filter(n -> n.op().equals("Const") && computed.contains(n.name()))
        .map(Node::name)
        .collect(Collectors.toUnmodifiableSet());
  }

  static Graph fuse(Graph source, Setting setting) {
    Pass pruning = new Pruning();
    Graph graph = source;
    for (Pass pass : FIRST) {
      graph = pass.apply(graph, setting);
    }
    graph = pruning.apply(graph, setting);
    for (Pass pass : PASSES) {
      graph = pruning.apply(pass.apply(graph, setting), setting);
    }
    return graph;
  }
}
