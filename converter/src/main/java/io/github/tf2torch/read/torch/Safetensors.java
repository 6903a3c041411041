package io.github.tf2torch.read.torch;

import io.github.tf2torch.model.source.Provenance;
import io.github.tf2torch.model.source.TensorFile;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.tensor.TensorSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The tensors of one safetensors file. */
public final class Safetensors implements TensorFile {
  private final SafetensorsFile file;
  private final Provenance provenance;
  private final List<Variable> variables;

  private Safetensors(SafetensorsFile file, Path path) {
    this.file = file;
    this.provenance = new Provenance(path.toString(), "safetensors", "");
    this.variables =
        file.entries().values().stream()
            .map(
                e ->
                    new Variable(
                        e.name(),
                        e.name(),
                        e.dtype(),
                        e.shape(),
                        StateDict.role(e.name()),
                        List.of()))
            .toList();
  }

  /** Whether the file begins with a header's length, and then a brace. */
  public static boolean recognises(Path path) throws IOException {
    return FileStart.of(path).map(FileStart::isSafetensors).orElse(false);
  }

  public static Safetensors open(Path path) throws IOException {
    return new Safetensors(SafetensorsFile.open(path), path);
  }

  @Override
  public Provenance provenance() {
    return provenance;
  }

  @Override
  public List<Variable> variables() {
    return variables;
  }

  @Override
  public TensorSource tensors() {
    return file;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
