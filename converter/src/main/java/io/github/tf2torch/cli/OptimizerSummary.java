package io.github.tf2torch.cli;

import io.github.tf2torch.convert.ConversionFile;
import io.github.tf2torch.model.target.CarriedSlots;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.model.target.TorchOptimizer;
import io.github.tf2torch.model.target.TrainingState;
import java.util.List;

/** What a person reads about the optimizer, and the lines to go on training with. */
final class OptimizerSummary {
  private static final int SHOWN = 4;
  private static final String INDENT = "           ";

  private OptimizerSummary() {}

  static String of(TrainingState training, TorchModel model) {
    StringBuilder text = new StringBuilder();
    text.append("optimizer  ").append(training.kind()).append(": ");
    if (training instanceof TorchOptimizer optimizer) {
      text.append(optimizer.exactness()).append('\n');
      optimizer.lossy().forEach(l -> text.append(INDENT).append("lossy: ").append(l).append('\n'));
      append(text, optimizer.assumed());
      for (String line : ConversionFile.trainingLines(optimizer, model)) {
        text.append(INDENT).append(line).append('\n');
      }
    } else {
      text.append(((CarriedSlots) training).reason()).append('\n');
      text.append(INDENT)
          .append("its slots are in torch.load(\"optimizer.pt\")[\"slots\"], by parameter\n");
      append(text, training.assumed());
    }
    return text.toString();
  }

  private static void append(StringBuilder text, List<String> assumed) {
    assumed.stream()
        .limit(SHOWN)
        .forEach(a -> text.append(INDENT).append("assumed: ").append(a).append('\n'));
    int more = assumed.size() - SHOWN;
    if (more > 0) {
      text.append(INDENT).append(more).append(" more of the kind, in conversion.json\n");
    }
  }
}
