package io.github.tf2torch.verify.run;

import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.read.torch.SafetensorsFile;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.TensorSource;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.EngineSettings;
import io.github.tf2torch.verify.engine.ParameterGradients;
import io.github.tf2torch.verify.engine.RunResult;
import io.github.tf2torch.verify.engine.TensorView;
import io.github.tf2torch.verify.engine.TorchEngine;
import io.github.tf2torch.verify.subject.Subject;
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

/** PyTorch on the subject's inputs. Each run opens its engine and closes it again. */
class TorchRuns implements Closeable {
  final Subject subject;
  private Optional<SafetensorsFile> weights = Optional.empty();
  final Path folder;
  public final Map<String, EngineSettings> settings = new LinkedHashMap<>();

  TorchRuns(Subject subject) throws IOException {
    this.subject = subject;
    this.folder = Files.createTempDirectory("tf2torch-verify");
  }

  /** What the conversion wrote. */
  final SafetensorsFile weights() throws IOException {
    if (weights.isEmpty()) {
      weights = Optional.of(SafetensorsFile.open(subject.file(Subject.WEIGHTS)));
    }
    return weights.get();
  }

  /** Notes what an engine runs under. */
  final void note(EngineSettings found) {
    settings.put(found.engine(), found);
  }

  /** The outputs of the conversion's own archive. */
  public RunResult torchAsWritten() throws IOException {
    if (subject.request().isScrambled() || subject.takesDraws()) {
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
  public RunResult torchTapped(DType floatType, List<TorchModel.Tap> taps) throws IOException {
    return torchTapped(floatType, subject.asConverted(taps));
  }

  /** Outputs, then taps, of a program over the conversion's tensors. */
  public RunResult torchTapped(DType floatType, TorchModel program) throws IOException {
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
  public RunResult torchGiven(DType floatType, TorchModel program, List<TensorView> given)
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
  public TorchEngine torch(DType floatType, TorchModel program) throws IOException {
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
  public TorchEngine differentiable(DType floatType) throws IOException {
    Path archive = folder.resolve("differentiable-" + floatType.torchName() + ".pt");
    try {
      TorchScriptWriter.write(subject.asConverted(List.of()), weights(), floatType, true, archive);
      return TorchEngine.openDifferentiable(archive, subject.request().threads());
    } finally {
      Files.deleteIfExists(archive);
    }
  }

  /** The program's first output for each of these, with tensors from elsewhere. */
  public List<TensorValue> outputs(TensorSource tensors, List<TensorValue> inputs)
      throws IOException {
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

  /**
   * Gradients of the program's {@link Objective}, with the conversion's own tensors.
   *
   * @param weights of the outputs
   */
  public ParameterGradients torchGradients(DType floatType, List<TensorValue> weights)
      throws IOException {
    Path archive = objective(floatType);
    try (TorchEngine engine =
        TorchEngine.openDifferentiable(archive, subject.request().threads())) {
      settings.put(engine.settings().engine(), engine.settings());
      return engine.gradients(objectiveInputs(floatType, weights));
    } finally {
      Files.deleteIfExists(archive);
    }
  }

  static TorchModel objective(DType floatType, Subject subject) {
    TorchModel program = Objective.of(subject.asConverted(List.of()));
    return floatType == DType.FLOAT64 ? HardSigmoidInFloat64.of(program) : program;
  }

  /** Values as a program of this type takes them. */
  public List<TensorValue> widened(List<TensorValue> values, DType floatType) {
    return values.stream().map(v -> floatType == DType.FLOAT64 ? widened(v) : v).toList();
  }

  /** What an objective takes: the program's inputs, then the weights of its outputs. */
  public List<TensorValue> objectiveInputs(DType floatType, List<TensorValue> weights) {
    return objectiveInputs(floatType, subject.inputs(), weights);
  }

  /** Of other inputs. */
  public List<TensorValue> objectiveInputs(
      DType floatType, Map<String, TensorValue> given, List<TensorValue> weights) {
    List<TensorValue> inputs = new ArrayList<>(subject.torchInputs(given));
    inputs.addAll(weights);
    return widened(inputs, floatType);
  }

  final Path objective(DType floatType) throws IOException {
    Path archive = folder.resolve("objective-" + floatType.torchName() + ".pt");
    TorchScriptWriter.write(objective(floatType, subject), weights(), floatType, false, archive);
    return archive;
  }

  /** Of both frameworks, as far as they have run. */
  public List<EngineSettings> settings() {
    return List.copyOf(settings.values());
  }

  /** PyTorch's outputs of some runs of the conversion's own archive. */
  public List<double[]> torchForward(int threads, int count) {
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

  static double[] joined(List<TensorValue> values) {
    return values.stream().flatMapToDouble(v -> Arrays.stream(numbers(v))).toArray();
  }

  private static double[] numbers(TensorValue value) {
    return value.dtype().isFloating()
        ? value.doubles()
        : Arrays.stream(value.longs()).asDoubleStream().toArray();
  }

  public static TensorValue widened(TensorValue value) {
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
