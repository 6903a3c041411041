package io.github.tf2torch.verify.reference;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.KerasModel;
import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Layout;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.problem.UnsupportedOperation;
import io.github.tf2torch.read.keras.KerasFile;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Evaluation;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorSource;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.translate.TranslationOptions;
import io.github.tf2torch.translate.Translator;
import io.github.tf2torch.verify.engine.TorchEngine;
import io.github.tf2torch.verify.engine.TorchGradients;
import io.github.tf2torch.write.torchscript.TorchScriptWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A recorded family through the rules: the cases that have one, in one archive. */
final class RuleRun {
  /** Float32 against float32, of the largest value; a wrong constant is off by 1e-4 and more. */
  private static final double ROUNDING = 4e-6;

  /** A first line of a refused layer: {@code place (Class): why}. */
  private static final Pattern REFUSED = Pattern.compile("(?m)^  \\S+ \\((\\w+)\\): (.*)$");

  private static final String TRAINING = "training/";

  /** Layers that draw: their training is not Keras's number for number. */
  private static final Set<String> DRAWING = Set.of("regularization", "noise", "dropping");

  private final String family;
  private final TfModel model;
  private final Map<String, TensorValue> keras;
  private final Path folder;
  private final List<String> cases;
  private final Set<String> refused = new LinkedHashSet<>();
  private final Set<String> wrong = new TreeSet<>();
  private int compared;

  private RuleRun(String family, TfModel model, Path folder) {
    this.family = family;
    this.model = model;
    this.folder = folder;
    this.keras = Recorded.expected(family);
    this.cases =
        keras.keySet().stream()
            .filter(k -> k.startsWith("y/"))
            .map(k -> k.substring("y/".length()))
            .toList();
  }

  static RuleRun of(String family, Path folder) throws IOException {
    try (KerasFile file = KerasFile.open(Recorded.model(family), ReadOptions.defaults())) {
      RuleRun run = new RuleRun(family, file.model(), folder);
      run.all();
      return run;
    }
  }

  /** {@code case: Class}, in the order of the cases; a case's outputs stand or fall together. */
  List<String> refused() {
    return List.copyOf(refused);
  }

  Set<String> wrong() {
    return wrong;
  }

  int compared() {
    return compared;
  }

  private void all() throws IOException {
    List<Integer> kept = new ArrayList<>();
    for (int i = 0; i < cases.size(); i++) {
      try {
        translated(List.of(i));
        kept.add(i);
      } catch (UnsupportedOperation e) {
        Matcher first = REFUSED.matcher(e.getMessage());
        refused.add(
            cases.get(i).replaceFirst("/\\d+$", "")
                + ": "
                + (first.find() ? first.group(1) : e.getMessage()));
      }
    }
    if (!kept.isEmpty()) {
      run(kept);
    }
  }

  private TorchModel translated(List<Integer> outputs) {
    TfModel chosen = outputs.size() == cases.size() ? model : with(model, outputs);
    return Translator.translate(chosen, new TranslationOptions("Model", true, true)).model();
  }

  /** The same model with some of its outputs. */
  static TfModel with(TfModel model, List<Integer> outputs) {
    return with(model, Chosen.outputs(model.keras().orElseThrow(), outputs));
  }

  /** Another computation with the same variables. */
  static TfModel with(TfModel model, KerasModel part) {
    return new TfModel(
        model.provenance(),
        model.variables(),
        model.graph(),
        model.signatures(),
        model.signature(),
        model.handles(),
        Optional.of(part),
        model.optimizers(),
        model.tensors(),
        model.problems());
  }

  private void run(List<Integer> kept) throws IOException {
    TorchModel program = translated(kept);
    List<TensorValue> inputs =
        program.inputs().stream().map(i -> keras.get("x/" + i.key())).toList();
    Path archive = folder.resolve("model.pt");
    TorchScriptWriter.write(program, model.tensors(), DType.FLOAT32, false, archive);
    try (TorchEngine engine = TorchEngine.open(archive, 1)) {
      compare(answers(engine, inputs, program), kept, "");
    }
    if (keras.keySet().stream().anyMatch(k -> k.startsWith("d/"))) {
      try (TorchEngine engine = TorchEngine.openDifferentiable(archive, 1)) {
        gradients(engine, program, inputs, kept, "");
      }
    }
    if (keras.keySet().stream().anyMatch(k -> k.startsWith(TRAINING))
        && !DRAWING.contains(family)) {
      train(program, inputs, kept);
      try (TorchEngine engine = TorchEngine.openDifferentiable(archive, 1)) {
        engine.train();
        gradients(engine, program, inputs, kept, TRAINING);
      }
    }
  }

  /** A program of one output answers a tensor, one of several a dict. */
  private static List<TensorValue> answers(
      TorchEngine engine, List<TensorValue> inputs, TorchModel program) {
    return program.outputs().size() == 1
        ? engine.run(inputs)
        : engine.run(inputs, program.outputs().stream().map(TorchModel.Output::name).toList());
  }

