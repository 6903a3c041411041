package io.github.tf2torch.translate.mapping;

import io.github.tf2torch.model.source.Provenance;
import io.github.tf2torch.model.source.Role;
import io.github.tf2torch.model.source.TensorFile;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.rules.mapping.RuleFile;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorSource;
import io.github.tf2torch.translate.Translation;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Sources and targets of a name and a shape each, and what becomes of them. */
final class MappedModels {
  /** A target without values; {@code a=b[2]} is one tensor under two names. */
  record Target(List<Variable> variables) implements TensorFile {
    static Target of(String... tensors) {
      return new Target(Arrays.stream(tensors).map(MappedModels::tensor).toList());
    }

    @Override
    public Provenance provenance() {
      return new Provenance("target.pt", "PyTorch checkpoint", "");
    }

    @Override
    public TensorSource tensors() {
      return (name, offset, target) -> target.position(target.limit());
    }

    @Override
    public void close() {}
  }

  private static Variable tensor(String text) {
    List<String> names = List.of(text.substring(0, text.indexOf('[')).split("="));
    String dims = text.substring(text.indexOf('[') + 1, text.indexOf(']'));
    List<Long> extents =
        dims.isEmpty() ? List.of() : Arrays.stream(dims.split(", ")).map(Long::parseLong).toList();
    String name = names.get(0);
    Role role = name.contains("/adam_") ? Role.SLOT : Role.WEIGHT;
    DType dtype = text.endsWith("int64") ? DType.INT64 : DType.FLOAT32;
    dtype = text.endsWith("half") ? DType.FLOAT16 : dtype;
    return new Variable(
        name, name, dtype, new Shape(extents), role, names.subList(1, names.size()));
  }

  static TfModel source(String... variables) {
    return TfModel.of(
        new Provenance("model.ckpt", "test", ""),
        Arrays.stream(variables).map(MappedModels::tensor).toList(),
        List.of(),
        (name, offset, target) -> {},
        List.of());
  }

  static Translation translated(TfModel source, Target target, String rules) throws IOException {
    Optional<RuleFile> file =
        rules.isEmpty() ? Optional.empty() : Optional.of(RuleFile.parse("my.yaml", rules));
    return IntoModel.translate(source, target, file, List.of(), "Model");
  }

  static List<String> recipes(Translation translation) {
    return translation.model().tensors().stream()
        .map(t -> t.name() + " = " + t.recipe().describe())
        .toList();
  }

  private MappedModels() {}
}
