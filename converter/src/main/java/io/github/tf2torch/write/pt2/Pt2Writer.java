package io.github.tf2torch.write.pt2;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.write.pass.TensorFilePlan;
import io.github.tf2torch.write.pass.TiedTensors;
import io.github.tf2torch.write.pass.ZipFilePlan;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The archive of {@code torch.export}: the graph as JSON, and a file of raw bytes for each tensor.
 *
 * <p>Format: {@code torch/export/pt2_archive}, archive version 0.
 */
public final class Pt2Writer {
  private static final String ROOT = "model/";
  private static final String WEIGHTS = "data/weights/";

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

  /** The archive in the types that its tensors have. */
  public static Archive archive(TorchModel model, Path file) {
    return archive(model, Optional.empty(), file);
  }

  /**
   * The archive, in eval form, to be written with other files in one pass.
   *
   * @param dtype of everything floating-point; that of the program where it is empty
   * @throws io.github.tf2torch.problem.UnsupportedOperation where the program is no one graph of
   *     ATen calls with known sizes, with the reason
   */
  public static Archive archive(TorchModel model, Optional<DType> dtype, Path file) {
    ExportedProgram program = ExportedProgram.of(model, dtype);
    List<TorchModel.Tensor> tensors = ExportedProgram.ordered(model);
    Map<String, String> tied = TiedTensors.of(tensors);
    ZipFilePlan plan =
        new ZipFilePlan(file)
            .add(ROOT + "archive_format", "pt2")
            .add(ROOT + "archive_version", "0")
            .add(ROOT + "byteorder", "little");
    index(model, program).forEach(plan::add);
    plan.add(ROOT + "data/constants/model_constants_config.json", "{\"config\": {}}")
        .add(ROOT + "data/sample_inputs/model.pt", SampleInputs.archive(program.samples()));
    entries(model)
        .forEach(
            (tensor, entry) -> {
              if (!tied.containsKey(tensor.name())) {
                plan.add(entry, tensor.recipe());
              }
            });
    return new Archive(plan.add(ROOT + ".data/version", "6\n"), program.notes());
  }

  /** What says how the archive computes and where its tensors are, by the names of its entries. */
  public static Map<String, byte[]> index(TorchModel model) {
    return index(model, ExportedProgram.of(model, Optional.empty()));
  }

  private static Map<String, byte[]> index(TorchModel model, ExportedProgram program) {
    Map<String, byte[]> documents = new LinkedHashMap<>();
    documents.put(ROOT + "models/model.json", utf8(program.json()));
    documents.put(ROOT + WEIGHTS + "model_weights_config.json", utf8(weights(entries(model))));
    return documents;
  }

  /** The entry that holds each tensor's bytes; tied ones share theirs. */
  public static Map<TorchModel.Tensor, String> entries(TorchModel model) {
    List<TorchModel.Tensor> tensors = ExportedProgram.ordered(model);
    Map<String, String> tied = TiedTensors.of(tensors);
    Map<String, String> files = new LinkedHashMap<>();
    for (TorchModel.Tensor tensor : tensors) {
      if (!tied.containsKey(tensor.name())) {
        files.put(tensor.name(), ROOT + WEIGHTS + "weight_" + files.size());
      }
    }
    Map<TorchModel.Tensor, String> entries = new LinkedHashMap<>();
    tensors.forEach(t -> entries.put(t, files.get(tied.getOrDefault(t.name(), t.name()))));
    return entries;
  }

  private static byte[] utf8(ObjectNode document) {
    return document.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static ObjectNode weights(Map<TorchModel.Tensor, String> entries) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    ObjectNode config = root.putObject("config");
    entries.forEach(
        (tensor, path) -> {
          ObjectNode entry = config.putObject(tensor.name());
          entry.put("path_name", path.substring(path.lastIndexOf('/') + 1));
          entry.put("is_param", tensor.kind() == TorchModel.Kind.PARAMETER);
          entry.put("use_pickle", false);
          entry.set(
              "tensor_meta",
              ArgumentJson.form(
                  ExportedProgram.form(tensor.recipe()), ExportedProgram.isTrained(tensor)));
        });
    return root;
  }
}
