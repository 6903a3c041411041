package io.github.tf2torch.verify.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tf2torch.convert.ConversionFile;
import io.github.tf2torch.model.target.TorchOptimizer;
import io.github.tf2torch.model.target.TrainingState;
import io.github.tf2torch.model.target.UpdateRule;
import io.github.tf2torch.rules.optimizer.TorchSteps;
import io.github.tf2torch.translate.Translator;
import io.github.tf2torch.verify.subject.Subject;
import java.io.IOException;
import java.util.Optional;

/**
 * The optimizer that a conversion gave, where this can step it as TensorFlow steps the source's.
 *
 * @param isThere whether the source has one at all
 * @param exact that steps as TensorFlow does
 * @param stock of torch.optim, in the place of the exact one
 * @param impediment why neither can be stepped here, though the source has one
 */
record ConvertedOptimizer(
    boolean isThere,
    Optional<TorchOptimizer> exact,
    Optional<TorchOptimizer> stock,
    Optional<String> impediment) {

  static ConvertedOptimizer of(Subject subject) throws IOException {
    Optional<TrainingState> state = Translator.optimizer(subject.tensorflow(), subject.torch());
    if (state.isEmpty()) {
      return new ConvertedOptimizer(false, Optional.empty(), Optional.empty(), Optional.empty());
    }
    if (!(state.get() instanceof TorchOptimizer optimizer)) {
      return hindered("its optimizer is none of PyTorch's");
    }
    if (!subject.has("optimizer.pt")) {
      return hindered("optimizer.pt is not there; convert with every target");
    }
    String converted = converted(subject);
    if (converted.equals(optimizer.className())) {
      return new ConvertedOptimizer(
          true, Optional.of(optimizer), Optional.empty(), Optional.empty());
    }
    Optional<TorchOptimizer> stock =
        told(subject).path("module").asText().equals("torch.optim")
            ? stock(Translator.stockOptimizer(optimizer), converted)
            : Optional.empty();
    return stock.isPresent()
        ? new ConvertedOptimizer(true, Optional.of(optimizer), stock, Optional.empty())
        : hindered("optimizer.pt is for " + converted + ", whose steps are not known here");
  }

  /** With its own steps. */
  private static Optional<TorchOptimizer> stock(TorchOptimizer o, String converted) {
    Optional<UpdateRule> rule =
        o.className().equals(converted) ? TorchSteps.of(o) : Optional.empty();
    return rule.map(
        r ->
            new TorchOptimizer(
                o.kind(),
                o.module(),
                o.className(),
                o.arguments(),
                o.groups(),
                o.isGrouped(),
                o.state(),
                r,
                o.loop(),
                o.exactness(),
                o.stepError(),
                o.assumed(),
                o.lossy()));
  }

  /** The exact one, for steps that are held to be the same; or why there is none. */
  Optional<TorchOptimizer> optimizer() {
    return stock.isPresent() ? Optional.empty() : exact;
  }

  /** Why there is no exact one. */
  Optional<String> obstacle() {
    return stock.isPresent()
        ? Optional.of(
            "optimizer.pt is for torch.optim.%s, whose steps are near TensorFlow's and not the same;"
                    .formatted(stock.get().className())
                + " convert without --stock-optimizer")
        : impediment;
  }

  private static ConvertedOptimizer hindered(String why) {
    return new ConvertedOptimizer(true, Optional.empty(), Optional.empty(), Optional.of(why));
  }

  /** The class that the conversion has written the state of. */
  private static String converted(Subject subject) throws IOException {
    return told(subject).path("class").asText();
  }

  /** What {@code conversion.json} says of it. */
  static JsonNode told(Subject subject) throws IOException {
    return new ObjectMapper()
        .readTree(subject.file(ConversionFile.NAME).toFile())
        .path("optimizer");
  }
}
