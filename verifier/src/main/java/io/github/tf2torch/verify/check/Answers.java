package io.github.tf2torch.verify.check;

import io.github.tf2torch.convert.Progress;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Signature;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.read.graph.GraphSource;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.TensorSource;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.EngineSettings;
import io.github.tf2torch.verify.engine.Precision;
import io.github.tf2torch.verify.engine.TensorFlowEngine;
import io.github.tf2torch.verify.engine.TensorFlowGraph;
import io.github.tf2torch.verify.engine.TorchEngine;
import io.github.tf2torch.write.safetensors.SafetensorsFile;
import io.github.tf2torch.write.torchscript.TorchScriptWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What both frameworks answered, one precision after the other to save memory: first the outputs,
 * in the program's order, then every tap.
 *
 * @param tf32 outputs of the graph as stored, then taps of the inlined one
 * @param torch32 outputs of the conversion's own archive, then taps of one with the same tensors
 */
record Answers(
    List<TensorValue> tf64,
    List<TensorValue> torch64,
    List<TensorValue> tf32,
    List<TensorValue> torch32,
    List<TorchModel.Tap> taps,
    List<String> islands,
    List<EngineSettings> settings) {

  /** Runs everything; without {@code withTaps} the outputs alone. */
  static Answers of(Subject subject, boolean withTaps, Progress progress) throws IOException {
    List<TorchModel.Tap> taps =
        withTaps
            ? subject.torch().taps().stream().filter(t -> t.dtype() == DType.FLOAT32).toList()
            : List.of();
    Path folder = Files.createTempDirectory("tf2torch-verify");
    try (SafetensorsFile weights = SafetensorsFile.open(subject.file("model.safetensors"))) {
      return new Runs(subject, taps, weights, folder).all(progress);
    } finally {
      try (var files = Files.list(folder)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(folder);
    }
  }

  private record Runs(
      Subject subject, List<TorchModel.Tap> taps, TensorSource weights, Path folder) {
    Answers all(Progress progress) throws IOException {
      List<EngineSettings> settings = new ArrayList<>();
      List<String> islands = new ArrayList<>();
      List<Endpoint> outputs = subject.torch().outputs().stream().map(o -> o.source()).toList();
      List<Endpoint> boundaries = taps.stream().map(TorchModel.Tap::source).toList();
      List<Endpoint> all = new ArrayList<>(outputs);
      all.addAll(boundaries);

      progress.step("TensorFlow in float64", 0, 5);
      List<TensorValue> tf64;
      try (TensorFlowEngine engine = tensorflow(Precision.FLOAT64)) {
        tf64 = fetch(engine, feeds(), all);
        islands.addAll(engine.islands());
        settings.add(engine.settings());
      }
      progress.step("PyTorch in float64", 1, 5);
      List<TensorValue> torch64 = torch(DType.FLOAT64);
      progress.step("TensorFlow in float32", 2, 5);
      List<TensorValue> tf32 = new ArrayList<>(tensorflowAsStored());
      if (!taps.isEmpty()) {
        try (TensorFlowEngine engine = tensorflow(Precision.FLOAT32)) {
          tf32.addAll(fetch(engine, feeds(), boundaries));
        }
      }
      progress.step("PyTorch in float32", 3, 5);
      List<TensorValue> torch32 = new ArrayList<>();
      try (TorchEngine engine =
          TorchEngine.open(subject.file("model.torchscript.pt"), subject.request().threads())) {
        settings.add(engine.settings());
        List<String> names = subject.torch().outputs().stream().map(o -> o.name()).toList();
        torch32.addAll(
            names.size() == 1
                ? engine.run(subject.torchInputs())
                : engine.run(subject.torchInputs(), names));
      }
      if (!taps.isEmpty()) {
        List<TensorValue> tapped = torch(DType.FLOAT32);
        torch32.addAll(tapped.subList(outputs.size(), tapped.size()));
      }
      progress.step("comparing", 4, 5);
      return new Answers(tf64, torch64, tf32, torch32, taps, islands, settings);
    }

    /** Each endpoint once, however often it is asked for: an output may be a boundary too. */
    private static List<TensorValue> fetch(
        TensorFlowEngine engine, Map<Endpoint, TensorValue> feeds, List<Endpoint> wanted) {
      List<Endpoint> distinct = wanted.stream().distinct().toList();
      List<TensorValue> values = engine.run(feeds, distinct);
      Map<Endpoint, TensorValue> byEndpoint = new LinkedHashMap<>();
      for (int i = 0; i < distinct.size(); i++) {
        byEndpoint.put(distinct.get(i), values.get(i));
      }
      return wanted.stream().map(byEndpoint::get).toList();
    }

    private TensorFlowEngine tensorflow(Precision precision) throws IOException {
      return TensorFlowEngine.open(
          new TensorFlowGraph(subject.graph().inlinedGraph(), subject.tensorflow().handles()),
          subject.tensorflow().variables(),
          subject.tensorflow().tensors(),
          precision,
          subject.request().threads());
    }

    /** The graph exactly as the file has it, so that inlining is part of what is proven. */
    private List<TensorValue> tensorflowAsStored() throws IOException {
      GraphSource file = subject.graph();
      Signature stored = file.originalSignature();
      Map<String, Endpoint> byKey = new LinkedHashMap<>();
      stored.outputs().forEach(o -> byKey.put(o.key(), o.endpoint()));
      Map<Endpoint, TensorValue> feeds = new LinkedHashMap<>();
      stored.inputs().forEach(i -> feeds.put(i.endpoint(), subject.inputs().get(i.key())));
      try (TensorFlowEngine engine =
          TensorFlowEngine.open(
              new TensorFlowGraph(file.originalGraph(), subject.tensorflow().handles()),
              subject.tensorflow().variables(),
              subject.tensorflow().tensors(),
              Precision.FLOAT32,
              subject.request().threads())) {
        return fetch(
            engine,
            feeds,
            subject.torch().outputs().stream().map(o -> byKey.get(o.name())).toList());
      }
    }

    private Map<Endpoint, TensorValue> feeds() {
      Map<Endpoint, TensorValue> feeds = new LinkedHashMap<>();
      subject
          .tensorflow()
          .signature()
          .inputs()
          .forEach(i -> feeds.put(i.endpoint(), subject.inputs().get(i.key())));
      return feeds;
    }

    private List<TensorValue> torch(DType floatType) throws IOException {
      Path archive = folder.resolve("taps-" + floatType.torchName() + ".pt");
      TorchScriptWriter.write(subject.asConverted(taps), weights, floatType, true, archive);
      try (TorchEngine engine = TorchEngine.open(archive, subject.request().threads())) {
        return engine.run(
            subject.torchInputs().stream()
                .map(v -> floatType == DType.FLOAT64 ? widened(v) : v)
                .toList());
      } finally {
        Files.delete(archive);
      }
    }

    private static TensorValue widened(TensorValue value) {
      return value.dtype() == DType.FLOAT32
          ? TensorValue.ofDoubles(DType.FLOAT64, value.shape(), value.doubles())
          : value;
    }
  }
}
