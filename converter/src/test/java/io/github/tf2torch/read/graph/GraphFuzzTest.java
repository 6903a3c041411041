package io.github.tf2torch.read.graph;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.source.TfSource;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.problem.Problem;
import io.github.tf2torch.read.BoundedReading;
import io.github.tf2torch.tensor.DType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.proto.GraphDef;

/** Graphs that no TensorFlow wrote. */
class GraphFuzzTest {
  /** Lets {@link BoundedReading} pass 76 MB more: what a small graph may be blown up to. */
  private static final long BLOWN_UP = 200_000;

  @TempDir Path folder;

  @FuzzTest(maxDuration = "5m")
  void aFileIsReadOrRefused(byte[] file) {
    readGraph("x.pb", file, MessageFile.Limits.USUAL);
  }

  @FuzzTest(maxDuration = "5m")
  void aMappedFileIsReadOrRefused(byte[] file) {
    readGraph("x.pb", file, FrozenGraphTest.MAPPED);
  }

  @FuzzTest(maxDuration = "5m")
  void aTextIsReadOrRefused(byte[] file) {
    readGraph("x.pbtxt", file, MessageFile.Limits.USUAL);
  }

  @FuzzTest(maxDuration = "5m")
  void aGraphIsReadOrRefused(@NotNull GraphDef graph) {
    readGraph("x.pb", graph.toByteArray(), MessageFile.Limits.USUAL);
  }

  @FuzzTest(maxDuration = "5m")
  void aSavedModelIsReadOrRefused(byte[] file) {
    BoundedReading.of(
        file.length + BLOWN_UP,
        () -> {
          Files.write(folder.resolve("saved_model.pb"), file);
          try (SavedModel model = SavedModel.open(folder)) {
            readAll(model);
          }
        });
  }

  @FuzzTest(maxDuration = "5m")
  void aMetaGraphIsReadOrRefused(byte[] file) {
    BoundedReading.of(
        file.length + BLOWN_UP,
        () -> {
          Path values = folder.resolve("model.ckpt");
          Files.copy(
              MetaGraphTest.meta("adam").resolveSibling("model.ckpt"),
              values,
              StandardCopyOption.REPLACE_EXISTING);
          Path meta = Files.write(folder.resolve("model.ckpt.meta"), file);
          try (MetaGraph graph = MetaGraph.open(meta, ReadOptions.defaults())) {
            readAll(graph);
          }
        });
  }

  /** The seeds of a fuzzer, each given to the readers of other files, too. */
  @ParameterizedTest
  @MethodSource("fixtures")
  void aFixtureIsReadOrRefusedByEveryReader(Path fixture) throws IOException {
    byte[] file = Files.readAllBytes(fixture);
    aFileIsReadOrRefused(file);
    aMappedFileIsReadOrRefused(file);
    aTextIsReadOrRefused(file);
    aSavedModelIsReadOrRefused(file);
    aMetaGraphIsReadOrRefused(file);
  }

  static Stream<Path> fixtures() throws IOException {
    Path graphs = FrozenGraphTest.fixture("net.pb").resolveSibling(".");
    Path models = SavedModelTest.fixture("twins").resolveSibling(".");
    try (Stream<Path> a = Files.walk(graphs);
        Stream<Path> b = Files.walk(models);
        Stream<Path> c = Files.walk(MetaGraphTest.meta("adam").resolveSibling(".."))) {
      return Stream.of(a, b, c)
          .flatMap(s -> s)
          .filter(p -> p.toString().matches(".*\\.(pb|pbtxt|meta)"))
          .sorted()
          .toList()
          .stream();
    }
  }

  private void readGraph(String name, byte[] file, MessageFile.Limits limits) {
    BoundedReading.of(
        file.length + BLOWN_UP,
        () -> {
          Path path = Files.write(folder.resolve(name), file);
          try (FrozenGraph graph = FrozenGraph.open(path, ReadOptions.defaults(), limits)) {
            readAll(graph);
          }
        });
  }

  private static void readAll(GraphSource source) throws IOException {
    readVariables(source);
    TfModel model = source.model();
    source.inlinedGraph();
    readBytes(model);
  }

  private static void readVariables(TfSource source) throws IOException {
    try {
      readBytes(source.variables());
    } catch (Problem refused) {
      // the model is another question
    }
  }

  private static void readBytes(TfModel model) throws IOException {
    for (Variable variable : model.variables()) {
      if (variable.dtype() == DType.STRING) {
        model.tensors().strings(variable.name());
      } else if (variable.bytes() > 0) {
        model.tensors().read(variable.name(), variable.bytes() - 1, ByteBuffer.allocate(1));
      }
    }
  }
}
