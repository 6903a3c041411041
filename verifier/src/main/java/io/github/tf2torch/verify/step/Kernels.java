package io.github.tf2torch.verify.step;

import io.github.tf2torch.verify.engine.StepOps;
import io.github.tf2torch.verify.engine.StepOps.Value;
import io.github.tf2torch.verify.step.Step.Kept;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * The optimizers of {@code tf.compat.v1.train} and of Keras 2, which step by the kernels of
 * core/kernels/training_ops.cc. TensorFlow holds their numbers in float32 (python/training/*.py,
 * python/keras/optimizer_v2/*.py).
 */
final class Kernels {
  private static final Kept MOMENTUM =
      new Kept("momentum", List.of("momentum", "m"), List.of("momentum_buffer", "velocity"), 0);
  private static final Kept M = new Kept("m", List.of("m"), List.of("m"), 0);
  private static final Kept V = new Kept("v", List.of("v"), List.of("v"), 0);

  private Kernels() {}

  /** Of TF1; empty where there is none. */
  static Optional<Step> tf1(Words words) {
    return switch (words.source().kind()) {
      case "GradientDescent" -> Optional.of(descent());
      case "Momentum" ->
          Optional.of(momentum(words, "ResourceApplyMomentum", words.number("momentum")));
      case "Adam" -> Optional.of(adam(words, powers(words)));
      case "RMSProp" -> Optional.of(rmsprop(words, words.number("decay", "rho", "alpha"), 1));
      case "Adagrad" -> Optional.of(adagrad(words));
      case "Adadelta" -> Optional.of(adadelta(words));
      case "Ftrl" -> Optional.of(FtrlStep.kernel(words));
      case "AdaMax" -> Optional.of(adamax(words, powers(words)));
      case "ProximalAdagrad" -> Optional.of(proximal(words, "ResourceApplyProximalAdagrad", true));
      case "ProximalGradientDescent" ->
          Optional.of(proximal(words, "ResourceApplyProximalGradientDescent", false));
      case "AdamWeightDecay", "AdamWeightDecayOptimizer", "BERTAdam" ->
          Optional.of(BertSteps.adamWeightDecay(words));
      case "LAMB", "Lamb" -> Optional.of(LambStep.bert(words));
      case "Adafactor" -> Optional.of(AdafactorStep.mesh(words));
      default -> Optional.empty();
    };
  }

  /** Of Keras 2. */
  static Optional<Step> keras2(Words words) {
    double momentum = words.optional("momentum").orElse(0);
    return switch (words.source().kind()) {
      case "SGD" ->
          Optional.of(
              momentum == 0 ? descent() : momentum(words, "ResourceApplyKerasMomentum", momentum));
      case "Adam" -> Optional.of(adam(words, computed(words)));
      case "Adamax" -> Optional.of(adamax(words, computed(words)));
      case "Nadam" -> Optional.of(NadamStep.keras2(words));
      case "Ftrl" -> Optional.of(FtrlStep.kernel(words));
      case "RMSprop" ->
          momentum == 0
              ? Optional.of(KerasSteps.rmspropOfKeras2(words))
              : Optional.of(rmsprop(words, words.number("rho", "alpha"), 0));
      case "Adagrad" -> Optional.of(adagrad(words));
      case "Adadelta" -> Optional.of(adadelta(words));
      default -> Optional.empty();
    };
  }

  private static Step descent() {
    return Step.of(
        List.of(),
        ops ->
            ops.kernel(
                "ResourceApplyGradientDescent", ops.variable(), ops.fed("lr"), ops.gradient()));
  }

  private static Step momentum(Words words, String kernel, double momentum) {
    return Step.of(
        List.of(MOMENTUM),
        ops ->
            ops.kernel(
                kernel,
                words.flag("use_nesterov", "nesterov"),
                ops.variable(),
                ops.slot("momentum"),
                ops.fed("lr"),
                ops.gradient(),
                ops.number((float) momentum)));
  }

  private static float beta(Words words, int number) {
    return (float) words.number("beta" + number, "beta_" + number);
  }

  /** python/training/adam.py multiplies them in float32 behind every step. */
  private static IntFunction<Map<String, Double>> powers(Words words) {
    return done -> {
      float power1 = (float) words.counter("beta1_power", beta(words, 1));
      float power2 = (float) words.counter("beta2_power", beta(words, 2));
      for (int i = 0; i < done; i++) {
        power1 *= beta(words, 1);
        power2 *= beta(words, 2);
      }
      return Map.of("beta1_power", (double) power1, "beta2_power", (double) power2);
    };
  }

  /** optimizer_v2/adam.py raises them to the number of the step. */
  private static IntFunction<Map<String, Double>> computed(Words words) {
    return done -> {
      double step = words.iterations() + 1 + done;
      return Map.of(
          "beta1_power", Math.pow(beta(words, 1), step),
          "beta2_power", Math.pow(beta(words, 2), step));
    };
  }

  /** optimizer_v2/adamax.py, and tf.contrib.opt's python/training/adamax.py. */
  private static Step adamax(Words words, IntFunction<Map<String, Double>> powers) {
    return new Step(
        List.of(M, new Kept("v", List.of("v"), List.of("norm"), 0)),
        powers,
        ops ->
            ops.kernel(
                "ResourceApplyAdaMax",
                ops.variable(),
                ops.slot("m"),
                ops.slot("v"),
                ops.fed("beta1_power"),
                ops.fed("lr"),
                ops.number(beta(words, 1)),
                ops.number(beta(words, 2)),
                epsilon(ops, words),
                ops.gradient()));
  }

  /** python/training/proximal_adagrad.py and proximal_gradient_descent.py. */
  private static Step proximal(Words words, String kernel, boolean isAdaptive) {
    double first = words.said("initial_accumulator_value").orElse(0.1);
    List<String> names = List.of("accumulator");
    return Step.of(
        isAdaptive ? List.of(new Kept("accumulator", names, names, first)) : List.of(),
        ops -> {
          List<Value> inputs = new ArrayList<>(List.of(ops.variable()));
          if (isAdaptive) {
            inputs.add(ops.slot("accumulator"));
          }
          inputs.add(ops.fed("lr"));
          for (String strength : List.of("l1", "l2")) {
            double number = words.number(strength + "_regularization_strength", strength);
            inputs.add(ops.number((float) number));
          }
          inputs.add(ops.gradient());
          ops.kernel(kernel, inputs.toArray(Value[]::new));
        });
  }

  private static Step adam(Words words, IntFunction<Map<String, Double>> powers) {
    boolean amsgrad = words.flag("amsgrad") || words.hasSlot("vhat");
    List<Kept> kept = new ArrayList<>(List.of(M, V));
    if (amsgrad) {
      kept.add(new Kept("vhat", List.of("vhat"), List.of("vhat"), 0));
    }
    return new Step(
        kept,
        powers,
        ops -> {
          List<Value> inputs =
              new ArrayList<>(List.of(ops.variable(), ops.slot("m"), ops.slot("v")));
          if (amsgrad) {
            inputs.add(ops.slot("vhat"));
          }
          inputs.addAll(
              List.of(
                  ops.fed("beta1_power"),
                  ops.fed("beta2_power"),
                  ops.fed("lr"),
                  ops.number(beta(words, 1)),
                  ops.number(beta(words, 2)),
                  epsilon(ops, words),
                  ops.gradient()));
          ops.kernel(
              amsgrad ? "ResourceApplyAdamWithAmsgrad" : "ResourceApplyAdam",
              inputs.toArray(Value[]::new));
        });
  }

  /** TF1 rounds it as all numbers; Keras 2 passes a number that has no type yet. */
  private static Value epsilon(StepOps ops, Words words) {
    double epsilon = words.number("epsilon", "eps");
    return ops.number(words.isTf1() ? (float) epsilon : epsilon);
  }

  private static Step rmsprop(Words words, double rho, double initial) {
    boolean centered = words.flag("centered") || words.hasSlot("mg");
    List<Kept> kept = new ArrayList<>();
    if (centered) {
      kept.add(new Kept("mg", List.of("mg"), List.of("mean", "grad_avg"), 0));
    }
    kept.add(new Kept("rms", List.of("rms"), List.of("rms", "square_avg"), initial));
    kept.add(new Kept("momentum", List.of("momentum"), List.of("velocity"), 0));
    return Step.of(
        kept,
        ops -> {
          List<Value> inputs = new ArrayList<>(List.of(ops.variable()));
          kept.forEach(k -> inputs.add(ops.slot(k.name())));
          inputs.addAll(
              List.of(
                  ops.fed("lr"),
                  ops.number((float) rho),
                  ops.number((float) words.optional("momentum").orElse(0)),
                  epsilon(ops, words),
                  ops.gradient()));
          ops.kernel(
              centered ? "ResourceApplyCenteredRMSProp" : "ResourceApplyRMSProp",
              inputs.toArray(Value[]::new));
        });
  }

  private static Step adagrad(Words words) {
    double first = words.optional("initial_accumulator_value").orElse(0.1);
    double epsilon = words.optional("epsilon", "eps").orElse(0);
    return Step.of(
        List.of(
            new Kept("accumulator", List.of("accumulator"), List.of("sum", "accumulator"), first)),
        ops -> {
          Value accumulator = ops.slot("accumulator");
          if (epsilon == 0) {
            ops.kernel(
                "ResourceApplyAdagrad", ops.variable(), accumulator, ops.fed("lr"), ops.gradient());
          } else {
            ops.kernel(
                "ResourceApplyAdagradV2",
                ops.variable(),
                accumulator,
                ops.fed("lr"),
                ops.number(epsilon),
                ops.gradient());
          }
        });
  }

  private static Step adadelta(Words words) {
    return Step.of(
        List.of(
            new Kept("accum", List.of("accum_grad", "accum"), List.of("square_avg"), 0),
            new Kept("update", List.of("accum_var", "accum_update"), List.of("acc_delta"), 0)),
        ops ->
            ops.kernel(
                "ResourceApplyAdadelta",
                ops.variable(),
                ops.slot("accum"),
                ops.slot("update"),
                ops.fed("lr"),
                ops.number((float) words.number("rho")),
                epsilon(ops, words),
                ops.gradient()));
  }
}
