package io.github.tf2torch.convert;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.source.Provenance;
import io.github.tf2torch.model.source.Role;
import io.github.tf2torch.model.source.TensorFile;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.tensor.TensorSource;
import io.github.tf2torch.tensor.TensorValue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A source's variables; of a frozen graph, which has none, its constants. */
final class SourceTensors implements TensorFile {
  private final Source source;
  private final TfModel model;
  private final List<Variable> variables;
  private final TensorSource tensors;

  /** The source is closed with it. */
  SourceTensors(Source source) throws IOException {
    this.source = source;
    TfModel stored = source.variables();
    this.model = stored;
    if (stored.variables().isEmpty() && !stored.graph().nodes().isEmpty()) {
      Map<String, TensorValue> constants = constants(stored);
      this.variables = variables(constants);
      this.tensors = new Constants(constants);
    } else {
      this.variables = stored.variables();
      this.tensors = stored.tensors();
    }
  }

  private static Map<String, TensorValue> constants(TfModel model) {
    Map<String, TensorValue> constants = new LinkedHashMap<>();
    for (Node node : model.graph().nodes()) {
      if (node.op().equals("Const") && node.attrs().get("value") instanceof Attr.Tensor tensor) {
        constants.put(node.name(), tensor.value());
      }
    }
    return constants;
  }

  private static List<Variable> variables(Map<String, TensorValue> constants) {
    List<Variable> variables = new ArrayList<>();
    constants.forEach(
        (name, value) -> {
          boolean isWeight = value.dtype().isFloating() && value.shape().rank() > 0;
          Role role = isWeight ? Role.WEIGHT : Role.OTHER;
          variables.add(new Variable(name, name, value.dtype(), value.shape(), role, List.of()));
        });
    return variables;
  }

  private record Constants(Map<String, TensorValue> values) implements TensorSource {
    @Override
    public void read(String name, long offset, ByteBuffer target) {
      TensorValue value = values.get(name);
      if (value == null) {
        throw new IllegalArgumentException("no constant is named \"" + name + "\"");
      }
      target.put(value.bytes().slice(Math.toIntExact(offset), target.remaining()));
    }
  }

  @Override
  public Provenance provenance() {
    return model.provenance();
  }

  @Override
  public List<Variable> variables() {
    return variables;
  }

  @Override
  public TensorSource tensors() {
    return tensors;
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
