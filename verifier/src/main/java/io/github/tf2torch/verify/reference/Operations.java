package io.github.tf2torch.verify.reference;

import io.github.tf2torch.verify.engine.SymbolicTensor;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Functions among the layers: {@code keras.ops} of Keras 3, and TensorFlow's own in Keras 2, where
 * they are of class {@code TFOpLambda}.
 */
final class Operations {
  /** A family of functions. */
  private interface Family {
    FunctionCall of(LayerCall call, Settings settings);
  }

  private static final List<Family> FAMILIES =
      List.of(
          PointwiseFunctions::new,
          PairwiseFunctions::new,
          ReducingFunctions::new,
          ProductFunctions::new,
          AxisFunctions::new,
          MovingFunctions::new,
          OrderingFunctions::new,
          ActivationFunctions::new,
          LayerFunctions::new,
          ImageFunctions::new);

  /** Classes of Keras 2 that call what their configuration names. */
  static final Set<String> OF_TENSORFLOW = Set.of("TFOpLambda", "SlicingOpLambda");

  private static final Set<String> OF_TYPES =
      Set.of("Cast", "ConvertToTensor", "OneHot", "MultiHot", "FullLike", "ZerosLike", "OnesLike");

  private Operations() {}

  /** Layers say their type or whether they are trained; functions of Keras 3 have neither. */
  static boolean isFunction(LayerCall call) {
    String name = call.layer().className();
    return OF_TENSORFLOW.contains(name)
        || call.building().version().major() >= 3
            && call.layer().config().get("trainable").isEmpty()
            && (call.layer().config().get("dtype").isEmpty() || isOfTypes(name));
  }

  /** Those whose answer's type is one of their own arguments. */
  private static boolean isOfTypes(String name) {
    return OF_TYPES.contains(name);
  }

  static List<SymbolicTensor> outputs(LayerCall call) {
    boolean isOfTensorFlow = call.layer().className().endsWith("OpLambda");
    if (isOfTensorFlow) {
      String function = call.settings().text("?", "function");
      Optional<List<SymbolicTensor>> own = TensorFlowFunctions.outputs(function, call);
      if (own.isPresent()) {
        return own.get();
      }
      if (call.inputs().isEmpty()) {
        throw call.missing("that calls tf." + function + " without a tensor by place");
      }
      String last = function.substring(function.lastIndexOf('.') + 1);
      return outputs(
          last.replaceFirst("^reduce_", "").replace("concat", "concatenate"),
          call,
          call.arguments().settings());
    }
    String name =
        call.layer().className().replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
    return outputs(name, call, call.settings());
  }

  private static List<SymbolicTensor> outputs(String name, LayerCall call, Settings settings) {
    return FAMILIES.stream()
        .flatMap(family -> family.of(call, settings).outputs(name).stream())
        .findFirst()
        .orElseGet(() -> List.of(Activations.named(call, name, settings, call.input())));
  }
}
