package io.github.tf2torch.verify.dropout;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.KerasModel;
import io.github.tf2torch.model.source.Signature;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Layout;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.Precision;
import io.github.tf2torch.verify.engine.TensorFlowEngine;
import io.github.tf2torch.verify.engine.TorchEngine;
import io.github.tf2torch.verify.reference.Draw;
import io.github.tf2torch.verify.reference.Drawn;
import io.github.tf2torch.verify.reference.KerasInputs;
import io.github.tf2torch.verify.reference.KerasReference;
import io.github.tf2torch.verify.reference.Reference;
import io.github.tf2torch.verify.run.Engines;
import io.github.tf2torch.verify.subject.KerasGraph;
import io.github.tf2torch.verify.subject.KerasSide;
import io.github.tf2torch.verify.subject.SourceGraph;
import io.github.tf2torch.verify.subject.Subject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What the layers of a Keras file draw in training, on both sides: TensorFlow's draws follow from
 * the seeds that the file holds, and each is found again in the conversion's program.
 */
public final class KerasDraws {
  private static final String NAME = "given_draw_";

  private final Subject subject;
  private final TorchModel program;
  private final Reference own;
  private final List<Draw> draws;
  private final List<HeldDraw> held;

  private KerasDraws(Subject subject) {
    this.subject = subject;
    this.program = subject.asConverted(List.of());
    this.own = reference(subject, false);
    this.draws = own.drawn().stream().flatMap(d -> d.parts().stream()).toList();
    this.held = HeldDraw.of(program, subject.torch().taps());
  }

  private static Reference reference(Subject subject, boolean isGiven) {
    KerasModel keras = subject.tensorflow().keras().orElseThrow();
    Map<String, Shape> shapes = new HashMap<>();
    List<Signature.Tensor> asked = KerasInputs.of(keras);
    for (int i = 0; i < asked.size(); i++) {
      String key = subject.tensorflow().signature().inputs().get(i).key();
      shapes.put(asked.get(i).key(), subject.inputs().get(key).shape());
    }
    return KerasReference.dropping(keras, subject.tensorflow().variables(), shapes, isGiven);
  }

  /**
   * Of a Keras file.
   *
   * @throws io.github.tf2torch.verify.reference.MissingReference where it is not known what a layer
   *     does in training
   */
  public static KerasDraws of(Subject subject) {
    return new KerasDraws(subject);
  }

  /** Whether a side of a Keras file draws in training: to know it, no graph is built. */
  public static boolean mayBe(Subject subject) {
    boolean isQuiet =
        subject.sourceGraph().graph().orElseThrow() instanceof KerasGraph k && !k.mayDraw();
    return !isQuiet
        || !HeldDraw.of(subject.asConverted(List.of()), subject.torch().taps()).isEmpty();
  }

  /** Of TensorFlow, in the order of computation. */
  public List<Draw> draws() {
    return draws;
  }

  /** Of PyTorch's program. */
  public List<HeldDraw> held() {
    return held;
  }

  /**
   * What TensorFlow draws by, in a call of the model.
   *
   * @param call from 0
   */
  List<DrawSeeds.Seeds> seeds(int call) throws IOException {
    return DrawSeeds.of(subject.tensorflow(), draws, call);
  }

  /**
   * TensorFlow's draws in a call.
   *
   * @param numbers what its operations gave
   * @param values what layers compute with
   */
  public record Call(List<TensorValue> numbers, List<TensorValue> values) {}

  public List<Call> calls(int count) throws IOException {
    List<Call> calls = new ArrayList<>();
    try (TensorFlowEngine engine =
        TensorFlowEngine.open(
            own.graph(),
            subject.tensorflow().variables(),
            subject.tensorflow().tensors(),
            Precision.FLOAT32,
            subject.request().threads())) {
      for (int call = 0; call < count; call++) {
        Map<Endpoint, TensorValue> feeds = new LinkedHashMap<>();
        List<Endpoint> fetches = new ArrayList<>();
        List<DrawSeeds.Seeds> seeds = seeds(call);
        for (int i = 0; i < draws.size(); i++) {
          Draw.Own made = draws.get(i).own().orElseThrow();
          feeds.put(
              made.seeds(),
              TensorValue.ofLongs(
                  DType.INT32, Shape.of(2), seeds.get(i).seed(), seeds.get(i).count()));
          fetches.add(made.numbers());
          fetches.add(draws.get(i).value());
        }
        List<TensorValue> found = engine.run(feeds, fetches);
        calls.add(
            new Call(
                IntStream.range(0, draws.size()).mapToObj(i -> found.get(2 * i)).toList(),
                IntStream.range(0, draws.size()).mapToObj(i -> found.get(2 * i + 1)).toList()));
      }
      return calls;
    }
  }

  /** TensorFlow's draw for each of PyTorch's; empty where it has none there. */
  List<Optional<Drawn>> partners() {
    List<Endpoint> tapped = subject.torch().taps().stream().map(TorchModel.Tap::source).toList();
    return new DrawPairing(own, tapped).partners(held);
  }

