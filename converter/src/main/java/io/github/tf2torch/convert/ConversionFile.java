package io.github.tf2torch.convert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Provenance;
import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.model.target.Layout;
import io.github.tf2torch.model.target.TorchLoss;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.model.target.TorchOptimizer;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.translate.Account;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code conversion.json}: where every tensor comes from, and how to convert again. */
public final class ConversionFile {
  public static final String NAME = "conversion.json";

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private ConversionFile() {}

  static void write(Conversion conversion, ConvertOptions options, Path file) throws IOException {
    write(describe(conversion, options), file);
  }

  static void write(ObjectNode document, Path file) throws IOException {
    Files.writeString(file, JsonText.indented(document) + "\n");
  }

  /** The document that {@code convert --json} prints, too. */
  public static ObjectNode describe(Conversion conversion, ConvertOptions options) {
    TorchModel model = conversion.translation().model();
    Account account = conversion.translation().account();
    ObjectNode root = JSON.objectNode();
    root.put("version", 1);
    root.set("source", source(conversion.source().provenance()));
    ObjectNode chosen = options.toJson();
    ReadOptionsJson.write(conversion.read(), conversion.source().signature().name(), chosen);
    root.set("options", chosen);
    root.set("files", strings(conversion.files()));
    if (model.computes()) {
      root.putObject("model").put("module", "model").put("class", model.className());
    }
    ArrayNode inputs = root.putArray("inputs");
    model
        .inputs()
        .forEach(i -> inputs.add(value(i.name(), i.key(), i.dtype(), i.dims(), i.layout())));
    ArrayNode outputs = root.putArray("outputs");
    model
        .outputs()
        .forEach(o -> outputs.add(value(o.name(), o.name(), o.dtype(), o.dims(), o.layout())));
    ArrayNode tensors = root.putArray("tensors");
    for (TorchModel.Tensor tensor : model.tensors()) {
      ObjectNode node = tensor(tensor, conversion.checksums());
      Optional.ofNullable(conversion.sha256().get(tensor.name()))
          .ifPresent(digest -> node.put("sha256", digest));
      tensors.add(node);
    }
    root.set("variables", VariablesJson.of(conversion.source().variables(), conversion.numbers()));
    ArrayNode dropped = root.putArray("dropped");
    for (Account.Dropped d : conversion.dropped()) {
      dropped.addObject().put("name", d.name()).put("reason", d.reason());
    }
    root.set("unknown", strings(account.unknown()));
    root.set("assumed", strings(account.assumed()));
    root.set("lossy", strings(account.lossy()));
    conversion.optimizer().ifPresent(o -> root.set("optimizer", OptimizerJson.of(o)));
    conversion.loss().ifPresent(loss -> root.set("loss", loss(loss)));
    return root;
  }

  /** How its function in {@code model.py} is called. */
  private static ObjectNode loss(TorchLoss loss) {
    ObjectNode node = JSON.objectNode().put("module", "model").put("function", "loss");
    node.set("arguments", strings(loss.arguments()));
    return node.put("source", loss.program().outputs().get(0).source().toString());
  }

  /** The lines of Python with which training goes on in PyTorch. */
  public static List<String> trainingLines(TorchOptimizer optimizer, TorchModel model) {
    return OptimizerJson.lines(optimizer, model);
  }

  /** With what the source has to be opened to read the same again. */
  public static ReadOptions readOptions(JsonNode conversion) {
    return ReadOptionsJson.read(conversion.path("options"));
  }

  static ObjectNode source(Provenance provenance) {
    return JSON.objectNode()
        .put("path", provenance.path())
        .put("format", provenance.format())
        .put("writer", provenance.writer());
  }

  /** Shape as torch holds it, -1 where an extent is free; axes: TensorFlow's axis in each place. */
  private static ObjectNode value(String name, String key, DType dtype, Dims dims, Layout layout) {
    ObjectNode node =
        JSON.objectNode().put("name", name).put("key", key).put("dtype", dtype.torchName());
    ArrayNode shape = node.putArray("shape");
    ArrayNode axes = node.putArray("axes");
    for (int axis : layout.order().axes()) {
      shape.add(dims.extent(axis));
      axes.add(axis);
    }
    return node;
  }

  static ObjectNode tensor(TorchModel.Tensor tensor, Map<String, String> checksums) {
    ObjectNode node =
        JSON.objectNode()
            .put("name", tensor.name())
            .put("dtype", tensor.recipe().dtype().torchName());
    ArrayNode shape = node.putArray("shape");
    tensor.recipe().shape().dims().forEach(shape::add);
    node.set("sources", strings(List.copyOf(tensor.recipe().variables())));
    node.put("recipe", tensor.recipe().describe());
    if (checksums.containsKey(tensor.name())) {
      node.put("checksum", checksums.get(tensor.name()));
    }
    return node;
  }

  static ArrayNode strings(List<String> values) {
    ArrayNode array = JSON.arrayNode();
    values.forEach(array::add);
    return array;
  }
}
