package io.github.tf2torch.verify.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.tf2torch.convert.ConvertOptions;
import io.github.tf2torch.convert.Converter;
import io.github.tf2torch.convert.Progress;
import io.github.tf2torch.convert.Source;
import io.github.tf2torch.model.target.AlteredModule;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.model.target.TorchModule;
import io.github.tf2torch.model.target.nn.AlphaDropout;
import io.github.tf2torch.model.target.nn.CellDropout;
import io.github.tf2torch.model.target.nn.CellStep;
import io.github.tf2torch.model.target.nn.ChannelDropout;
import io.github.tf2torch.model.target.nn.Dropout;
import io.github.tf2torch.model.target.nn.Noise;
import io.github.tf2torch.model.target.nn.SharedDropout;
import io.github.tf2torch.model.target.nn.SteppedRecurrent;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.RunResult;
import io.github.tf2torch.verify.inputs.NpyFile;
import io.github.tf2torch.verify.judge.Place;
import io.github.tf2torch.verify.opening.Opening;
import io.github.tf2torch.verify.report.CheckResult;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import io.github.tf2torch.verify.run.Engines;
import io.github.tf2torch.verify.run.Examination;
import io.github.tf2torch.verify.subject.InputChoice;
import io.github.tf2torch.verify.subject.Subject;
import io.github.tf2torch.verify.subject.VerifyRequest;
import io.github.tf2torch.verify.training.TrainingDraws;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The dropout check of Keras files ({@code drawing/make_drawing.py}), and what it finds. */
class KerasDropoutTest {
  private static final Path FOLDER = Path.of("src/test/resources/drawing");
  @TempDir static Path folder;

  private static CheckResult check(String name, UnaryOperator<TorchModel> fault)
      throws IOException {
    Path source = FOLDER.resolve(name + ".keras");
    Path out = folder.resolve(name);
    if (!out.toFile().exists()) {
      try (Source opened = Source.open(source)) {
        Converter.convert(opened, out, ConvertOptions.defaults(), Progress.silent());
      }
    }
    VerifyRequest request =
        VerifyRequest.of(source, out, InputChoice.drawn(1, 3, 5), Set.of("dropout"));
    try (Subject subject = Opening.of(request)) {
      return new DropoutCheck().run(new Examination(subject.withAltered(fault), Progress.silent()));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"maps", "noise", "attention", "shared", "recurrent", "states", "distributed"})
  void bothSidesAgreeUnderEachOthersDraws(String name) throws IOException {
    CheckResult check = check(name, UnaryOperator.identity());
    assertThat(check.verdict()).as(check.reason()).isEqualTo(Verdict.MATCH);
    assertThat(check.largestError64()).isLessThan(1e-13);
    assertThat(check.tensors().stream().map(TensorResult::name))
        .anyMatch(n -> n.startsWith("output") && n.endsWith("with TensorFlow's draws"))
        .anyMatch(n -> n.startsWith("output") && n.endsWith("with PyTorch's draws"))
        .anyMatch(n -> n.startsWith("gradient of input x"))
        .contains("PyTorch at inference");
    assertThat(check.tensors().get(0).reason())
        .contains("Philox's")
        .endsWith(", 0), the layer's seed");
  }

  /** Its generators have drawn before it was saved, and go on from there. */
  @Test
  void theStateOfGeneratorsInTheFileIsWhatTensorflowDrawsBy() throws IOException {
    CheckResult check = check("counted", UnaryOperator.identity());
    assertThat(check.verdict()).as(check.reason()).isEqualTo(Verdict.MATCH);
    assertThat(check.tensors().get(0).reason())
        .contains("Philox's")
        .endsWith("(23, 3), the generator's state in the file");
    Map<String, TensorValue> keras = NpyFile.readAll(FOLDER.resolve("counted.npz"));
    VerifyRequest request =
        VerifyRequest.of(
            FOLDER.resolve("counted.keras"),
            folder.resolve("counted"),
            InputChoice.drawn(1, 2, 5).withFile(FOLDER.resolve("counted.npz")),
            Set.of("dropout"));
    try (Subject subject = Opening.of(request)) {
      TrainingDraws draws = TrainingDraws.of(new Examination(subject, Progress.silent()), 1);
      try (Engines engines = new Engines(draws.examination().subject());
          RunResult found =
              engines.tensorflow32(subject.torch().outputs().stream().map(Place::of).toList())) {
        double[] expected = keras.get("y").doubles();
        double[] y = found.values().get(0).copy().doubles();
        for (int i = 0; i < y.length; i++) {
          assertThat(y[i]).isCloseTo(expected[i], within(1e-6));
        }
      }
    }
  }

  /** Another module at a path. */
  private record Fault(String what, String path, UnaryOperator<TorchModule> module) {
    @Override
    public String toString() {
      return what + " of " + path;
    }
  }

  private static Arguments fault(
      String model, String what, String path, String said, UnaryOperator<TorchModule> module) {
    return Arguments.of(model, new Fault(what, path, module), said);
  }