  private void compare(List<TensorValue> outputs, List<Integer> kept, String prefix) {
    for (int i = 0; i < kept.size(); i++) {
      compare(prefix + "y/" + cases.get(kept.get(i)), outputs.get(i));
    }
  }

  private void compare(String name, TensorValue computed) {
    compared++;
    Recorded.difference(keras.get(name), computed, ROUNDING, Recorded.scale(name, keras))
        .ifPresent(d -> wrong.add(name + ": " + d));
  }

  private void gradients(
      TorchEngine engine,
      TorchModel program,
      List<TensorValue> inputs,
      List<Integer> kept,
      String mode)
      throws IOException {
    String prefix = mode + "d/";
    Map<String, TensorValue> weights = new LinkedHashMap<>();
    for (int i = 0; i < kept.size(); i++) {
      weights.put(
          kept.size() == 1 ? "0" : program.outputs().get(i).name(),
          Recorded.weights(keras.get("y/" + cases.get(kept.get(i))).shape()));
    }
    try (TorchGradients gradients = engine.gradients(inputs, weights)) {
      for (int i = 0; i < inputs.size(); i++) {
        String name = prefix + program.inputs().get(i).key();
        if (keras.containsKey(name) && gradients.inputs().get(i).isPresent()) {
          compare(name, gradients.inputs().get(i).get().copy());
        }
      }
      for (TorchModel.Tensor tensor : program.tensors()) {
        Optional<String> variable = rearranged(tensor.recipe());
        if (variable.filter(v -> keras.containsKey(prefix + v)).isPresent()
            && gradients.parameter(tensor.name()).isPresent()) {
          parameter(tensor, prefix, variable.get(), gradients);
        }
      }
    }
  }

  /** A variable's gradient goes the way of the variable. */
  private void parameter(
      TorchModel.Tensor tensor, String prefix, String variable, TorchGradients gradients)
      throws IOException {
    TensorValue expected = arranged(tensor.recipe(), prefix, keras);
    TensorValue computed = gradients.parameter(tensor.name()).orElseThrow().copy();
    String name = prefix + variable;
    compared++;
    Recorded.difference(expected, computed, ROUNDING, Recorded.scale(name, keras))
        .ifPresent(d -> wrong.add(name + " as " + tensor.name() + ": " + d));
  }

  /** What was recorded of a variable, as a tensor that is made of it. */
  static TensorValue arranged(TensorExpr recipe, String prefix, Map<String, TensorValue> keras)
      throws IOException {
    TensorSource recorded =
        (name, offset, target) ->
            target.put(
                keras
                    .get(prefix + name)
                    .bytes()
                    .slice(Math.toIntExact(offset), target.remaining()));
    return Evaluation.value(recipe, recorded);
  }

  /** The variable whose elements a tensor is, in another order or in part. */
  static Optional<String> rearranged(TensorExpr recipe) {
    if (recipe instanceof TensorExpr.Stored stored) {
      return Optional.of(stored.variable());
    }
    boolean isRearranging =
        recipe instanceof TensorExpr.Permute
            || recipe instanceof TensorExpr.Reshape
            || recipe instanceof TensorExpr.Slice
            || recipe instanceof TensorExpr.Concat;
    List<Optional<String>> parts =
        recipe.inputs().stream().map(RuleRun::rearranged).distinct().toList();
    return isRearranging && parts.size() == 1 ? parts.get(0) : Optional.empty();
  }

  /** One call in training mode, and the statistics after it. */
  private void train(TorchModel program, List<TensorValue> inputs, List<Integer> kept)
      throws IOException {
    List<Statement> body = new ArrayList<>(program.body());
    List<TorchModel.Output> outputs = new ArrayList<>(program.outputs());
    Map<String, String> statistics = new LinkedHashMap<>();
    for (TorchModel.Tensor tensor : program.tensors()) {
      Optional<String> variable = rearranged(tensor.recipe());
      if (variable.filter(v -> keras.containsKey("after/" + v)).isPresent()) {
        String value = "statistic_" + statistics.size();
        statistics.put(value, variable.get());
        body.add(new Statement.Assign(value, new Expr.Attribute(tensor.name())));
        outputs.add(statistic(value, outputs.get(0), keras.get("after/" + variable.get())));
      }
    }
    TorchModel followed =
        new TorchModel(
            program.className(),
            program.inputs(),
            program.modules(),
            program.tensors(),
            body,
            outputs,
            List.of());
    Path archive = folder.resolve("training.pt");
    TorchScriptWriter.write(followed, model.tensors(), DType.FLOAT32, false, archive);
    try (TorchEngine engine = TorchEngine.open(archive, 1)) {
      engine.train();
      List<TensorValue> results = answers(engine, inputs, followed);
      compare(results, kept, TRAINING);
      int at = kept.size();
      for (String variable : statistics.values()) {
        compare("after/" + variable, results.get(at++));
      }
    }
  }

  private static TorchModel.Output statistic(
      String name, TorchModel.Output like, TensorValue value) {
    Shape shape = value.shape();
    return new TorchModel.Output(
        name,
        name,
        like.source(),
        DType.FLOAT32,
        new Dims(shape.dims()),
        Layout.tensorflow(shape.rank()));
  }
}
