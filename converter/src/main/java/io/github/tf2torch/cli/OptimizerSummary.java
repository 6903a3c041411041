package io.github.tf2torch.cli;

import io.github.tf2torch.convert.ConversionFile;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.model.target.TorchOptimizer;

/** What a person reads about the optimizer, and the lines to go on training with. */
final class OptimizerSummary {
  private static final int SHOWN = 4;
  private static final String INDENT = "           ";

  private OptimizerSummary() {}

  static String of(TorchOptimizer optimizer, TorchModel model) {
    StringBuilder text = new StringBuilder();
    text.append("optimizer  %s: %s%n".formatted(optimizer.kind(), optimizer.exactness()));
    optimizer.assumed().stream()
        .limit(SHOWN)
        .forEach(a -> text.append(INDENT).append("assumed: ").append(a).append('\n'));
    int more = optimizer.assumed().size() - SHOWN;
    if (more > 0) {
      text.append(INDENT).append(more).append(" more of the kind, in conversion.json\n");
    }
    for (String line : ConversionFile.trainingLines(optimizer, model)) {
      text.append(INDENT).append(line).append('\n');
    }
    return text.toString();
  }
}
