package io.github.tf2torch.verify.check;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Signature;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.read.graph.GraphSource;
import io.github.tf2torch.read.torch.SafetensorsFile;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorSource;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.cause.GroupStep;
import io.github.tf2torch.verify.engine.BranchesTaken;
import io.github.tf2torch.verify.engine.EngineSettings;
import io.github.tf2torch.verify.engine.OptimizerTrainer;
import io.github.tf2torch.verify.engine.ParameterGradients;
import io.github.tf2torch.verify.engine.Precision;
import io.github.tf2torch.verify.engine.RunResult;
import io.github.tf2torch.verify.engine.ShapeInference;
import io.github.tf2torch.verify.engine.TensorFlowEngine;
import io.github.tf2torch.verify.engine.TensorFlowGraph;
import io.github.tf2torch.verify.engine.TensorView;
import io.github.tf2torch.verify.engine.TorchEngine;
import io.github.tf2torch.verify.engine.TorchTrainer;
import io.github.tf2torch.write.torchscript.StepWriter;
import io.github.tf2torch.write.torchscript.TorchScriptWriter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Both frameworks on the subject's inputs. Each run opens its engine and closes it again. */
class Engines implements Closeable {
  private final Subject subject;
  private Optional<SafetensorsFile> weights = Optional.empty();
  private final Path folder;
  private final Map<String, EngineSettings> settings = new LinkedHashMap<>();

  Engines(Subject subject) throws IOException {
    this.subject = subject;
    this.folder = Files.createTempDirectory("tf2torch-verify");
  }

  /**
   * With PyTorch's side as the subject has it: what a conversion wrote, or a model of one's own.
   */
  static Engines of(Subject subject) throws IOException {
    return subject.own().isPresent()
        ? new OwnEngines(subject, subject.own().get())
        : new Engines(subject);
  }

  /** What the conversion wrote. */
  final SafetensorsFile weights() throws IOException {
    if (weights.isEmpty()) {
      weights = Optional.of(SafetensorsFile.open(subject.file("model.safetensors")));
    }
    return weights.get();
  }

  /** Notes what an engine runs under. */
  final void note(EngineSettings found) {
    settings.put(found.engine(), found);
  }

  /** Of the taps whose shape follows from the inputs'. */
  Map<Endpoint, Shape> shapes(List<TorchModel.Tap> taps) {
    if (taps.isEmpty()) {
      return Map.of();
    }
    Map<Endpoint, Shape> inputs = new LinkedHashMap<>();
    feeds().forEach((endpoint, value) -> inputs.put(endpoint, value.shape()));
    return ShapeInference.run(
        inlined(),
        subject.tensorflow().variables(),
        inputs,
        taps.stream().map(TorchModel.Tap::source).toList());
  }

  /** TensorFlow's float64 run: what it gave, and how much of it was really float64. */
  record Float64(RunResult result, List<Boolean> isFloat64, List<String> islands) {}

  Float64 tensorflow64(List<Place> places) throws IOException {
    try (TensorFlowEngine engine = tensorflow(Precision.FLOAT64)) {
      settings.put(engine.settings().engine(), engine.settings());
      return new Float64(
          engine.answer(feeds(), sources(places)),
          places.stream().map(p -> engine.isFloat64(p.source())).toList(),
          engine.islands());
    }
  }

  RunResult tensorflow32(List<Place> places) throws IOException {
    try (TensorFlowEngine engine = tensorflow(Precision.FLOAT32)) {
      return engine.answer(feeds(), sources(places));
    }
  }

  /** The outputs of the graph exactly as the file has it, so that inlining is proven as well. */
  RunResult tensorflowAsStored() throws IOException {
    GraphSource file = subject.graph();
    Signature stored = file.originalSignature();
    Map<String, Endpoint> byKey = new LinkedHashMap<>();
    stored.outputs().forEach(o -> byKey.put(o.key(), o.endpoint()));
    Map<Endpoint, TensorValue> feeds = new LinkedHashMap<>();
    stored.inputs().forEach(i -> feeds.put(i.endpoint(), subject.inputs().get(i.key())));
    List<Endpoint> outputs =
        subject.torch().outputs().stream().map(o -> byKey.get(o.name())).toList();
    try (TensorFlowEngine engine =
        TensorFlowEngine.open(
            new TensorFlowGraph(file.originalGraph(), subject.tensorflow().handles()),
            subject.tensorflow().variables(),
            subject.tensorflow().tensors(),
            Precision.FLOAT32,
            subject.request().threads())) {
      return engine.answer(feeds, outputs);
    }
  }

