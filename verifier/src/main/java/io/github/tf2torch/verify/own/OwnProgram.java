package io.github.tf2torch.verify.own;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Layout;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.read.torch.ScriptModule;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.verify.cause.Span;
import io.github.tf2torch.verify.engine.EngineFailure;
import io.github.tf2torch.verify.engine.RunResult;
import io.github.tf2torch.verify.engine.TensorView;
import io.github.tf2torch.verify.judge.Comparison;
import io.github.tf2torch.verify.judge.Judgement;
import io.github.tf2torch.verify.judge.Place;
import io.github.tf2torch.verify.run.Alone;
import io.github.tf2torch.verify.run.Engines;
import io.github.tf2torch.verify.script.Extents;
import io.github.tf2torch.verify.script.ScriptProgram;
import io.github.tf2torch.verify.script.ScriptReader;
import io.github.tf2torch.verify.script.UnreadScript;
import io.github.tf2torch.verify.subject.OwnModel;
import io.github.tf2torch.verify.subject.Subject;
import io.github.tf2torch.write.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A model of one's own as a program of ATen's operators, read from the code of its archive. It is
 * what the archive computes: its outputs in float64 are compared first.
 *
 * @param subject with that program, over the archive's tensors in a folder of its own
 * @param origins of a local, the path of the module whose code computes it
 * @param locals in the order of computation
 */
record OwnProgram(Subject subject, Map<String, String> origins, List<String> locals) {
  private static final String PROBE = "probed";

  /**
   * Reads it.
   *
   * @throws UnreadScript where the code is not understood, or computes something else
   */
  static OwnProgram read(Subject own, Path archive, Path folder) throws IOException {
    ScriptModule module = ScriptModule.read(archive);
    Subject bare = over(own, module, folder);
    Map<String, String> names = new HashMap<>();
    for (Variable variable : own.own().orElseThrow().weights().variables()) {
      variable.aliases().forEach(alias -> names.put(alias, variable.name()));
    }
    try (Engines engines = new Engines(bare)) {
      ScriptProgram script =
          ScriptReader.read(
              module,
              path -> names.getOrDefault(path, path),
              (body, expr) -> extent(bare, engines, body, expr));
      Subject read = with(bare, script);
      compare(own, read);
      return new OwnProgram(read, script.origins(), script.tensors());
    }
  }

  /** Its tensors in a folder, each under its name; constants of its code among them. */
  private static Subject over(Subject own, ScriptModule module, Path folder) throws IOException {
    OwnModel model = own.own().orElseThrow();
    Map<String, TorchModel.Tensor> matched = new LinkedHashMap<>();
    own.torch().tensors().forEach(t -> matched.put(t.name(), t));
    List<TorchModel.Tensor> tensors = new ArrayList<>();
    List<TorchModel.Tensor> stored = new ArrayList<>();
    for (Variable variable : model.weights().variables()) {
      TensorExpr here = new TensorExpr.Stored(variable.name(), variable.dtype(), variable.shape());
      TorchModel.Tensor tensor =
          new TorchModel.Tensor(variable.name(), TorchModel.Kind.BUFFER, here);
      stored.add(tensor);
      // without a counterpart it is taken as it is
      tensors.add(matched.getOrDefault(variable.name(), tensor));
    }
    for (int i = 0; i < module.constants().size(); i++) {
      if (module.constants().get(i).isPresent()) {
        String name = ScriptProgram.CONSTANT + i;
        TorchModel.Tensor constant =
            new TorchModel.Tensor(
                name,
                TorchModel.Kind.BUFFER,
                new TensorExpr.Constant(name, module.constants().get(i).get()));
        stored.add(constant);
        tensors.add(constant);
      }
    }
    SafetensorsWriter.write(
        stored, model.weights().tensors(), Map.of(), folder.resolve(Subject.WEIGHTS));
    TorchModel torch = own.torch();
    List<TorchModel.Input> inputs = new ArrayList<>();
    for (int i = 0; i < torch.inputs().size(); i++) {
      TorchModel.Input input = torch.inputs().get(i);
      inputs.add(
          new TorchModel.Input(
              "in_" + i, input.key(), input.source(), input.dtype(), input.dims(), input.layout()));
    }
    return own.withDirectory(folder)
        .withTranslation(
            own.translation()
                .withModel(
                    new TorchModel(
                        torch.className(),
                        inputs,
                        List.of(),
                        tensors,
                        List.of(),
                        torch.outputs(),
                        List.of())));
  }

