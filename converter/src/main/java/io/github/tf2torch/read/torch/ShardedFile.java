package io.github.tf2torch.read.torch;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.github.tf2torch.io.SourceFile;
import io.github.tf2torch.model.source.Provenance;
import io.github.tf2torch.model.source.TensorFile;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.tensor.TensorSource;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Several files of tensors behind an index, {@code model.safetensors.index.json} or {@code
 * pytorch_model.bin.index.json}, as the transformers library writes them.
 */
public final class ShardedFile implements TensorFile {
  private static final long LONGEST_INDEX = 256 << 20;
  private static final int MOST_SHARDS = 10_000;

  private final Provenance provenance;
  private final List<TensorFile> shards;
  private final List<Variable> variables = new ArrayList<>();
  private final Map<String, TensorFile> shardOf = new HashMap<>();

  private ShardedFile(Path path, List<TensorFile> shards) {
    this.shards = List.copyOf(shards);
    String format = shards.isEmpty() ? "index" : shards.get(0).provenance().format();
    this.provenance =
        new Provenance(path.toString(), "%s in %d files".formatted(format, shards.size()), "");
  }

  /** Opens the index and every file that it names, all of them beside it. */
  public static ShardedFile open(Path index) throws IOException {
    Map<String, String> files = weightMap(index);
    Map<String, TensorFile> byName = new TreeMap<>();
    try {
      for (String name : new java.util.TreeSet<>(files.values())) {
        byName.put(name, openShard(index, name));
      }
      ShardedFile sharded = new ShardedFile(index, List.copyOf(byName.values()));
      sharded.collect(index, files, byName);
      return sharded;
    } catch (IOException | RuntimeException e) {
      for (TensorFile shard : byName.values()) {
        shard.close();
      }
      throw e;
    }
  }

  private static TensorFile openShard(Path index, String name) throws IOException {
    if (name.isEmpty() || !name.matches("[^/\\\\\\x00]+") || name.equals("..")) {
      throw new DamagedFile(index + ": names a file \"" + name + "\", expected one beside it");
    }
    return TorchFiles.openFile(index.resolveSibling(name));
  }

  private void collect(Path index, Map<String, String> files, Map<String, TensorFile> byName) {
    byName.forEach(
        (file, shard) -> {
          for (Variable variable : shard.variables()) {
            List<String> names = new ArrayList<>(variable.aliases());
            names.add(0, variable.name());
            for (String name : names) {
              if (!file.equals(files.remove(name))) {
                throw new DamagedFile(
                    "%s: \"%s\" is in %s, but the index does not say so"
                        .formatted(index, name, file));
              }
            }
            variables.add(variable);
            shardOf.put(variable.name(), shard);
          }
        });
    if (!files.isEmpty()) {
      Map.Entry<String, String> first = files.entrySet().iterator().next();
      throw new DamagedFile(
          "%s: says that \"%s\" is in %s, which does not have it (%d such names)"
              .formatted(index, first.getKey(), first.getValue(), files.size()));
    }
  }

  /** {@code {"weight_map": {tensor: file}}}, in the order of the index. */
  private static Map<String, String> weightMap(Path index) throws IOException {
    Map<String, String> files = new LinkedHashMap<>();
    try (SourceFile file = SourceFile.open(index, "an index of files of tensors is expected")) {
      if (file.size() > LONGEST_INDEX) {
        throw file.damaged(0, "an index of " + file.size() + " bytes is longer than any");
      }
      try (JsonParser json = StrictJson.parser(file.read(0, file.size()).array())) {
        expect(json.nextToken() == JsonToken.START_OBJECT, file, "an object");
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          boolean isMap = json.currentName().equals("weight_map");
          json.nextToken();
          if (isMap) {
            expect(json.currentToken() == JsonToken.START_OBJECT, file, "weight_map as an object");
            while (json.nextToken() == JsonToken.FIELD_NAME) {
              String name = json.currentName();
              expect(json.nextToken() == JsonToken.VALUE_STRING, file, "names of files");
              files.put(name, json.getText());
            }
          } else {
            json.skipChildren();
          }
        }
        expect(!files.isEmpty(), file, "a weight_map with tensors");
        long shards = files.values().stream().distinct().count();
        expect(shards <= MOST_SHARDS, file, "at most " + MOST_SHARDS + " files");
      } catch (CharacterCodingException e) {
        throw new DamagedFile(index + ": is not UTF-8", e);
      } catch (JsonProcessingException e) {
        throw new DamagedFile(index + ": does not parse: " + e.getOriginalMessage(), e);
      }
    }
    return files;
  }

  private static void expect(boolean holds, SourceFile file, String expected) {
    if (!holds) {
      throw new DamagedFile(file.path() + ": expected " + expected);
    }
  }

  @Override
  public Provenance provenance() {
    return provenance;
  }

  @Override
  public List<Variable> variables() {
    return List.copyOf(variables);
  }

  @Override
  public TensorSource tensors() {
    return (name, offset, target) -> {
      TensorFile shard = shardOf.get(name);
      if (shard == null) {
        throw new BadRequest(provenance.path() + ": has no tensor \"" + name + "\"");
      }
      shard.tensors().read(name, offset, target);
    };
  }

  @Override
  public List<String> problems() {
    return shards.stream().flatMap(s -> s.problems().stream()).distinct().toList();
  }

  @Override
  public void close() throws IOException {
    for (TensorFile shard : shards) {
      shard.close();
    }
  }
}