  private static Stream<Arguments> faults() {
    return Stream.of(
        fault("maps", "rate", "single", "by 1.25", m -> new Dropout(0.25f)),
        fault("maps", "rate", "spatial", "by 1.666667", m -> new ChannelDropout(0.3f, 2)),
        fault("maps", "rate", "rows", "by 1.428571", m -> new SharedDropout(0.4f, dim(m))),
        fault("noise", "deviation", "added", "", m -> new Noise(0.3f, false)),
        fault("noise", "deviation", "multiplied", "", m -> new Noise(0.4f, true)),
        fault("noise", "sum for product", "multiplied", "", m -> new Noise(0.65465367f, false)),
        fault("noise", "rate", "alpha", "", m -> new AlphaDropout(0.3f)),
        fault("noise", "kind", "alpha", "scales what it keeps", m -> new Dropout(0.4f)),
        fault("attention", "rate", "heads.dropout", "by 1.428571", m -> new Dropout(0.2f)),
        fault("attention", "rate", "dot", "by 1.25", m -> new Dropout(0.1f)),
        fault("recurrent", "rates", "lstm", "by 1.666667", m -> cell(m, 0.3f, 0.4f)),
        fault(
            "recurrent", "mask of the state", "last", "draws nothing here", m -> cell(m, 0.4f, 0)),
        fault("recurrent", "rate", "gru.dropout", "", m -> new SharedDropout(0.2f, List.of(1))),
        fault("recurrent", "steps", "gru.dropout", "a mask of [3, 3, 3]", m -> new Dropout(0.3f)),
        fault("distributed", "rates", "lstm.lstm", "by 1.666667", m -> cell(m, 0.3f, 0.4f)),
        fault("maps", "scale", "single", "", m -> new Altered(m, Altered.Form.UNSCALED)),
        fault("maps", "scale", "spatial", "", m -> new Altered(m, Altered.Form.UNSCALED)),
        fault(
            "maps",
            "axis",
            "rows",
            "a mask of [3, 6, 3, 1]",
            m -> new SharedDropout(0.3f, ofRows())),
        fault("maps", "noise_shape", "rows", "a mask of [3, 6, 3, 4]", m -> new Dropout(0.3f)),
        fault("maps", "noise_shape", "spatial", "a mask of [3, 6, 3, 4]", m -> new Dropout(0.4f)),
        fault(
            "maps",
            "inference",
            "single",
            "at inference too",
            m -> new Altered(m, Altered.Form.ALWAYS)),
        fault(
            "maps",
            "inference",
            "rows",
            "at inference too",
            m -> new Altered(m, Altered.Form.ALWAYS)),
        fault(
            "shared",
            "inference",
            "end",
            "at inference too",
            m -> new Altered(m, Altered.Form.ALWAYS)),
        fault("shared", "training", "end", "draws nothing here", m -> new Dropout(0)));
  }

  private static List<Integer> dim(TorchModule module) {
    return ((SharedDropout) module).dim();
  }

  /** (N, C, H, W) by its columns. */
  private static List<Integer> ofRows() {
    return List.of(3);
  }

  private static TorchModule cell(TorchModule module, float input, float state) {
    SteppedRecurrent r = (SteppedRecurrent) module;
    CellStep c = r.cell();
    CellDropout drops = new CellDropout(input, state, true);
    return new SteppedRecurrent(
        new CellStep(c.like(), c.activation(), c.gate(), c.resetsFirst(), drops),
        r.mask(),
        r.isStateful());
  }

  @ParameterizedTest
  @MethodSource("faults")
  void aFaultIsFoundAtItsLayer(String model, Fault fault, String said) throws IOException {
    CheckResult check =
        check(
            model,
            program ->
                program.withModules(
                    program.modules().stream()
                        .map(
                            m ->
                                m.path().equals(fault.path())
                                    ? new TorchModel.Instance(
                                        m.path(), fault.module().apply(m.module()))
                                    : m)
                        .toList()));
    assertThat(check.verdict()).as(check.reason()).isEqualTo(Verdict.DIFFER);
    TensorResult first = check.firstDifference().orElseThrow();
    String layer = fault.path().replace(".dropout", "");
    assertThat(first.name() + " " + first.source()).contains(layer);
    assertThat(first.reason()).contains(said);
  }

  /** A module that does as it did, but for one thing. */
  private record Altered(TorchModule like, Form form) implements AlteredModule {
    private enum Form {
      /** In training it gives back the scale of what is kept. */
      UNSCALED,
      ALWAYS
    }

    @Override
    public String pythonClass() {
      return "Altered" + like.pythonClass().replace("nn.", "");
    }

    @Override
    public List<Statement> forward() {
      return form == Form.ALWAYS
          ? like.forward().stream().flatMap(s -> always(s).stream()).toList()
          : unscaled();
    }

    private List<Statement> unscaled() {
      List<Statement> body = new ArrayList<>(like.forward());
      Statement.Return last = (Statement.Return) body.remove(body.size() - 1);
      Expr y = Expr.local("y");
      body.add(new Statement.Assign("y", last.value()));
      Expr less = Expr.aten("mul", y, new Expr.FloatLiteral(0.8f));
      body.add(
          new Statement.If(
              new Expr.Training(),
              List.of(new Statement.Assign("z", less)),
              List.of(new Statement.Assign("z", y))));
      body.add(new Statement.Return(Expr.local("z")));
      return body;
    }

    private static List<Statement> always(Statement statement) {
      if (statement instanceof Statement.If s && s.condition() instanceof Expr.Training) {
        return s.then().stream().flatMap(t -> always(t).stream()).toList();
      }
      return List.of(
          statement instanceof Statement.Return r
              ? new Statement.Return(always(r.value()))
              : statement instanceof Statement.Assign a
                  ? new Statement.Assign(a.targets(), always(a.value()))
                  : statement);
    }

    private static Expr always(Expr expr) {
      return expr instanceof Expr.Training
          ? new Expr.BoolLiteral(true)
          : expr instanceof Expr.Aten a
              ? new Expr.Aten(a.operator(), a.arguments().stream().map(Altered::always).toList())
              : expr;
    }
  }
}
