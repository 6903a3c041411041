package io.github.tf2torch.write.pt2;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.write.pass.TensorFilePlan;
import io.github.tf2torch.write.pass.TiedTensors;
import io.github.tf2torch.write.pass.ZipFilePlan;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The archive of {@code torch.export}: the graph as JSON, and a file of raw bytes for each tensor.
 *
 * <p>Format: {@code torch/export/pt2_archive}, archive version 0.
 */
public final class Pt2Writer {
  private static final String ROOT = "model/";

  private Pt2Writer() {}

  /**
   * The file, and what its reader should know.
   *
   * @param notes in words, of what the program has and the archive has not
   */
  public record Archive(TensorFilePlan plan, List<String> notes) {
    public Archive {
      notes = List.copyOf(notes);
    }
  }

  /**
   * The archive, in eval form, to be written with other files in one pass.
   *
   * @throws io.github.tf2torch.problem.UnsupportedOperation where the program is no one graph of
   *     ATen calls with known sizes, with the reason
   */
  public static Archive archive(TorchModel model, Path file) {
    ExportedProgram program = ExportedProgram.of(model);
    List<TorchModel.Tensor> tensors = ExportedProgram.ordered(model);
    Map<String, String> tied = TiedTensors.of(tensors);
    Map<String, String> files = new LinkedHashMap<>();
    for (TorchModel.Tensor tensor : tensors) {
      if (!tied.containsKey(tensor.name())) {
        files.put(tensor.name(), "weight_" + files.size());
      }
    }
    ZipFilePlan plan =
        new ZipFilePlan(file)
            .add(ROOT + "archive_format", "pt2")
            .add(ROOT + "archive_version", "0")
            .add(ROOT + "byteorder", "little")
            .add(ROOT + "models/model.json", utf8(program.json()))
            .add(
                ROOT + "data/weights/model_weights_config.json",
                utf8(weights(tensors, tied, files)))
            .add(ROOT + "data/constants/model_constants_config.json", "{\"config\": {}}")
            .add(ROOT + "data/sample_inputs/model.pt", "");
    for (TorchModel.Tensor tensor : tensors) {
      String name = files.get(tensor.name());
      if (name != null) {
        plan.add(ROOT + "data/weights/" + name, tensor.recipe());
      }
    }
    return new Archive(plan.add(ROOT + ".data/version", "6\n"), program.notes());
  }

  private static byte[] utf8(ObjectNode document) {
    return document.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static ObjectNode weights(
      List<TorchModel.Tensor> tensors, Map<String, String> tied, Map<String, String> files) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    ObjectNode config = root.putObject("config");
    for (TorchModel.Tensor tensor : tensors) {
      ObjectNode entry = config.putObject(tensor.name());
      entry.put("path_name", files.get(tied.getOrDefault(tensor.name(), tensor.name())));
      entry.put("is_param", tensor.kind() == TorchModel.Kind.PARAMETER);
      entry.put("use_pickle", false);
      entry.set(
          "tensor_meta",
          ArgumentJson.form(
              ExportedProgram.form(tensor.recipe()), ExportedProgram.isTrained(tensor)));
    }
    return root;
  }
}
