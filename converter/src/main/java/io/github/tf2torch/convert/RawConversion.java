package io.github.tf2torch.convert;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.tf2torch.io.OutputFolder;
import io.github.tf2torch.model.source.Provenance;
import io.github.tf2torch.model.source.TensorFile;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.translate.Account;
import io.github.tf2torch.write.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Variables written as they are stored, under their own names: slots, counters and all. Needs no
 * computation and no translation.
 *
 * @param files what the folder holds
 * @param checksums of each tensor as written, by name
 * @param variables all that the source has, written or not
 * @param notes what the output folder had to say
 */
public record RawConversion(
    Path directory,
    Provenance source,
    RawOptions options,
    List<TorchModel.Tensor> tensors,
    List<String> strings,
    List<Account.Dropped> dropped,
    List<String> assumed,
    List<String> files,
    Map<String, String> checksums,
    List<Variable> variables,
    List<String> notes) {
  private static final String TENSORS = "model.safetensors";

  public RawConversion {
    tensors = List.copyOf(tensors);
    strings = List.copyOf(strings);
    dropped = List.copyOf(dropped);
    assumed = List.copyOf(assumed);
    files = List.copyOf(files);
    checksums = Map.copyOf(checksums);
    variables = List.copyOf(variables);
    notes = List.copyOf(notes);
  }

  /**
   * Writes the variables of what lies at {@code path}, TensorFlow's or PyTorch's, into a folder
   * that appears whole or not at all.
   *
   * @throws io.github.tf2torch.problem.Problem where the source or the request is at fault; nothing
   *     is written then
   */
  public static RawConversion write(
      Path path, Path directory, RawOptions options, Progress progress) throws IOException {
    try (TensorFile file = TensorFiles.open(path, options.read());
        OutputFolder output = OutputFolder.prepare(directory, options.overwrite())) {
      RawPlan plan = RawPlan.of(file.variables(), options.select());
      if (plan.tensors().isEmpty() && plan.strings().isEmpty() && !plan.dropped().isEmpty()) {
        throw new BadRequest(
            path + ": nothing would be written, " + reasons(plan.dropped()) + "; see --select");
      }
      progress.step("writing " + TENSORS, 0, 1);
      List<String> files = new ArrayList<>(List.of(TENSORS));
      if (!plan.strings().isEmpty()) {
        StringsFile.write(
            plan.strings(), file.tensors(), output.staging().resolve(StringsFile.NAME));
        files.add(StringsFile.NAME);
      }
      Map<String, String> checksums =
          SafetensorsWriter.write(
              plan.tensors(),
              file.tensors(),
              Map.of("format", "pt"),
              output.staging().resolve(TENSORS));
      files.add(ConversionFile.NAME);
      RawConversion conversion =
          new RawConversion(
              directory,
              file.provenance(),
              options,
              plan.tensors(),
              plan.strings().stream().map(Variable::name).toList(),
              plan.dropped(),
              plan.assumed(),
              files,
              checksums,
              file.variables(),
              output.messages());
      ConversionFile.write(conversion.toJson(), output.staging().resolve(ConversionFile.NAME));
      output.commit();
      progress.step("writing " + TENSORS, 1, 1);
      return conversion;
    }
  }

  private static String reasons(List<Account.Dropped> dropped) {
    return dropped.stream()
        .collect(Collectors.groupingBy(Account.Dropped::reason, Collectors.counting()))
        .entrySet()
        .stream()
        .sorted(Map.Entry.comparingByKey())
        .map(e -> e.getValue() + " " + (e.getValue() == 1 ? "is" : "are") + ": " + e.getKey())
        .collect(Collectors.joining(", "));
  }

  /** The document of {@code conversion.json}; {@code options.raw} tells it from a port. */
  public ObjectNode toJson() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("version", 1);
    root.set("source", ConversionFile.source(source));
    ObjectNode chosen = root.putObject("options").put("raw", true);
    if (!options.select().pattern().isEmpty()) {
      chosen.put("select", options.select().pattern());
    }
    ReadOptionsJson.write(options.read(), "", chosen);
    root.set("files", ConversionFile.strings(files));
    root.putArray("inputs");
    root.putArray("outputs");
    Map<String, Variable> byName = new HashMap<>();
    variables.forEach(v -> byName.put(v.name(), v));
    ArrayNode written = root.putArray("tensors");
    for (TorchModel.Tensor tensor : tensors) {
      written.add(describe(tensor, Objects.requireNonNull(byName.get(tensor.name()))));
    }
    root.set("strings", ConversionFile.strings(strings));
    ArrayNode left = root.putArray("dropped");
    dropped.forEach(d -> left.addObject().put("name", d.name()).put("reason", d.reason()));
    root.putArray("unknown");
    root.set("assumed", ConversionFile.strings(assumed));
    root.putArray("lossy");
    return root;
  }

  /** The key is what TensorFlow's own readers of checkpoints ask for. */
  private ObjectNode describe(TorchModel.Tensor tensor, Variable variable) {
    ObjectNode node = ConversionFile.tensor(tensor, checksums);
    node.put("role", variable.role().jsonName()).put("key", variable.key());
    if (variable.dtype() != tensor.recipe().dtype()) {
      node.put("stored", variable.dtype().torchName());
    }
    if (!variable.aliases().isEmpty()) {
      node.set("aliases", ConversionFile.strings(variable.aliases()));
    }
    return node;
  }
}
