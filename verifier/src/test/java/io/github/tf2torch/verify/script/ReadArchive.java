package io.github.tf2torch.verify.script;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.TensorFile;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Layout;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.read.torch.ScriptModule;
import io.github.tf2torch.read.torch.TorchFiles;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.TorchEngine;
import io.github.tf2torch.write.torchscript.TorchScriptWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An archive as the reader reads it, written and run again. */
final class ReadArchive {
  private final Path archive;
  private final Path folder;
  private final List<TensorValue> inputs;

  /**
   * An archive.
   *
   * @param folder to write in
   */
  ReadArchive(Path archive, Path folder, List<TensorValue> inputs) {
    this.archive = archive;
    this.folder = folder;
    this.inputs = inputs;
  }

  /** What the archive itself gives, by name. */
  Map<String, TensorValue> archiveOutputs() {
    try (TorchEngine engine = TorchEngine.open(archive, 1)) {
      return engine.outputs(inputs);
    }
  }

  ScriptProgram program() throws IOException {
    Map<String, String> names = new HashMap<>();
    try (TensorFile file = TorchFiles.open(archive).orElseThrow()) {
      for (Variable variable : file.variables()) {
        variable.aliases().forEach(alias -> names.put(alias, variable.name()));
      }
    }
    ScriptModule module = ScriptModule.read(archive);
    return ScriptReader.read(
        module, path -> names.getOrDefault(path, path), (body, expr) -> extent(module, body, expr));
  }

  private Extents.Found extent(ScriptModule module, List<Statement> before, Expr expr) {
    List<Statement> body = new ArrayList<>(before);
    body.add(new Statement.Assign("probed", Expr.aten("clone", expr)));
    try {
      TensorValue found = run(module, body, List.of("probed")).get(0);
      return new Extents.Found(found.shape(), found.dtype());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the program gives for the outputs of these names. */
  List<TensorValue> outputs(ScriptProgram program, List<String> names) throws IOException {
    return run(
        ScriptModule.read(archive),
        program.body(),
        names.stream().map(program.outputs()::get).toList());
  }

  private List<TensorValue> run(ScriptModule module, List<Statement> body, List<String> locals)
      throws IOException {
    Path out = Files.createTempDirectory(folder, "read").resolve("read.pt");
    try (TensorFile file = TorchFiles.open(archive).orElseThrow()) {
      List<TorchModel.Input> taken = new ArrayList<>();
      for (int i = 0; i < inputs.size(); i++) {
        String name = "in_" + i;
        Layout layout = Layout.tensorflow(inputs.get(i).shape().rank());
        taken.add(
            new TorchModel.Input(
                name,
                name,
                new Endpoint(name, 0),
                inputs.get(i).dtype(),
                new Dims(List.of()),
                layout));
      }
      List<TorchModel.Tensor> tensors = new ArrayList<>();
      for (Variable v : file.variables()) {
        tensors.add(
            new TorchModel.Tensor(
                v.name(),
                TorchModel.Kind.BUFFER,
                new TensorExpr.Stored(v.name(), v.dtype(), v.shape())));
      }
      for (int i = 0; i < module.constants().size(); i++) {
        String name = "constant_" + i;
        module
            .constants()
            .get(i)
            .ifPresent(
                c ->
                    tensors.add(
                        new TorchModel.Tensor(
                            name, TorchModel.Kind.BUFFER, new TensorExpr.Constant(name, c))));
      }
      List<TorchModel.Tap> taps = new ArrayList<>();
      for (String local : locals) {
        taps.add(
            new TorchModel.Tap(
                new Endpoint(local, 0), local, DType.FLOAT32, Layout.tensorflow(0), local));
      }
      TorchModel model = new TorchModel("Read", taken, List.of(), tensors, body, List.of(), taps);
      TorchScriptWriter.write(model, file.tensors(), DType.FLOAT32, true, out);
      try (TorchEngine engine = TorchEngine.open(out, 1)) {
        return engine.run(inputs);
      }
    }
  }
}
