package io.github.tf2torch.read.graph;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import io.github.tf2torch.model.source.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.proto.MetaGraphDef;

/**
 * What Keras 2 wrote of a model into its SavedModel: a JSON text an object, up to TensorFlow 2.4 in
 * the object graph, later in {@code keras_metadata.pb} (keras/protobuf/saved_metadata.proto).
 */
final class KerasMetadata {
  private static final String FILE = "keras_metadata.pb";
  private static final int NODES = 1;
  private static final int PATH = 3;
  private static final int METADATA = 5;
  private static final String ROOT = "root";

  private KerasMetadata() {}

  /** How the model was compiled; empty where it was not, or nothing readable says it. */
  static Optional<Config> trainingConfig(MetaGraphDef stored, Path folder) throws IOException {
    return rootText(stored, folder)
        .flatMap(KerasMetadata::json)
        .flatMap(c -> c.get("training_config"));
  }

  private static Optional<String> rootText(MetaGraphDef stored, Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    if (Files.isRegularFile(file)) {
      return rootText(Files.readAllBytes(file));
    }
    return stored.getObjectGraphDef().getNodesCount() == 0
        ? Optional.empty()
        : Optional.of(stored.getObjectGraphDef().getNodes(0).getUserObject().getMetadata())
            .filter(t -> !t.isEmpty());
  }

  private static Optional<String> rootText(byte[] metadata) {
    try {
      for (ByteString node :
          UnknownFieldSet.parseFrom(metadata).getField(NODES).getLengthDelimitedList()) {
        UnknownFieldSet fields = UnknownFieldSet.parseFrom(node);
        if (text(fields, PATH).equals(Optional.of(ROOT))) {
          return text(fields, METADATA);
        }
      }
      return Optional.empty();
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty(); // beside the model, which is read without it
    }
  }

  private static Optional<String> text(UnknownFieldSet fields, int number) {
    return fields.getField(number).getLengthDelimitedList().stream()
        .findFirst()
        .map(ByteString::toStringUtf8);
  }

  private static Optional<Config> json(String text) {
    try {
      return Optional.of(config(new ObjectMapper().readTree(text)));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private static Config config(JsonNode node) {
    if (node.isObject()) {
      Map<String, Config> fields = new LinkedHashMap<>();
      node.fields().forEachRemaining(f -> fields.put(f.getKey(), config(f.getValue())));
      return new Config.Fields(fields);
    }
    if (node.isArray()) {
      List<Config> items = new ArrayList<>();
      node.forEach(i -> items.add(config(i)));
      return new Config.Items(items);
    }
    if (node.isTextual()) {
      return new Config.Text(node.textValue());
    }
    if (node.isBoolean()) {
      return new Config.Bool(node.booleanValue());
    }
    if (node.canConvertToLong() && node.isIntegralNumber()) {
      return new Config.Whole(node.longValue());
    }
    return node.isNumber() ? new Config.Real(node.doubleValue()) : new Config.Absent();
  }
}
