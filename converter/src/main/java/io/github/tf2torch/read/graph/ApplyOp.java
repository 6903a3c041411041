package io.github.tf2torch.read.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The inputs of an op that steps a variable, in order (core/ops/training_ops.cc).
 *
 * @param name behind {@code Apply} and {@code ResourceApply}
 * @param kind the optimizer in the words of tf.train
 * @param inputs of the dense op
 * @param slots those of the inputs that are state
 */
record ApplyOp(String name, String kind, List<String> inputs, Set<String> slots) {
  /** What is made anew at each step. */
  static final Set<String> GIVEN = Set.of("grad", "indices");

  /** Short words of the ops, and those of the optimizers' arguments. */
  static final Map<String, String> WORDS =
      Map.of(
          "lr", "learning_rate",
          "lr_power", "learning_rate_power",
          "l1", "l1_regularization_strength",
          "l2", "l2_regularization_strength",
          "l2_shrinkage", "l2_shrinkage_regularization_strength",
          "rho", "rho");

  static final Map<String, ApplyOp> ALL =
      Stream.of(
              op("GradientDescent", "GradientDescent", "var lr grad", ""),
              op("Momentum", "Momentum", "var momentum_slot lr grad momentum", "momentum_slot"),
              op(
                  "KerasMomentum",
                  "KerasMomentum",
                  "var momentum_slot lr grad momentum",
                  "momentum_slot"),
              op(
                  "Adam",
                  "Adam",
                  "var m v beta1_power beta2_power lr beta1 beta2 epsilon grad",
                  "m v"),
              op(
                  "AdamWithAmsgrad",
                  "Adam",
                  "var m v vhat beta1_power beta2_power lr beta1 beta2 epsilon grad",
                  "m v vhat"),
              op("AdaMax", "AdaMax", "var m v beta1_power lr beta1 beta2 epsilon grad", "m v"),
              op("Adagrad", "Adagrad", "var accumulator lr grad", "accumulator"),
              op("AdagradV2", "Adagrad", "var accumulator lr epsilon grad", "accumulator"),
              op(
                  "Adadelta",
                  "Adadelta",
                  "var accum accum_update lr rho epsilon grad",
                  "accum accum_update"),
              op(
                  "RMSProp",
                  "RMSProp",
                  "var rms momentum_slot lr decay momentum epsilon grad",
                  "rms momentum_slot"),
              op(
                  "CenteredRMSProp",
                  "RMSProp",
                  "var mg rms momentum_slot lr decay momentum epsilon grad",
                  "mg rms momentum_slot"),
              op("Ftrl", "Ftrl", "var accum linear grad lr l1 l2 lr_power", "accum linear"),
              op(
                  "FtrlV2",
                  "Ftrl",
                  "var accum linear grad lr l1 l2 l2_shrinkage lr_power",
                  "accum linear"),
              op(
                  "ProximalAdagrad",
                  "ProximalAdagrad",
                  "var accumulator lr l1 l2 grad",
                  "accumulator"),
              op("ProximalGradientDescent", "ProximalGradientDescent", "var lr l1 l2 grad", ""))
          .collect(Collectors.toUnmodifiableMap(ApplyOp::name, o -> o));

  private static ApplyOp op(String name, String kind, String inputs, String slots) {
    return new ApplyOp(
        name,
        kind,
        List.of(inputs.split(" ")),
        Stream.of(slots.split(" ")).filter(s -> !s.isEmpty()).collect(Collectors.toSet()));
  }

  /** A slot in the optimizer's own words, where the op takes a number of the same name too. */
  static String slot(String input) {
    return input.replace("_slot", "");
  }

  /** Of the op that steps some rows: no powers, and the rows' numbers behind the gradient. */
  List<String> sparseInputs() {
    List<String> sparse = new ArrayList<>();
    for (String input : inputs) {
      sparse.add(input);
      if (input.equals("grad")) {
        sparse.add("indices");
      }
    }
    return sparse;
  }
}
