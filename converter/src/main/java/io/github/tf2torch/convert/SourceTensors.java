package io.github.tf2torch.convert;

import io.github.tf2torch.model.source.Provenance;
import io.github.tf2torch.model.source.TensorFile;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.tensor.TensorSource;
import java.io.IOException;
import java.util.List;

/** The variables of a source, whatever it computes. */
final class SourceTensors implements TensorFile {
  private final Source source;
  private final TfModel model;

  /** The source is closed with it. */
  SourceTensors(Source source) throws IOException {
    this.source = source;
    this.model = source.variables();
  }

  @Override
  public Provenance provenance() {
    return model.provenance();
  }

  @Override
  public List<Variable> variables() {
    return model.variables();
  }

  @Override
  public TensorSource tensors() {
    return model.tensors();
  }

  @Override
  public List<String> problems() {
    return model.problems();
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