  /** What the program draws by PyTorch's generator in a call, and what it answers. */
  public record Told(List<TensorValue> draws, List<TensorValue> outputs) {}

  public Told told(Engines engines, long seed) throws IOException {
    try (TorchEngine engine = engines.torch(DType.FLOAT32, telling())) {
      TorchEngine.manualSeed(seed);
      List<TensorValue> all = engine.run(subject.torchInputs());
      int outputs = program.outputs().size();
      return new Told(all.subList(outputs, all.size()), all.subList(0, outputs));
    }
  }

  private TorchModel telling() {
    List<Statement> body = new ArrayList<>(program.body());
    List<TorchModel.Tap> taps = new ArrayList<>();
    for (int i = 0; i < held.size(); i++) {
      HeldDraw draw = held.get(i);
      String name = "told_draw_" + i;
      Statement.Assign call = (Statement.Assign) body.get(draw.statement());
      List<String> targets = new ArrayList<>(call.targets());
      targets.add(name);
      body.set(draw.statement(), new Statement.Assign(targets, call.value()));
      taps.add(
          new TorchModel.Tap(
              new Endpoint(name, 0), name, DType.FLOAT32, Layout.tensorflow(0), draw.path()));
    }
    return with(program, program.inputs(), modules(true), body, taps);
  }

  private List<TorchModel.Instance> modules(boolean isTelling) {
    return program.modules().stream()
        .map(
            m ->
                RandomOperators.count(m.module()) == 0
                    ? m
                    : new TorchModel.Instance(m.path(), new DrawingModule(m.module(), isTelling)))
        .toList();
  }

  private static TorchModel with(
      TorchModel model,
      List<TorchModel.Input> inputs,
      List<TorchModel.Instance> modules,
      List<Statement> body,
      List<TorchModel.Tap> taps) {
    return new TorchModel(
        model.className(), inputs, modules, model.tensors(), body, model.outputs(), taps);
  }

  /**
   * Both sides with what layers draw among their inputs.
   *
   * @param values of TensorFlow's draws
   * @param arrangements of PyTorch's
   */
  public Subject given(List<TensorValue> values, List<DrawArrangement> arrangements) {
    Reference given = reference(subject, true);
    List<Draw> fed = given.drawn().stream().flatMap(d -> d.parts().stream()).toList();
    List<TorchModel.Input> inputs = new ArrayList<>(subject.torch().inputs());
    List<Signature.Tensor> keyed = new ArrayList<>(subject.tensorflow().signature().inputs());
    Map<String, TensorValue> all = new LinkedHashMap<>(subject.inputs());
    for (int i = 0; i < fed.size(); i++) {
      String key = key(i);
      Dims dims = Dims.of(fed.get(i).shape());
      keyed.add(new Signature.Tensor(key, fed.get(i).value(), DType.FLOAT32, Optional.of(dims)));
      inputs.add(
          new TorchModel.Input(
              NAME + i,
              key,
              fed.get(i).value(),
              DType.FLOAT32,
              dims,
              Layout.tensorflow(dims.rank())));
      all.put(key, values.get(i));
    }
    TorchModel taking =
        new TorchModel(
            program.className(),
            inputs,
            modules(false),
            subject.torch().tensors(),
            taking(arrangements),
            program.outputs(),
            subject.torch().taps());
    TfModel model =
        KerasSide.with(
            subject.tensorflow(),
            new Signature("", keyed, subject.tensorflow().signature().outputs()),
            given.graph().handles());
    Subject other =
        subject.withTensorflow(
            model,
            subject.translation().withModel(taking),
            all,
            SourceGraph.built(new KerasGraph(model, given.graph().graph(), true)));
    // modules and statements are those of the altered program already
    return other.withAltered(m -> m.withTensors(program.tensors()));
  }

  public String key(int draw) {
    String path = draws.get(draw).path();
    List<Integer> same =
        IntStream.range(0, draws.size())
            .filter(i -> draws.get(i).path().equals(path))
            .boxed()
            .toList();
    return Subject.DRAWN + path + (same.size() == 1 ? "" : ", " + (same.indexOf(draw) + 1));
  }

  private List<Statement> taking(List<DrawArrangement> arrangements) {
    List<Optional<Drawn>> partners = partners();
    List<Statement> body = new ArrayList<>(program.body());
    for (int i = 0; i < held.size(); i++) {
      HeldDraw draw = held.get(i);
      List<Expr> parts =
          draw.ordered(partners.get(i).orElseThrow()).stream()
              .map(d -> (Expr) Expr.local(NAME + draws.indexOf(d)))
              .toList();
      Statement.Assign assign = (Statement.Assign) body.get(draw.statement());
      Expr.ModuleCall call = (Expr.ModuleCall) assign.value();
      List<Expr> arguments = new ArrayList<>(call.arguments());
      arguments.add(arrangements.get(i).expr(parts));
      body.set(
          draw.statement(),
          new Statement.Assign(assign.targets(), new Expr.ModuleCall(call.path(), arguments)));
    }
    return body;
  }

  TorchModel program() {
    return program;
  }
}
