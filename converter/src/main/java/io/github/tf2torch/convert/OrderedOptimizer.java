package io.github.tf2torch.convert;

import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.model.target.TorchOptimizer;
import io.github.tf2torch.model.target.TrainingState;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.translate.Translation;
import io.github.tf2torch.translate.Translator;
import io.github.tf2torch.translate.mapping.ParameterOrder;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What the training goes on with, if the source has it.
 *
 * @param isInOrder whether its parameters are in the order of {@code model.parameters()}
 * @param assumed of the order
 */
record OrderedOptimizer(Optional<TrainingState> state, boolean isInOrder, List<String> assumed) {
  private static final String NONE = "the source holds no optimizer that has a rule";

  OrderedOptimizer {
    assumed = List.copyOf(assumed);
  }

  /** Averages are for use; the moments are those of the variables that were trained. */
  static OrderedOptimizer of(TfModel model, TorchModel program, ConvertOptions options)
      throws IOException {
    Optional<Like> ordered = options.like().filter(l -> l.parameterOrder().isPresent());
    if (options.substitutes().averages() || !options.targets().contains(Target.OPTIMIZER)) {
      refuse(ordered, "no optimizer.pt is written");
      return none();
    }
    if (model.optimizers().isEmpty()) {
      refuse(ordered, NONE);
      if (options.substitutes().optimizer()) {
        throw noneToBeNear();
      }
      return none();
    }
    ParameterOrder order =
        options.like().isPresent()
            ? options.like().get().parameters(model, program)
            : new ParameterOrder(program, true, List.of());
    Optional<TrainingState> exact = Translator.optimizer(model, order.model());
    if (Converter.steps(exact).isEmpty()) {
      refuse(ordered, NONE);
    }
    Optional<TrainingState> chosen =
        options.substitutes().optimizer() ? Optional.of(nearest(exact)) : exact;
    return new OrderedOptimizer(
        chosen, order.isKnown(), Converter.steps(chosen).isPresent() ? order.assumed() : List.of());
  }

  private static void refuse(Optional<Like> ordered, String reason) {
    if (ordered.isPresent()) {
      throw new BadRequest("--parameter-order: " + reason + "; leave it out");
    }
  }

  private static TorchOptimizer nearest(Optional<TrainingState> exact) {
    return Translator.stockOptimizer(
        Converter.steps(exact).orElseThrow(OrderedOptimizer::noneToBeNear));
  }

  private static BadRequest noneToBeNear() {
    return new BadRequest("--stock-optimizer: " + NONE + "; leave it out");
  }

  private static OrderedOptimizer none() {
    return new OrderedOptimizer(Optional.empty(), true, List.of());
  }

  /** The account with what was assumed of the order. */
  Translation toldIn(Translation translation) {
    return translation.assuming(assumed);
  }
}
