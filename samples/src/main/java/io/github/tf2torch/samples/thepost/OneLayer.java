package io.github.tf2torch.samples.thepost;

import io.github.tf2torch.convert.ConvertOptions;
import io.github.tf2torch.convert.Converter;
import io.github.tf2torch.convert.Progress;
import io.github.tf2torch.convert.Source;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorSource;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.Gradients;
import io.github.tf2torch.verify.engine.GraphBuilder;
import io.github.tf2torch.verify.engine.Precision;
import io.github.tf2torch.verify.engine.SymbolicTensor;
import io.github.tf2torch.verify.engine.TensorFlowEngine;
import io.github.tf2torch.verify.engine.TensorFlowGraph;
import io.github.tf2torch.verify.engine.TorchEngine;
import io.github.tf2torch.verify.engine.TorchGradients;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** One layer as a graph of TensorFlow's, and as what it converts to, on one input. */
final class OneLayer {
  private static final TensorSource NO_VARIABLES =
      (name, offset, target) -> {
        throw new AssertionError("a layer of constants has no variable " + name);
      };

  private final TensorValue input;
  private final TensorValue torchInput;
  private final TensorFlowGraph graph;
  private final Endpoint fed;
  private final Endpoint result;

  private OneLayer(
      TensorValue input,
      TensorValue torchInput,
      TensorFlowGraph graph,
      Endpoint fed,
      Endpoint result) {
    this.input = input;
    this.torchInput = torchInput;
    this.graph = graph;
    this.fed = fed;
    this.result = result;
  }

  /** What is built on the input. */
  interface Layer {
    SymbolicTensor on(GraphBuilder graph, SymbolicTensor x);
  }

  static OneLayer of(TensorValue input, Layer layer) {
    try (GraphBuilder builder = new GraphBuilder()) {
      SymbolicTensor x = builder.placeholder("x", input.dtype(), input.shape());
      SymbolicTensor result = layer.on(builder, x);
      return new OneLayer(input, input, builder.build(), x.endpoint(), result.endpoint());
    }
  }

  /** The same for PyTorch's images, channels first; with one channel the numbers lie alike. */
  OneLayer ofGreyImages() {
    List<Long> nhwc = input.shape().dims();
    Shape nchw = Shape.of(nhwc.get(0), 1, nhwc.get(1), nhwc.get(2));
    TensorValue images = TensorValue.ofDoubles(input.dtype(), nchw, input.doubles());
    return new OneLayer(input, images, graph, fed, result);
  }

  TensorValue tensorflow() {
    try (TensorFlowEngine engine =
        TensorFlowEngine.open(graph, List.of(), NO_VARIABLES, Precision.FLOAT32, 1)) {
      return engine.run(Map.of(fed, input), List.of(result)).get(0);
    }
  }

  /** The conversion's result for the same input, in PyTorch's order of axes. */
  TensorValue torch(Path folder, boolean isTraining) throws IOException {
    try (TorchEngine engine = TorchEngine.open(converted(folder), 1)) {
      if (isTraining) {
        engine.train();
      }
      return engine.run(List.of(torchInput)).get(0);
    }
  }

  private Path converted(Path folder) throws IOException {
    Path file = Files.createDirectories(folder).resolve("layer.pb");
    Files.write(file, graph.graph().toByteArray());
    try (Source source = Source.open(file)) {
      Converter.convert(
          source, folder.resolve("out"), ConvertOptions.defaults(), Progress.silent());
    }
    return folder.resolve("out").resolve("model.torchscript.pt");
  }

  /** {@code tape.gradient}: of the result, each element times its weight, for the input. */
  TensorValue tensorflowGradient(TensorValue weights) {
    try (TensorFlowEngine engine =
            TensorFlowEngine.openDifferentiable(
                graph, List.of(), NO_VARIABLES, Precision.FLOAT32, 1);
        Gradients gradients =
            engine.gradients(Map.of(fed, input), Map.of(result, weights), List.of(fed))) {
      return gradients.of(fed).orElseThrow().copy();
    }
  }

  /** {@code torch.autograd.grad} with these {@code grad_outputs}. */
  TensorValue torchGradient(Path folder, TensorValue weights) throws IOException {
    try (TorchEngine engine = TorchEngine.openDifferentiable(converted(folder), 1);
        TorchGradients gradients = engine.gradients(List.of(torchInput), Map.of("0", weights))) {
      return gradients.inputs().get(0).orElseThrow().copy();
    }
  }
}
