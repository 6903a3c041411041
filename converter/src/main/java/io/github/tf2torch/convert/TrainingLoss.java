package io.github.tf2torch.convert;

import io.github.tf2torch.model.source.Loss;
import io.github.tf2torch.model.source.Signature;
import io.github.tf2torch.model.target.TorchLoss;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.problem.Problem;
import io.github.tf2torch.translate.Translation;
import io.github.tf2torch.translate.Translator;
import io.github.tf2torch.write.python.PythonWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The loss of a source's training, or why it has none in PyTorch: a model is converted without it.
 *
 * @param assumed what was chosen, or left out, in words
 */
public record TrainingLoss(Optional<TorchLoss> loss, List<String> assumed) {
  public TrainingLoss {
    assumed = List.copyOf(assumed);
  }

  /** Of the source, beside the translation of its model. */
  public static TrainingLoss of(Source source, TorchModel model) throws IOException {
    List<Signature.Tensor> results =
        model.outputs().stream()
            .map(o -> new Signature.Tensor(o.name(), o.source(), o.dtype(), Optional.of(o.dims())))
            .toList();
    try {
      Optional<Loss> found = source.loss(results);
      if (found.isEmpty()) {
        return new TrainingLoss(Optional.empty(), List.of());
      }
      TorchLoss loss = Translator.loss(found.get(), model);
      PythonWriter.print(loss); // what can't be written down is told of at once
      List<String> assumed = new ArrayList<>(List.of(choice(loss)));
      assumed.addAll(found.get().assumed());
      return new TrainingLoss(Optional.of(loss), assumed);
    } catch (Problem e) {
      return new TrainingLoss(Optional.empty(), List.of("model.py has no loss: " + e.getMessage()));
    }
  }

  private static String choice(TorchLoss loss) {
    return "the loss is %s, which gradients are taken of"
        .formatted(loss.program().outputs().get(0).source().node());
  }

  /** A translation that tells of it. */
  Translation toldIn(Translation translation) {
    return translation.assuming(assumed);
  }
}
