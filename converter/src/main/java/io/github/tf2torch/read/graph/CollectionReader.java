package io.github.tf2torch.read.graph;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.github.tf2torch.problem.DamagedFile;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.tensorflow.proto.CollectionDef;
import org.tensorflow.proto.CondContextDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SaverDef;
import org.tensorflow.proto.VariableDef;
import org.tensorflow.proto.WhileContextDef;

/**
 * What the author of a TF1 graph filed under a name, as names of nodes and variables. Which message
 * the bytes of a collection are, its name says (python/framework/ops.py, GraphKeys).
 */
final class CollectionReader {
  private static final Set<String> VARIABLES =
      Set.of(
          "variables",
          "trainable_variables",
          "model_variables",
          "moving_average_variables",
          "local_variables",
          "metric_variables",
          "global_step",
          "concatenated_variables",
          "trainable_resource_variables");

  private CollectionReader() {}

  static SortedMap<String, List<String>> read(Map<String, CollectionDef> stored) {
    SortedMap<String, List<String>> collections = new TreeMap<>();
    stored.forEach((name, collection) -> collections.put(name, entries(name, collection)));
    return collections;
  }

  /** The names of the variables that its optimizers step. */
  static List<String> trainable(MetaGraphDef stored) {
    return read(stored.getCollectionDefMap()).getOrDefault("trainable_variables", List.of());
  }

  private static List<String> entries(String name, CollectionDef collection) {
    return switch (collection.getKindCase()) {
      case NODE_LIST -> List.copyOf(collection.getNodeList().getValueList());
      case BYTES_LIST ->
          collection.getBytesList().getValueList().stream().map(b -> entry(name, b)).toList();
      case INT64_LIST ->
          collection.getInt64List().getValueList().stream().map(String::valueOf).toList();
      case FLOAT_LIST ->
          collection.getFloatList().getValueList().stream().map(String::valueOf).toList();
      case ANY_LIST ->
          collection.getAnyList().getValueList().stream().map(a -> a.getTypeUrl()).toList();
      case KIND_NOT_SET -> List.of();
    };
  }

  private static String entry(String name, ByteString bytes) {
    try {
      if (VARIABLES.contains(name)) {
        return variable(VariableDef.parseFrom(bytes));
      }
      return switch (name) {
        case "cond_context" -> CondContextDef.parseFrom(bytes).getContextName();
        case "while_context" -> WhileContextDef.parseFrom(bytes).getContextName();
        case "savers" -> SaverDef.parseFrom(bytes).getRestoreOpName();
        default -> bytes.size() + " bytes";
      };
    } catch (InvalidProtocolBufferException e) {
      throw new DamagedFile(
          "collection \"%s\" holds %d bytes that are not what it is named for (%s); the file is"
                  .formatted(name, bytes.size(), e.getMessage())
              + " damaged",
          e);
    }
  }

  /** By the name that people use; that of the node. */
  private static String variable(VariableDef variable) {
    return References.node(variable.getVariableName());
  }
}
