package io.github.tf2torch.verify.step;

import io.github.tf2torch.verify.engine.StepOps.Value;
import io.github.tf2torch.verify.step.Step.Kept;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The optimizers of Keras 3, and of TensorFlow 2.11 to 2.15, which have no kernels: operations in
 * the order of {@code update_step} (keras/src/optimizers/*.py).
 */
final class KerasSteps {
  private KerasSteps() {}

  /** Empty where there is none. */
  static Optional<Step> of(Words words) {
    return switch (words.source().kind()) {
      case "SGD" -> Optional.of(sgd(words));
      case "Adam", "AdamW" -> Optional.of(adam(words));
      case "Adamax" -> Optional.of(adamax(words));
      case "RMSprop" -> Optional.of(rmsprop(words));
      case "Adagrad" -> Optional.of(adagrad(words));
      case "Adadelta" -> Optional.of(adadelta(words));
      case "Nadam" -> Optional.of(NadamStep.keras(words));
      case "Ftrl" -> Optional.of(FtrlStep.keras(words));
      case "Lion" -> Optional.of(lion(words));
      case "Lamb" -> Optional.of(LambStep.keras(words));
      case "Adafactor" -> Optional.of(AdafactorStep.keras(words));
      default -> Optional.empty();
    };
  }

  private static Step sgd(Words words) {
    double momentum = words.optional("momentum").orElse(0);
    if (momentum == 0) {
      return Begun.step(words, List.of(), b -> b.subtract(b.mul(b.g(), b.lr())));
    }
    Kept kept = new Kept("momentum", List.of("momentum", "m"), List.of("velocity"), 0);
    return Begun.step(
        words,
        List.of(kept),
        b -> {
          Value factor = b.number((float) momentum);
          Value descent = b.mul(b.g(), b.lr());
          Value m = b.next("momentum", b.sub(b.mul(b.slot("momentum"), factor), descent));
          Value update = words.flag("nesterov") ? b.sub(b.mul(m, factor), descent) : m;
          b.ops().assign(b.ops().variable(), b.add(b.p(), update));
        });
  }

  static double beta(Words words, int number) {
    return words.number("beta_" + number, "beta" + number);
  }

  static final Kept M = new Kept("m", List.of("momentum", "m"), List.of("m"), 0);

  private static Step adam(Words words) {
    boolean amsgrad = words.flag("amsgrad") || words.hasSlot("velocity_hat", "vhat");
    List<Kept> kept = new ArrayList<>();
    kept.add(M);
    kept.add(new Kept("v", List.of("velocity", "v"), List.of("v"), 0));
    if (amsgrad) {
      kept.add(new Kept("vhat", List.of("velocity_hat", "vhat"), List.of("vhat"), 0));
    }
    return Begun.step(
        words,
        kept,
        b -> {
          Value alpha =
              b.div(
                  b.mul(b.lr(), b.sqrt(b.correction(beta(words, 2)))),
                  b.correction(beta(words, 1)));
          Value m = b.towards("m", b.g(), 1 - beta(words, 1));
          Value v = b.towards("v", b.squared(), 1 - beta(words, 2));
          if (amsgrad) {
            v = b.next("vhat", b.ops().op("Maximum", b.slot("vhat"), v));
          }
          b.subtract(b.div(b.mul(m, alpha), b.add(b.sqrt(v), b.number(words.number("epsilon")))));
        });
  }

  private static Step adamax(Words words) {
    Kept norm = new Kept("norm", List.of("norm", "u", "v"), List.of("norm"), 0);
    return Begun.step(
        words,
        List.of(M, norm),
        b -> {
          Value m = b.towards("m", b.g(), 1 - beta(words, 1));
          Value scaled = b.mul(b.number(beta(words, 2)), b.slot("norm"));
          Value u = b.next("norm", b.ops().op("Maximum", scaled, b.ops().op("Abs", b.g())));
          Value size = b.add(u, b.number(words.number("epsilon")));
          b.subtract(b.div(b.mul(b.lr(), m), b.mul(b.correction(beta(words, 1)), size)));
        });
  }

  private static Step rmsprop(Words words) {
    double momentum = words.optional("momentum").orElse(0);
    double rho = words.number("rho");
    List<Kept> kept = new ArrayList<>();
    kept.add(new Kept("rms", List.of("velocity", "rms"), List.of("rms"), 0));
    boolean centered = words.flag("centered") || words.hasSlot("average_gradient");
    if (centered) {
      kept.add(new Kept("mean", List.of("average_gradient", "mg"), List.of("mean"), 0));
    }
    if (momentum > 0) {
      kept.add(new Kept("momentum", List.of("momentum"), List.of("velocity"), 0));
    }
    return Begun.step(
        words,
        kept,
        b -> {
          Value variance = b.blended("rms", b.squared(), rho);
          if (centered) {
            Value mean = b.blended("mean", b.g(), rho);
            variance = b.sub(variance, b.ops().op("Square", mean));
          }
          Value epsilon = b.number(words.number("epsilon"));
          Value update = b.div(b.mul(b.lr(), b.g()), b.sqrt(b.add(variance, epsilon)));
          if (momentum > 0) {
            update =
                b.next("momentum", b.add(b.mul(b.number(momentum), b.slot("momentum")), update));
          }
          b.subtract(update);
        });
  }

  /** optimizer_v2/rmsprop.py, {@code _resource_apply_dense} without momentum: no kernel. */
  static Step rmspropOfKeras2(Words words) {
    double rho = (float) words.number("rho", "alpha");
    List<Kept> kept = new ArrayList<>();
    kept.add(new Kept("rms", List.of("rms", "accumulator"), List.of("square_avg"), 0));
    boolean centered = words.flag("centered") || words.hasSlot("mg");
    if (centered) {
      kept.add(new Kept("mean", List.of("mg"), List.of("grad_avg"), 0));
    }
    return Begun.step(
        words,
        kept,
        b -> {
          Value variance = b.blended("rms", b.squared(), rho);
          if (centered) {
            Value mean = b.blended("mean", b.g(), rho);
            variance = b.sub(variance, b.ops().op("Square", mean));
          }
          Value epsilon = b.number(words.number("epsilon", "eps"));
          b.subtract(b.div(b.mul(b.lr(), b.g()), b.add(b.sqrt(variance), epsilon)));
        });
  }

  private static Step adagrad(Words words) {
    double first = words.optional("initial_accumulator_value").orElse(0.1);
    List<String> names = List.of("accumulator");
    return Begun.step(
        words,
        List.of(new Kept("accumulator", names, names, first)),
        b -> {
          Value sum = b.next("accumulator", b.add(b.slot("accumulator"), b.squared()));
          Value root = b.sqrt(b.add(sum, b.number(words.number("epsilon"))));
          b.subtract(b.div(b.mul(b.lr(), b.g()), root));
        });
  }

  private static Step adadelta(Words words) {
    double rho = words.number("rho");
    List<Kept> kept =
        List.of(
            new Kept("grad", List.of("accumulated_grad", "accum_grad"), List.of("square_avg"), 0),
            new Kept(
                "delta", List.of("accumulated_delta_var", "accum_var"), List.of("acc_delta"), 0));
    return Begun.step(
        words,
        kept,
        b -> {
          Value epsilon = b.number(words.number("epsilon", "eps"));
          Value gradient = b.blended("grad", b.squared(), rho);
          Value size = b.sqrt(b.add(b.slot("delta"), epsilon));
          Value delta = b.div(b.mul(size, b.g()), b.sqrt(b.add(gradient, epsilon)));
          b.blended("delta", b.ops().op("Square", delta), rho);
          b.subtract(b.mul(b.lr(), delta));
        });
  }

  private static Step lion(Words words) {
    return Begun.uncounted(
        words,
        List.of(M),
        b -> {
          // ops.cast makes a float32 of them on the way to the variable's type
          float beta1 = (float) beta(words, 1);
          Value held = b.slot("m");
          Value blend =
              b.add(b.mul(held, b.number(beta1)), b.mul(b.g(), b.number(1 - (double) beta1)));
          float beta2 = (float) beta(words, 2);
          b.next(
              "m", b.add(b.mul(held, b.number(beta2)), b.mul(b.g(), b.number(1 - (double) beta2))));
          b.subtract(b.mul(b.lr(), b.ops().op("Sign", blend)));
        });
  }
}
