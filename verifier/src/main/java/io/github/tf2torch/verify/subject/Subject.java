package io.github.tf2torch.verify.subject;

import io.github.tf2torch.convert.Source;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.problem.UnsupportedFile;
import io.github.tf2torch.read.graph.GraphSource;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.translate.Translation;
import io.github.tf2torch.verify.engine.TensorView;
import io.github.tf2torch.verify.inputs.NpyFile;
import io.github.tf2torch.verify.inputs.SeededInputs;
import io.github.tf2torch.verify.judge.Arrangement;
import io.github.tf2torch.verify.judge.Comparison;
import io.github.tf2torch.verify.judge.Judgement;
import io.github.tf2torch.verify.judge.OwnJudgement;
import io.github.tf2torch.verify.judge.Place;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What is verified: the source, translated again as {@code conversion.json} says, and the files
 * that the conversion left.
 *
 * @param checksums by tensor, as {@code conversion.json} records them
 * @param inputs by the signature's keys, in TensorFlow's order
 * @param own the user's own PyTorch model, where that is verified and no conversion
 * @param sourceGraph what TensorFlow runs
 * @param altered what becomes of the program before it is printed to be run
 */
public record Subject(
    VerifyRequest request,
    Source source,
    TfModel tensorflow,
    Translation translation,
    Map<String, String> checksums,
    Map<String, TensorValue> inputs,
    UnaryOperator<TorchModel> altered,
    Optional<OwnModel> own,
    SourceGraph sourceGraph)
    implements Closeable {
  /** The tensors that a conversion wrote, and every check reads. */
  public static final String WEIGHTS = "model.safetensors";

  /** How the keys of inputs begin that are what a layer would draw. */
  public static final String DRAWN = "drawn by ";

  /**
   * The inputs by the signature's keys.
   *
   * @param bounds the end of the range of whole numbers, where one is known
   */
  public static Map<String, TensorValue> inputs(
      VerifyRequest request, TfModel model, Map<String, Long> bounds) {
    if (request.inputs().file().isEmpty()) {
      return new SeededInputs(
              request.inputs().seed(), request.inputs().batch(), request.inputs().size(), bounds)
          .draw(model.signature());
    }
    Path file = request.inputs().file().get();
    Map<String, TensorValue> found;
    if (file.toString().endsWith(".npz") || model.signature().inputs().size() != 1) {
      found = NpyFile.readAll(file);
    } else {
      found = Map.of(model.signature().inputs().get(0).key(), NpyFile.read(file));
    }
    Map<String, TensorValue> inputs = new LinkedHashMap<>();
    model.signature().inputs().forEach(i -> inputs.put(i.key(), InputFile.checked(file, i, found)));
    return inputs;
  }

  /** What TensorFlow runs. */
  public GraphSource graph() {
    return sourceGraph
        .graph()
        .orElseThrow(() -> new UnsupportedFile(source.path() + ": " + sourceGraph.missing()));
  }

  public Path file(String name) {
    return request.torch().directory().resolve(name);
  }

  public boolean has(String name) {
    return Files.isRegularFile(file(name));
  }

  /** Whether what layers draw is among its inputs. */
  public boolean takesDraws() {
    return torch().inputs().stream().anyMatch(i -> i.key().startsWith(DRAWN));
  }

  public TorchModel torch() {
    return translation.model();
  }

  /** The program with its tensors taken from the conversion's own files. */
  public TorchModel asConverted(List<TorchModel.Tap> taps) {
    TorchModel model = torch();
    List<TorchModel.Tensor> stored =
        model.tensors().stream()
            .map(
                t ->
                    t.with(new TensorExpr.Stored(t.name(), t.recipe().dtype(), t.recipe().shape())))
            .toList();
    return altered.apply(
        new TorchModel(
            model.className(),
            model.inputs(),
            model.modules(),
            stored,
            model.body(),
            model.outputs(),
            taps));
  }

  /** The same with a program that is another than was converted, to see whether that is found. */
  public Subject withAltered(UnaryOperator<TorchModel> other) {
    return new Subject(
        request, source, tensorflow, translation, checksums, inputs, other, own, sourceGraph);
  }

  /** The same with all of TensorFlow's side. */
  public Subject withTensorflow(
      TfModel model, Translation translated, Map<String, TensorValue> drawn, SourceGraph graph) {
    return new Subject(request, source, model, translated, checksums, drawn, altered, own, graph);
  }

  /** The same with what was converted elsewhere. */
  public Subject withDirectory(Path directory) {
    return new Subject(
        request.withDirectory(directory),
        source,
        tensorflow,
        translation,
        checksums,
        inputs,
        altered,
        own,
        sourceGraph);
  }

  /** The same with another program. */
  public Subject withTranslation(Translation other) {
    return new Subject(
        request, source, tensorflow, other, checksums, inputs, altered, own, sourceGraph);
  }

  /** The same with what a conversion of the source computes beside a model of one's own. */
  public Subject withLikeness(TorchModel converted) {
    return new Subject(
        request,
        source,
        tensorflow,
        translation,
        checksums,
        inputs,
        altered,
        own.map(o -> o.withLikeness(converted)),
        sourceGraph);
  }

  /** The same with some of its outputs. */
  public Subject withOutputs(List<TorchModel.Output> some) {
    TorchModel model = torch();
    TorchModel fewer =
        new TorchModel(
            model.className(),
            model.inputs(),
            model.modules(),
            model.tensors(),
            model.body(),
            some,
            model.taps());
    List<Integer> places = some.stream().map(model.outputs()::indexOf).toList();
    return new Subject(
        request,
        source,
        tensorflow,
        translation.withModel(fewer),
        checksums,
        inputs,
        altered,
        own.map(o -> o.withOutputs(places)),
        sourceGraph);
  }

  /** The inputs in the order and the layouts of the program's arguments. */
  public List<TensorValue> torchInputs() {
    return torchInputs(inputs);
  }

  /** The same of other inputs. */
  public List<TensorValue> torchInputs(Map<String, TensorValue> given) {
    return torch().inputs().stream()
        .map(i -> Arrangement.toTorch(given.get(i.key()), i.layout()))
        .toList();
  }

  /** The checksum that {@code conversion.json} holds for a tensor. */
  public Optional<String> recordedChecksum(String tensor) {
    return Optional.ofNullable(checksums.get(tensor));
  }

  /** What float64 may part by: what people write holds decimals where TensorFlow holds float32. */
  public double bound64() {
    return own.isPresent() ? OwnJudgement.DECIMALS : Comparison.FLOAT64_BOUND;
  }

  /** What the float64 runs say of a tensor. */
  public Judgement judgement(Place place, TensorView tf64, TensorView torch64, boolean isFloat64) {
    return own.isPresent()
        ? OwnJudgement.of(place, tf64, torch64, isFloat64)
        : Judgement.of(place, tf64, torch64, isFloat64);
  }

  @Override
  public void close() throws IOException {
    source.close();
    if (own.isPresent()) {
      own.get().close();
    }
  }
}