  /** The outputs of the conversion's own archive. */
  RunResult torchAsWritten() throws IOException {
    if (subject.request().isScrambled()) {
      return torchTapped(DType.FLOAT32, List.of());
    }
    try (TorchEngine engine =
        TorchEngine.open(subject.file("model.torchscript.pt"), subject.request().threads())) {
      settings.put(engine.settings().engine(), engine.settings());
      List<String> names = subject.torch().outputs().stream().map(TorchModel.Output::name).toList();
      return names.size() == 1
          ? engine.answer(subject.torchInputs())
          : engine.answer(subject.torchInputs(), names);
    }
  }

  /** Outputs, then taps, of the same program printed in another type, with the same tensors. */
  RunResult torchTapped(DType floatType, List<TorchModel.Tap> taps) throws IOException {
    return torchTapped(floatType, subject.asConverted(taps));
  }

  /** Outputs, then taps, of a program over the conversion's tensors. */
  RunResult torchTapped(DType floatType, TorchModel program) throws IOException {
    Path archive = folder.resolve("taps-" + floatType.torchName() + ".pt");
    try {
      TorchScriptWriter.write(program, weights(), floatType, true, archive);
      try (TorchEngine engine = TorchEngine.open(archive, subject.request().threads())) {
        return engine.answer(
            subject.torchInputs().stream()
                .map(v -> floatType == DType.FLOAT64 ? widened(v) : v)
                .toList());
      }
    } finally {
      Files.deleteIfExists(archive);
    }
  }

  /** The outputs and taps of a program that takes more than the subject's inputs. */
  RunResult torchGiven(DType floatType, TorchModel program, List<TensorView> given)
      throws IOException {
    Path archive = folder.resolve("given-" + floatType.torchName() + ".pt");
    try {
      TorchScriptWriter.write(program, weights(), floatType, true, archive);
      try (TorchEngine engine = TorchEngine.open(archive, subject.request().threads())) {
        List<TensorView> inputs = new ArrayList<>();
        subject
            .torchInputs()
            .forEach(v -> inputs.add(TensorView.of(floatType == DType.FLOAT64 ? widened(v) : v)));
        inputs.addAll(given);
        return engine.answerViews(inputs);
      }
    } finally {
      Files.deleteIfExists(archive);
    }
  }

  /** PyTorch with a program over the conversion's tensors, printed in another type. */
  TorchEngine torch(DType floatType, TorchModel program) throws IOException {
    Path archive = folder.resolve("program-" + floatType.torchName() + ".pt");
    try {
      TorchScriptWriter.write(program, weights(), floatType, true, archive);
      TorchEngine engine = TorchEngine.open(archive, subject.request().threads());
      note(engine.settings());
      return engine;
    } finally {
      Files.deleteIfExists(archive);
    }
  }

  /** The conversion's program for gradients of what its outputs are weighted by. */
  TorchEngine differentiable(DType floatType) throws IOException {
    Path archive = folder.resolve("differentiable-" + floatType.torchName() + ".pt");
    try {
      TorchScriptWriter.write(subject.asConverted(List.of()), weights(), floatType, true, archive);
      return TorchEngine.openDifferentiable(archive, subject.request().threads());
    } finally {
      Files.deleteIfExists(archive);
    }
  }

  /** The program's first output for each of these, with tensors from elsewhere. */
  List<TensorValue> outputs(TensorSource tensors, List<TensorValue> inputs) throws IOException {
    Path archive = folder.resolve("trained.pt");
    TorchModel program = subject.asConverted(List.of());
    try {
      TorchScriptWriter.write(program, tensors, DType.FLOAT32, true, archive);
      try (TorchEngine engine = TorchEngine.open(archive, subject.request().threads())) {
        return inputs.stream().map(x -> engine.run(List.of(x)).get(0)).toList();
      }
    } finally {
      Files.deleteIfExists(archive);
    }
  }

