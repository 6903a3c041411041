package io.github.tf2torch.verify.reference;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Layout;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.read.keras.KerasFile;
import io.github.tf2torch.tensor.DType;
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
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Recurrent cells that drop in training, and dropout with one mask for several elements: with the
 * masks that Keras drew, outputs and gradients are Keras's ({@code make_dropping.py}).
 */
class DroppingTest {
  private static final double ROUNDING = 4e-6;
  private static final String TRAINING = "training/";

  private final Map<String, TensorValue> keras = Recorded.expected("dropping");
  private final TreeSet<String> wrong = new TreeSet<>();
  private int compared;

  @Test
  void trainsAsKerasDoesWithTheSameMasks(@TempDir Path folder) throws IOException {
    try (KerasFile file = KerasFile.open(Recorded.model("dropping"), ReadOptions.defaults())) {
      List<String> outputs =
          keras.keySet().stream().filter(k -> k.startsWith("y/")).map(k -> k.substring(2)).toList();
      for (String name : outputs.stream().map(o -> o.split("/", -1)[0]).distinct().toList()) {
        List<Integer> own = new ArrayList<>();
        for (int i = 0; i < outputs.size(); i++) {
          if (outputs.get(i).startsWith(name + "/")) {
            own.add(i);
          }
        }
        run(name, RuleRun.with(file.model(), own), folder);
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(compared).isEqualTo(114);
  }

  private void run(String name, TfModel model, Path folder) throws IOException {
    TorchModel program =
        Translator.translate(model, new TranslationOptions("Model", true, true)).model();
    List<TensorValue> masks = new ArrayList<>();
    for (int i = 0; keras.containsKey("mask/" + name + "/" + i); i++) {
      masks.add(keras.get("mask/" + name + "/" + i));
    }
    Path archive = folder.resolve(name + ".pt");
    TorchScriptWriter.write(given(program, masks), model.tensors(), DType.FLOAT32, false, archive);
    List<TensorValue> inputs =
        new ArrayList<>(program.inputs().stream().map(i -> keras.get("x/" + i.key())).toList());
    inputs.addAll(masks);
    Map<String, TensorValue> weights = new LinkedHashMap<>();
    try (TorchEngine engine = TorchEngine.open(archive, 1)) {
      engine.train();
      List<String> names = program.outputs().stream().map(TorchModel.Output::name).toList();
      List<TensorValue> answers =
          names.size() == 1 ? engine.run(inputs) : engine.run(inputs, names);
      for (int i = 0; i < answers.size(); i++) {
        compare("y/" + name + "/" + i, answers.get(i));
        weights.put(
            names.size() == 1 ? "0" : names.get(i), Recorded.weights(answers.get(i).shape()));
      }
    }
    try (TorchEngine engine = TorchEngine.openDifferentiable(archive, 1)) {
      engine.train();
      try (TorchGradients gradients = engine.gradients(inputs, weights)) {
        String read = name + "_x0";
        int at = program.inputs().stream().map(TorchModel.Input::key).toList().indexOf(read);
        compare("d/" + read, gradients.inputs().get(at).orElseThrow().copy());
        for (TorchModel.Tensor tensor : program.tensors()) {
          parameter(tensor, gradients);
        }
      }
    }
  }

  /** The program that takes masks behind its inputs. */
  private static TorchModel given(TorchModel model, List<TensorValue> masks) {
    List<TorchModel.Input> inputs = new ArrayList<>(model.inputs());
    for (int i = 0; i < masks.size(); i++) {
      Dims dims = new Dims(masks.get(i).shape().dims());
      Layout layout = Layout.tensorflow(dims.rank());
      inputs.add(
          new TorchModel.Input(
              "given_" + i, "given_" + i, new Endpoint("given", i), DType.FLOAT32, dims, layout));
    }
    List<Statement> body = new ArrayList<>();
    int next = 0;
    for (Statement statement : model.body()) {
      if (statement instanceof Statement.Assign a && a.value() instanceof Expr.ModuleCall call) {
        List<Expr> arguments = new ArrayList<>(call.arguments());
        TorchModel.Instance called =
            model.modules().stream().filter(m -> m.path().equals(call.path())).findFirst().get();
        for (int i = 0; i < GivenMasks.count(called.module()); i++) {
          arguments.add(Expr.local("given_" + next++));
        }
        body.add(new Statement.Assign(a.targets(), new Expr.ModuleCall(call.path(), arguments)));
      } else {
        body.add(statement);
      }
    }
    assertThat(next).as("masks").isEqualTo(masks.size()).isPositive();
    return new TorchModel(
        model.className(),
        inputs,
        model.modules().stream()
            .map(m -> new TorchModel.Instance(m.path(), new GivenMasks(m.module())))
            .toList(),
        model.tensors(),
        body,
        model.outputs(),
        List.of());
  }

  private void parameter(TorchModel.Tensor tensor, TorchGradients gradients) throws IOException {
    String prefix = TRAINING + "d/";
    String variable = RuleRun.rearranged(tensor.recipe()).orElse("");
    if (keras.containsKey(prefix + variable)) {
      TensorValue expected = RuleRun.arranged(tensor.recipe(), prefix, keras);
      TensorValue computed = gradients.parameter(tensor.name()).orElseThrow().copy();
      compare("d/" + variable + " as " + tensor.name(), "d/" + variable, expected, computed);
    }
  }

  private void compare(String name, TensorValue computed) {
    compare(name, name, keras.get(TRAINING + name), computed);
  }

  private void compare(String what, String name, TensorValue expected, TensorValue computed) {
    compared++;
    Recorded.difference(expected, computed, ROUNDING, Recorded.scale(TRAINING + name, keras))
        .ifPresent(d -> wrong.add(what + ": " + d));
  }
}
