package io.github.tf2torch.verify.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tf2torch.convert.ConversionFile;
import io.github.tf2torch.model.target.TorchOptimizer;
import io.github.tf2torch.model.target.TrainingState;
import io.github.tf2torch.translate.Translator;
import java.io.IOException;
import java.util.Optional;

/**
 * The optimizer that a conversion gave, where this can step it as TensorFlow steps the source's.
 *
 * @param isThere whether the source has one at all
 * @param impediment why it can't be stepped here, though the source has one
 */
record ConvertedOptimizer(
    boolean isThere, Optional<TorchOptimizer> optimizer, Optional<String> impediment) {

  static ConvertedOptimizer of(Subject subject) throws IOException {
    Optional<TrainingState> state = Translator.optimizer(subject.tensorflow(), subject.torch());
    if (state.isEmpty()) {
      return new ConvertedOptimizer(false, Optional.empty(), Optional.empty());
    }
    if (!(state.get() instanceof TorchOptimizer optimizer)) {
      return hindered("its optimizer is none of PyTorch's");
    }
    if (!subject.has("optimizer.pt")) {
      return hindered("optimizer.pt is not there; convert with every target");
    }
    String converted = converted(subject);
    if (!converted.equals(optimizer.className())) {
      return hindered(
          "optimizer.pt is for torch.optim.%s, whose steps are near TensorFlow's and not the same;"
                  .formatted(converted)
              + " convert without --stock-optimizer");
    }
    return new ConvertedOptimizer(true, Optional.of(optimizer), Optional.empty());
  }

  private static ConvertedOptimizer hindered(String why) {
    return new ConvertedOptimizer(true, Optional.empty(), Optional.of(why));
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
