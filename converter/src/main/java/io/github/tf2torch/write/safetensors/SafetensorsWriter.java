package io.github.tf2torch.write.safetensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorSource;
import io.github.tf2torch.write.pass.Checksums;
import io.github.tf2torch.write.pass.TensorFilePlan;
import io.github.tf2torch.write.pass.TiedTensors;
import io.github.tf2torch.write.pass.WritePass;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Plans safetensors files: one, or several and an index of which tensor is where. */
public final class SafetensorsWriter {
  private static final String SUFFIX = ".safetensors";

  private SafetensorsWriter() {}

  /**
   * Several files that belong together.
   *
   * @param index the JSON document that transformers and others read first; empty of a single file
   */
  public record Shards(List<TensorFilePlan> files, String index) {
    public Shards {
      files = List.copyOf(files);
    }
  }

  /** Returns the checksum of each tensor's bytes as written, by name: {@code crc32c:01234567}. */
  public static Map<String, String> write(
      List<TorchModel.Tensor> tensors, TensorSource source, Map<String, String> metadata, Path file)
      throws IOException {
    Map<TensorExpr, Checksums> written =
        new WritePass(WritePass.Options.defaults())
            .run(List.of(plan(tensors, metadata, file)), source);
    Map<String, String> checksums = new LinkedHashMap<>();
    for (TorchModel.Tensor tensor : tensors) {
      Checksums found = Objects.requireNonNull(written.get(tensor.recipe()));
      checksums.put(tensor.name(), found.crc32c());
    }
    return checksums;
  }

  /**
   * One file. Tied tensors are in it under each of their names, since a name that is missing is an
   * error to {@code load_state_dict}; that they are one is recorded in the metadata, as {@code
   * safetensors.torch.save_model} does: name → the name whose tensor it is.
   */
  public static TensorFilePlan plan(
      List<TorchModel.Tensor> tensors, Map<String, String> metadata, Path file) {
    return plan(tensors, metadata, TiedTensors.of(tensors), file);
  }

  private static TensorFilePlan plan(
      List<TorchModel.Tensor> tensors,
      Map<String, String> metadata,
      Map<String, String> tied,
      Path file) {
    Map<String, String> all = new LinkedHashMap<>(metadata);
    for (TorchModel.Tensor tensor : tensors) {
      if (tied.containsKey(tensor.name())) {
        all.putIfAbsent(tensor.name(), Objects.requireNonNull(tied.get(tensor.name())));
      }
    }
    return new SafetensorsPlan(tensors, all, file);
  }

  /**
   * Files of at most {@code mostBytes} of tensors each, in the order of the tensors; one that is
   * larger has a file of its own. {@code model-00001-of-00003.safetensors}, or the plain name where
   * one is enough.
   *
   * @param name without suffix
   */
  public static Shards shards(
      List<TorchModel.Tensor> tensors,
      Map<String, String> metadata,
      Path folder,
      String name,
      long mostBytes) {
    List<List<TorchModel.Tensor>> groups = groups(tensors, mostBytes);
    Map<String, String> tied = TiedTensors.of(tensors);
    if (groups.size() == 1) {
      Path file = folder.resolve(name + SUFFIX);
      return new Shards(List.of(plan(tensors, metadata, tied, file)), "");
    }
    List<TensorFilePlan> files = new ArrayList<>();
    Map<String, String> fileOf = new TreeMap<>();
    for (List<TorchModel.Tensor> group : groups) {
      String file =
          String.format(
              Locale.ROOT, "%s-%05d-of-%05d%s", name, files.size() + 1, groups.size(), SUFFIX);
      group.forEach(t -> fileOf.put(t.name(), file));
      files.add(plan(group, metadata, tied, folder.resolve(file)));
    }
    return new Shards(files, index(tensors, fileOf));
  }

  private static List<List<TorchModel.Tensor>> groups(
      List<TorchModel.Tensor> tensors, long mostBytes) {
    List<List<TorchModel.Tensor>> groups = new ArrayList<>();
    List<TorchModel.Tensor> group = new ArrayList<>();
    long bytes = 0;
    for (TorchModel.Tensor tensor : tensors) {
      long size = SafetensorsPlan.bytes(tensor.recipe());
      if (!group.isEmpty() && size > mostBytes - bytes) {
        groups.add(group);
        group = new ArrayList<>();
        bytes = 0;
      }
      group.add(tensor);
      bytes += size;
    }
    groups.add(group);
    return groups;
  }

  /** As {@code save_pretrained} of transformers writes it, sorted by name. */
  private static String index(List<TorchModel.Tensor> tensors, Map<String, String> fileOf) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json =
        new JsonFactory().createGenerator(text).setPrettyPrinter(new DefaultPrettyPrinter())) {
      json.writeStartObject();
      json.writeObjectFieldStart("metadata");
      json.writeNumberField(
          "total_size", tensors.stream().mapToLong(t -> SafetensorsPlan.bytes(t.recipe())).sum());
      json.writeEndObject();
      json.writeObjectFieldStart("weight_map");
      for (Map.Entry<String, String> entry : fileOf.entrySet()) {
        json.writeStringField(entry.getKey(), entry.getValue());
      }
      json.writeEndObject();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return text + "\n";
  }
}
