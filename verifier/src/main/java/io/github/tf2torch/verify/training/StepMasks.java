package io.github.tf2torch.verify.training;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.dropout.DropoutMasks;
import io.github.tf2torch.verify.dropout.DropoutRun;
import io.github.tf2torch.verify.engine.Precision;
import io.github.tf2torch.verify.engine.TensorFlowEngine;
import io.github.tf2torch.verify.engine.TensorFlowGraph;
import io.github.tf2torch.verify.run.TrainingSide;
import io.github.tf2torch.verify.subject.Subject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The masks of dropouts in the steps of a training: TensorFlow draws its own in each, by its seeds,
 * and PyTorch's program is given what Philox draws from them.
 */
final class StepMasks {
  private final TrainingSide side;
  private final DropoutMasks masks;

  private StepMasks(TrainingSide side, DropoutMasks masks) {
    this.side = side;
    this.masks = masks;
  }

  /** Empty where PyTorch's program has no dropout, or one that TensorFlow's graph has lost. */
  static Optional<StepMasks> of(Subject subject) throws IOException {
    int sites = DropoutRun.sites(subject.torch()).size();
    if (sites == 0) {
      return Optional.empty();
    }
    TrainingSide side = TrainingSide.of(subject, List.of());
    DropoutMasks masks = DropoutMasks.of(subject.torch(), side.graph());
    return masks.dropouts().size() == sites
        ? Optional.of(new StepMasks(side, masks))
        : Optional.empty();
  }

  /** The graph in which every dropout outside of functions has seeds. */
  TensorFlowGraph seeded(TensorFlowGraph graph) {
    return masks.seeded(graph);
  }

  /** The program that takes factors behind its own inputs, in the place of its dropouts. */
  TorchModel program(TorchModel model) {
    return masks.program(model);
  }

  /**
   * What dropouts multiply by in one step after another, in PyTorch's order.
   *
   * @param steps what TensorFlow is fed in each
   */
  List<List<TensorValue>> factors(Precision precision, List<Map<Endpoint, TensorValue>> steps) {
    List<List<TensorValue>> all = new ArrayList<>();
    try (TensorFlowEngine engine = side.engine(masks.seeded(side.graph()), precision)) {
      for (int i = 0; i < steps.size(); i++) {
        Map<Endpoint, TensorValue> feeds = new LinkedHashMap<>(steps.get(i));
        feeds.putAll(masks.uniform(masks.drawn(engine, feeds), i));
        all.add(masks.arguments(masks.factors(engine, feeds)));
      }
    }
    return all;
  }
}