  /** TensorFlow, to be asked for gradients. */
  TensorFlowEngine differentiable(Precision precision) {
    TensorFlowEngine engine =
        TensorFlowEngine.openDifferentiable(
            straight(),
            subject.tensorflow().variables(),
            subject.tensorflow().tensors(),
            precision,
            subject.request().threads());
    settings.put(engine.settings().engine(), engine.settings());
    return engine;
  }

  /** The graph without the branches that these inputs do not take. */
  private TensorFlowGraph straight() {
    List<Endpoint> outputs =
        subject.torch().outputs().stream().map(TorchModel.Output::source).toList();
    return BranchesTaken.of(inlined(), outputs, this::decided);
  }

  private List<TensorValue> decided(TensorFlowGraph graph, List<Endpoint> asked) {
    try (TensorFlowEngine engine =
        TensorFlowEngine.open(
            graph,
            subject.tensorflow().variables(),
            subject.tensorflow().tensors(),
            Precision.FLOAT32,
            subject.request().threads())) {
      return engine.run(feeds(), asked);
    }
  }

  /**
   * Gradients of the program's {@link Objective}, with the conversion's own tensors.
   *
   * @param weights of the outputs
   */
  ParameterGradients torchGradients(DType floatType, List<TensorValue> weights) throws IOException {
    Path archive = objective(floatType);
    try (TorchEngine engine =
        TorchEngine.openDifferentiable(archive, subject.request().threads())) {
      settings.put(engine.settings().engine(), engine.settings());
      return engine.gradients(objectiveInputs(floatType, weights));
    } finally {
      Files.deleteIfExists(archive);
    }
  }

  /** The program's {@link Objective}, to be trained by what steps one parameter. */
  TorchTrainer torchTrainer(DType floatType, TorchModel step) throws IOException {
    Path archive = objective(floatType);
    Path optimizer = folder.resolve("step-" + floatType.torchName() + ".pt");
    try {
      TorchScriptWriter.write(step, weights(), floatType, false, optimizer);
      return TorchTrainer.open(archive, optimizer, frozen(), subject.request().threads());
    } finally {
      Files.deleteIfExists(archive);
      Files.deleteIfExists(optimizer);
    }
  }

  /** What TensorFlow has no variable for, such as the second bias of an LSTM, stays as it is. */
  private Set<String> frozen() {
    return subject.torch().tensors().stream()
        .filter(t -> t.kind() == TorchModel.Kind.PARAMETER && !t.isTrained())
        .map(TorchModel.Tensor::name)
        .collect(Collectors.toSet());
  }

  /** A program that ends in its loss, to be trained by a converted optimizer. */
  OptimizerTrainer optimizerTrainer(
      TorchModel program, List<GroupStep> steps, LoopState loop, DType floatType)
      throws IOException {
    OptimizerTrainer trainer = optimizerAt(program, steps, loop, floatType);
    trainer.train();
    return trainer;
  }

  /** The program's {@link Objective}, at inference, to be trained by a converted optimizer. */
  OptimizerTrainer objectiveTrainer(List<GroupStep> steps, LoopState loop, DType floatType)
      throws IOException {
    return optimizerAt(objective(floatType, subject), steps, loop, floatType);
  }

  private static TorchModel objective(DType floatType, Subject subject) {
    TorchModel program = Objective.of(subject.asConverted(List.of()));
    return floatType == DType.FLOAT64 ? HardSigmoidInFloat64.of(program) : program;
  }

