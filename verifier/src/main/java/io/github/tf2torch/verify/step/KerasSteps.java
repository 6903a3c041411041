package io.github.tf2torch.verify.step;

import io.github.tf2torch.verify.engine.StepOps;
import io.github.tf2torch.verify.engine.StepOps.Value;
import io.github.tf2torch.verify.step.Step.Kept;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

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
      default -> Optional.empty();
    };
  }

  /** What is under way: the weight and its gradient behind clipping and decay. */
  private record Begun(StepOps ops, Value lr, Value p, Value g) {
    Value add(Value a, Value b) {
      return ops.op("AddV2", a, b);
    }

    Value sub(Value a, Value b) {
      return ops.op("Sub", a, b);
    }

    Value mul(Value a, Value b) {
      return ops.op("Mul", a, b);
    }

    Value div(Value a, Value b) {
      return ops.op("RealDiv", a, b);
    }

    Value sqrt(Value a) {
      return ops.op("Sqrt", a);
    }

    Value squared() {
      return ops.op("Square", g);
    }

    Value number(double value) {
      return ops.number(value);
    }

    Value slot(String name) {
      return ops.read(ops.slot(name));
    }

    /** Gives a slot its next value. */
    Value next(String slot, Value value) {
      ops.assign(ops.slot(slot), value);
      return value;
    }

    /** Adds a share of what is between a slot and a value. */
    Value towards(String slot, Value value, double share) {
      Value held = slot(slot);
      return next(slot, add(held, mul(sub(value, held), number(share))));
    }

    /** A slot and a value, weighted. */
    Value blended(String slot, Value value, double rho) {
      return next(slot, add(mul(number(rho), slot(slot)), mul(number(1 - rho), value)));
    }

    void subtract(Value update) {
      ops.assign(ops.variable(), sub(p, update));
    }

    /** TensorFlow's own power, of a beta that is cast to the variable's type from float32. */
    Value correction(double beta) {
      return sub(number(1), ops.op("Pow", number((float) beta), ops.fed("step")));
    }
  }

  private static Step step(Words words, List<Kept> kept, Consumer<Begun> body) {
    return new Step(
        kept,
        done -> Map.of("step", words.iterations() + 1 + done),
        ops -> body.accept(begin(words, ops)));
  }

  /** base_optimizer.py, {@code apply}: gradients are clipped, weights decay, then it steps. */
  private static Begun begin(Words words, StepOps ops) {
    Value lr = ops.number(words.learningRate());
    Value p = ops.read(ops.variable());
    Value g = ops.gradient();
    double clip = words.optional("clipvalue").orElse(0);
    if (clip > 0) {
      g = ops.op("ClipByValue", g, ops.number(-clip), ops.number(clip));
    }
    double decay = words.optional("weight_decay").orElse(0);
    if (decay > 0) {
      p = ops.op("Sub", p, ops.op("Mul", ops.op("Mul", p, ops.number((float) decay)), lr));
    }
    return new Begun(ops, lr, p, g);
  }

  private static Step sgd(Words words) {
    double momentum = words.optional("momentum").orElse(0);
    if (momentum == 0) {
      return step(words, List.of(), b -> b.subtract(b.mul(b.g(), b.lr())));
    }
    Kept kept = new Kept("momentum", List.of("momentum", "m"), List.of("velocity"), 0);
    return step(
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

  private static double beta(Words words, int number) {
    return words.number("beta_" + number, "beta" + number);
  }

  private static final Kept M = new Kept("m", List.of("momentum", "m"), List.of("m"), 0);

  private static Step adam(Words words) {
    boolean amsgrad = words.flag("amsgrad") || words.hasSlot("velocity_hat", "vhat");
    List<Kept> kept = new ArrayList<>();
    kept.add(M);
    kept.add(new Kept("v", List.of("velocity", "v"), List.of("v"), 0));
    if (amsgrad) {
      kept.add(new Kept("vhat", List.of("velocity_hat", "vhat"), List.of("vhat"), 0));
    }
    return step(
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
    return step(
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
    return step(
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
    return step(
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
    return step(
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
    return step(
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
}
