package io.github.tf2torch.translate;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Why some of Keras's own layers have no rule, and what to do about each. */
final class UntranslatableLayer {
  private record Kind(Set<String> classes, String reason) {}

  private static final List<Kind> KINDS =
      List.of(
          new Kind(
              Set.of("StringLookup", "TextVectorization", "HashedCrossing", "CategoryCrossing"),
              "works on text, which no tensor of PyTorch holds; do it before the model, and convert"
                  + " a model that begins behind it"),
          new Kind(
              Set.of("Hashing"),
              "hashes words, and of numbers their digits, by FarmHash or SipHash, which PyTorch has"
                  + " not; do it before the model, and convert a model that begins behind it"),
          new Kind(
              Set.of("Lambda"),
              "holds Python code, which is never run from a file. Write it with layers or functions"
                  + " of keras.ops and save again, or give a rule for it by --plugin JAR"),
          new Kind(
              Set.of("TorchModuleWrapper"),
              "holds a pickled module of PyTorch, which is never run from a file. Take that module"
                  + " from its own source, and convert the layers before and behind it"),
          new Kind(
              Set.of("JaxLayer", "FlaxLayer"),
              "holds a function of JAX, of which the file has the variables alone. Export the model"
                  + " with model.export(DIR), and convert the SavedModel"),
          new Kind(
              Set.of("TFSMLayer", "KerasLayer"),
              "stands for a SavedModel beside the file. Convert that SavedModel itself, and the"
                  + " layers before and behind it"),
          new Kind(
              Set.of("DenseFeatures", "LinearModel", "WideDeepModel"),
              "computes feature columns, which are in no file. Export the model with"
                  + " tf.saved_model.save in the Keras that wrote it, and convert the SavedModel"),
          new Kind(
              Set.of("ClassMethod", "InstanceMethod", "InstanceProperty"),
              "is TensorFlow called within the model, as the Keras of TensorFlow 2.0 to 2.15 stored"
                  + " it. Export the model with model.save(DIR) in that TensorFlow, and convert the"
                  + " SavedModel"),
          new Kind(
              Set.of(
                  "LSTMCell",
                  "GRUCell",
                  "SimpleRNNCell",
                  "StackedRNNCells",
                  "AbstractRNNCell",
                  "PeepholeLSTMCell"),
              "is a cell outside of RNN; put it into keras.layers.RNN"),
          new Kind(
              Set.of("Layer", "Wrapper", "PreprocessingLayer", "InputSpec"),
              "is a base class of Keras that computes nothing by itself; save the layer that was"
                  + " meant"),
          new Kind(
              Set.of("MaxNumBoundingBoxes"),
              "works on bounding boxes, not on tensors; do it before the model"),
          new Kind(
              Set.of("ContrastLimitedAdaptiveHistogramEqualization"),
              "changes images by their histograms, which has no gradient and belongs into the data"
                  + " pipeline; do it before the model, and convert a model that begins behind it"),
          new Kind(
              Set.of("Equalization"),
              "changes images by the histogram of their whole batch while Keras trains, and no model of"
                  + " Keras 3.15 that holds it can be called (Keras takes it for a cycle); do it in the"
                  + " data pipeline, and convert a model without it"),
          new Kind(
              Set.of("RandomHeight", "RandomWidth"),
              "gives images a size by chance while it trains; resize before the model, or leave the"
                  + " layer out of it"),
          new Kind(
              Set.of("RandomFourierFeatures"),
              "was an experiment of TensorFlow 2.0 to 2.12. Export the model with model.save(DIR)"
                  + " in that TensorFlow, and convert the SavedModel"),
          new Kind(
              Set.of("Deconvolution3D"),
              "is another name of Conv3DTranspose, under which Keras stores it; a class of that"
                  + " name is your own, so give a rule for it by --plugin JAR"));

  private static final Set<String> WITHOUT_TENSORS =
      Set.of(
          "StringLookup",
          "TextVectorization",
          "HashedCrossing",
          "CategoryCrossing",
          "Hashing",
          "DenseFeatures",
          "LinearModel",
          "WideDeepModel",
          "MaxNumBoundingBoxes",
          "Layer",
          "Wrapper",
          "PreprocessingLayer",
          "InputSpec",
          "LSTMCell",
          "GRUCell",
          "SimpleRNNCell",
          "StackedRNNCells",
          "AbstractRNNCell",
          "PeepholeLSTMCell");

  private static final Map<String, String> REASONS = reasons();

  private UntranslatableLayer() {}

  private static Map<String, String> reasons() {
    Map<String, String> all = new HashMap<>();
    KINDS.forEach(kind -> kind.classes().forEach(name -> all.put(name, kind.reason())));
    return Map.copyOf(all);
  }

  /** Of a class of Keras's own; empty where it is none of these. */
  static Optional<String> reason(String className) {
    return Optional.ofNullable(REASONS.get(className));
  }

  /** False of those whose inputs or outputs no tensor of PyTorch holds, or that are no layers. */
  static boolean canHaveARule(String className) {
    return !WITHOUT_TENSORS.contains(className);
  }

  /** Of a function of {@code keras.ops}. */
  static String ofFunction() {
    return "is a function of keras.ops that has no rule. Write it with functions that have one"
        + " (docs/keras-layers.md lists them), or export the model with model.export(DIR), and"
        + " convert the SavedModel";
  }
}