  private OptimizerTrainer optimizerAt(
      TorchModel program, List<GroupStep> steps, LoopState loop, DType floatType)
      throws IOException {
    List<Path> files = new ArrayList<>();
    try {
      Path loss = folder.resolve("loss-" + floatType.torchName() + ".pt");
      files.add(loss);
      TorchScriptWriter.write(program, weights(), floatType, true, loss);
      Path copy = folder.resolve("copy.pt");
      files.add(copy);
      TorchScriptWriter.write(SgdStep.copy(), weights(), floatType, false, copy);
      List<OptimizerTrainer.Group> groups = new ArrayList<>();
      for (GroupStep group : steps) {
        Path step = folder.resolve("step-" + groups.size() + ".pt");
        files.add(step);
        StepWriter.write(group.rule(), step);
        groups.add(new OptimizerTrainer.Group(step, group.state(), group.numbers()));
      }
      Map<String, Path> stages = new LinkedHashMap<>();
      for (String stage : loop.stages()) {
        Path file = folder.resolve("stage-" + stages.size() + ".pt");
        files.add(file);
        StepWriter.write(LoopRules.ALL.get(stage), file);
        stages.put(stage, file);
      }
      OptimizerTrainer trainer =
          OptimizerTrainer.open(
              loss,
              copy,
              groups,
              new OptimizerTrainer.Around(loop.loop(), stages, loop.kept()),
              subject.request().threads());
      settings.put(trainer.settings().engine(), trainer.settings());
      return trainer;
    } finally {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** Values as a program of this type takes them. */
  List<TensorValue> widened(List<TensorValue> values, DType floatType) {
    return values.stream().map(v -> floatType == DType.FLOAT64 ? widened(v) : v).toList();
  }

  /** What an objective takes: the program's inputs, then the weights of its outputs. */
  List<TensorValue> objectiveInputs(DType floatType, List<TensorValue> weights) {
    List<TensorValue> inputs = new ArrayList<>(subject.torchInputs());
    inputs.addAll(weights);
    return widened(inputs, floatType);
  }

  private Path objective(DType floatType) throws IOException {
    Path archive = folder.resolve("objective-" + floatType.torchName() + ".pt");
    TorchScriptWriter.write(objective(floatType, subject), weights(), floatType, false, archive);
    return archive;
  }

  /** Of both frameworks, as far as they have run. */
  List<EngineSettings> settings() {
    return List.copyOf(settings.values());
  }

  /** TensorFlow's outputs of some float32 runs in one session, all elements one after another. */
  List<double[]> forward(int threads, int count) {
    List<Endpoint> outputs =
        subject.torch().outputs().stream().map(TorchModel.Output::source).toList();
    try (TensorFlowEngine engine =
        TensorFlowEngine.open(
            inlined(),
            subject.tensorflow().variables(),
            subject.tensorflow().tensors(),
            Precision.FLOAT32,
            threads)) {
      List<double[]> runs = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        runs.add(joined(engine.run(feeds(), outputs)));
      }
      return runs;
    }
  }

  /** PyTorch's outputs of some runs of the conversion's own archive. */
  List<double[]> torchForward(int threads, int count) {
    List<double[]> runs = new ArrayList<>();
    List<String> names = subject.torch().outputs().stream().map(TorchModel.Output::name).toList();
    try (TorchEngine engine = TorchEngine.open(subject.file("model.torchscript.pt"), threads)) {
      for (int i = 0; i < count; i++) {
        runs.add(
            joined(
                names.size() == 1
                    ? engine.run(subject.torchInputs())
                    : engine.run(subject.torchInputs(), names)));
      }
    }
    return runs;
  }

  private static double[] joined(List<TensorValue> values) {
    return values.stream().flatMapToDouble(v -> Arrays.stream(numbers(v))).toArray();
  }

  private static double[] numbers(TensorValue value) {
    return value.dtype().isFloating()
        ? value.doubles()
        : Arrays.stream(value.longs()).asDoubleStream().toArray();
  }

  /** TensorFlow with the graph as it is. */
  TensorFlowEngine tensorflow(Precision precision) throws IOException {
    return TensorFlowEngine.open(
        inlined(),
        subject.tensorflow().variables(),
        subject.tensorflow().tensors(),
        precision,
        subject.request().threads());
  }

  private TensorFlowGraph inlined() {
    return new TensorFlowGraph(subject.graph().inlinedGraph(), subject.tensorflow().handles());
  }

  /** The inputs, by where TensorFlow takes them. */
  Map<Endpoint, TensorValue> feeds() {
    Map<Endpoint, TensorValue> feeds = new LinkedHashMap<>();
    subject
        .tensorflow()
        .signature()
        .inputs()
        .forEach(i -> feeds.put(i.endpoint(), subject.inputs().get(i.key())));
    return feeds;
  }

  private static List<Endpoint> sources(List<Place> places) {
    return places.stream().map(Place::source).toList();
  }

  static TensorValue widened(TensorValue value) {
    return value.dtype() == DType.FLOAT32
        ? TensorValue.ofDoubles(DType.FLOAT64, value.shape(), value.doubles())
        : value;
  }

  @Override
  public void close() throws IOException {
    if (weights.isPresent()) {
      weights.get().close();
    }
    Files.deleteIfExists(folder);
  }
}