  private static Subject with(Subject bare, ScriptProgram script) {
    TorchModel torch = bare.torch();
    if (script.arguments().size() != torch.inputs().size()) {
      throw new UnreadScript(
          "its forward takes " + script.arguments().size() + " arguments without a default");
    }
    List<String> names = bare.own().orElseThrow().outputs();
    List<TorchModel.Output> outputs = new ArrayList<>();
    for (int i = 0; i < torch.outputs().size(); i++) {
      TorchModel.Output output = torch.outputs().get(i);
      String local = script.outputs().get(names.get(i));
      if (local == null) {
        throw new UnreadScript("its code has no output " + names.get(i));
      }
      outputs.add(
          new TorchModel.Output(
              output.name(),
              local,
              output.source(),
              output.dtype(),
              output.dims(),
              output.layout()));
    }
    return bare.withTranslation(
        bare.translation()
            .withModel(
                new TorchModel(
                    torch.className(),
                    torch.inputs(),
                    List.of(),
                    torch.tensors(),
                    script.body(),
                    outputs,
                    List.of())));
  }

  /**
   * The shape and type of what an expression behind these statements is, by a run of what it needs.
   */
  private static Extents.Found extent(
      Subject bare, Engines engines, List<Statement> before, Expr expr) {
    List<Statement> body = new ArrayList<>(before);
    body.add(new Statement.Assign(PROBE, Expr.aten("clone", expr)));
    TorchModel.Tap tap =
        new TorchModel.Tap(
            new Endpoint(PROBE, 0), PROBE, DType.FLOAT32, Layout.tensorflow(0), PROBE);
    TorchModel whole = bare.asConverted(List.of()).withBody(body);
    TorchModel cut = Alone.cut(whole, Span.of(whole, List.of(), tap), List.of(), tap, Map.of());
    try (RunResult run = engines.torchGiven(DType.FLOAT32, cut, List.of())) {
      TensorView found = run.values().get(0);
      return new Extents.Found(found.shape(), found.dtype());
    } catch (IOException e) {
      throw new EngineFailure("an extent is not found: " + e.getMessage(), e);
    }
  }

  /** The code read gives what the archive gives. */
  private static void compare(Subject own, Subject read) throws IOException {
    try (Engines archive = Engines.of(own);
        Engines program = new Engines(read);
        RunResult expected = archive.torchTapped(DType.FLOAT64, List.of());
        RunResult found = program.torchTapped(DType.FLOAT64, List.of())) {
      for (int i = 0; i < expected.values().size(); i++) {
        TensorView left = expected.values().get(i);
        Place place = Place.named(own.torch().outputs().get(i).name(), left.shape());
        double error =
            left.dtype().isFloating()
                ? Judgement.error64(place, left, found.values().get(i))
                : left.copy().bytes().equals(found.values().get(i).copy().bytes()) ? 0 : 1;
        if (!(error <= Comparison.FLOAT64_BOUND)) {
          requireRepeated(archive, expected);
          throw new UnreadScript(
              String.format(
                  Locale.ROOT,
                  "its code was read as a program that parts from it by %.1e in float64",
                  error));
        }
      }
    }
  }

  /**
   * What draws in {@code eval()} is no program that could be taken apart, and a fault by itself.
   */
  private static void requireRepeated(Engines archive, RunResult once) throws IOException {
    try (RunResult again = archive.torchTapped(DType.FLOAT64, List.of())) {
      for (int i = 0; i < once.values().size(); i++) {
        if (!once.values().get(i).copy().bytes().equals(again.values().get(i).copy().bytes())) {
          throw new UnreadScript(
              "two runs of it on one input differ: it draws random numbers in eval(), as"
                  + " F.dropout(x, p) does without training=self.training; use nn.Dropout, or"
                  + " give training");
        }
      }
    }
  }

  /** The same with other boundaries. */
  Subject tapped(List<TorchModel.Tap> taps) {
    TorchModel torch = subject.torch();
    return subject.withTranslation(subject.translation().withModel(torch.withTaps(taps)));
  }

  /** A place of TensorFlow's in it. */
  TorchModel.Tap tap(TorchModel.Tap source, String local, Layout layout) {
    String origin = Optional.ofNullable(origins.get(local)).orElse("");
    String name =
        origin.isEmpty() || origin.equals(source.layer())
            ? source.layer()
            : source.layer() + " (" + origin + ")";
    return new TorchModel.Tap(
        source.source(), local, source.dtype(), layout, name, Optional.<Dims>empty());
  }
}
