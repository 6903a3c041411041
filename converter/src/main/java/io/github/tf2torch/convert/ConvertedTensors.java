package io.github.tf2torch.convert;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.tf2torch.model.source.Provenance;
import io.github.tf2torch.model.source.Role;
import io.github.tf2torch.model.source.TensorFile;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.RecipeTensors;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The tensors that a source becomes when it is converted as a {@code conversion.json} says: under
 * PyTorch's names, in PyTorch's layout, made when they are read.
 */
final class ConvertedTensors implements TensorFile {
  private final Source source;
  private final Provenance provenance;
  private final List<Variable> variables;
  private final TensorSource tensors;

  private ConvertedTensors(Source source, Path folder, TfModel model, List<TorchModel.Tensor> all) {
    this.source = source;
    Provenance stored = model.provenance();
    this.provenance =
        new Provenance(
            stored.path(), stored.format() + " through the recipes of " + folder, stored.writer());
    this.variables = all.stream().map(ConvertedTensors::variable).toList();
    Map<String, TensorExpr> recipes = new LinkedHashMap<>();
    all.forEach(t -> recipes.put(t.name(), t.recipe()));
    this.tensors = new RecipeTensors(recipes, model.tensors());
  }

  /**
   * @param folder the conversion that says how
   */
  static ConvertedTensors open(Path path, Path folder, JsonNode conversion) throws IOException {
    Source source = Source.open(path, ConversionFile.readOptions(conversion));
    try {
      TfModel model = source.model();
      ConvertOptions options = ConvertOptions.fromJson(conversion.path("options"));
      List<TorchModel.Tensor> all = Converter.translate(model, options).model().tensors();
      return new ConvertedTensors(source, folder, model, all);
    } catch (IOException | RuntimeException e) {
      source.close();
      throw e;
    }
  }

  private static Variable variable(TorchModel.Tensor tensor) {
    return new Variable(
        tensor.name(),
        tensor.name(),
        tensor.recipe().dtype(),
        tensor.recipe().shape(),
        Role.WEIGHT,
        List.of());
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
    return tensors;
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
