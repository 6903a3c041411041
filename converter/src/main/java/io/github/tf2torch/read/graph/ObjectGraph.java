package io.github.tf2torch.read.graph;

import com.google.protobuf.InvalidProtocolBufferException;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.read.bundle.Bundle;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedConcreteFunction;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedObject;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedObjectGraph;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph.TrackableObject;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph.TrackableObject.ObjectReference;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph.TrackableObject.SerializedTensor;

/**
 * The objects of a TF2 SavedModel (saved_object_graph.proto) beside those of its checkpoint
 * (trackable_object_graph.proto). Two variables may share a name, so a variable is an object: the
 * one that a function captured, under the key that the checkpoint gives the same object.
 */
final class ObjectGraph {
  static final String KEY = Bundle.OBJECT_GRAPH;
  private static final String VALUE = "VARIABLE_VALUE";

  /** Where Keras 3's {@code export} lists copies of variables that it lists elsewhere too. */
  private static final String KERAS_COPIES = "_all_variables";

  private final SavedObjectGraph saved;
  private final TrackableObjectGraph checkpoint;
  private final Map<Integer, Integer> checkpointIds = new HashMap<>();

  private ObjectGraph(SavedObjectGraph saved, TrackableObjectGraph checkpoint) {
    this.saved = saved;
    this.checkpoint = checkpoint;
    pairObjects();
  }

  static ObjectGraph of(SavedObjectGraph saved, byte[] checkpoint, String file) {
    try {
      return new ObjectGraph(saved, TrackableObjectGraph.parseFrom(checkpoint));
    } catch (InvalidProtocolBufferException e) {
      throw new DamagedFile(file + ": \"" + KEY + "\" is no object graph", e);
    }
  }

  /** Walks both graphs along the same children from the root, which has number 0 in both. */
  private void pairObjects() {
    if (saved.getNodesCount() == 0 || checkpoint.getNodesCount() == 0) {
      return;
    }
    Deque<Integer> open = new ArrayDeque<>(List.of(0));
    checkpointIds.put(0, 0);
    while (!open.isEmpty()) {
      int id = open.pop();
      Map<String, Integer> there = children(checkpointIds.get(id));
      for (ObjectReference child : at(saved.getNodesList(), id).getChildrenList()) {
        Integer other = there.get(child.getLocalName());
        if (other != null && checkpointIds.putIfAbsent(child.getNodeId(), other) == null) {
          open.push(child.getNodeId());
        }
      }
    }
  }

  private static <T> T at(List<T> objects, int id) {
    if (id < 0 || id >= objects.size()) {
      throw new DamagedFile("the object graph names object " + id + " of " + objects.size());
    }
    return objects.get(id);
  }

  private Map<String, Integer> children(int checkpointId) {
    Map<String, Integer> children = new HashMap<>();
    at(checkpoint.getNodesList(), checkpointId)
        .getChildrenList()
        .forEach(c -> children.put(c.getLocalName(), c.getNodeId()));
    return children;
  }

  /** The checkpoint key of each variable's handle that a top-level call passes to a function. */
  Map<String, String> keysOfHandles(List<NodeDef> topLevel) {
    Map<String, String> keys = new HashMap<>();
    for (NodeDef call : topLevel) {
      SavedConcreteFunction function =
          saved
              .getConcreteFunctionsMap()
              .get(
                  call.getAttrMap().containsKey("f")
                      ? call.getAttrOrThrow("f").getFunc().getName()
                      : call.getOp());
      if (function == null) {
        continue;
      }
      List<String> inputs = call.getInputList().stream().filter(i -> !i.startsWith("^")).toList();
      int first = inputs.size() - function.getBoundInputsCount();
      for (int i = 0; first >= 0 && i < function.getBoundInputsCount(); i++) {
        String handle = inputs.get(first + i);
        key(function.getBoundInputs(i)).ifPresent(k -> keys.put(handle, k));
      }
    }
    return keys;
  }

  private Optional<String> key(int savedId) {
    return Optional.ofNullable(checkpointIds.get(savedId))
        .flatMap(this::value)
        .map(SerializedTensor::getCheckpointKey);
  }

  private Optional<SerializedTensor> value(int checkpointId) {
    return at(checkpoint.getNodesList(), checkpointId).getAttributesList().stream()
        .filter(a -> a.getName().equals(VALUE))
        .findFirst();
  }

  /** What people call the variable under each key; empty text where nobody named it. */
  Map<String, String> namesByKey() {
    Map<String, String> names = new LinkedHashMap<>();
    for (TrackableObject object : checkpoint.getNodesList()) {
      object.getAttributesList().forEach(a -> names.put(a.getCheckpointKey(), a.getFullName()));
    }
    for (int id = 0; id < saved.getNodesCount(); id++) {
      SavedObject object = saved.getNodes(id);
      if (object.hasVariable() && !object.getVariable().getName().isEmpty()) {
        key(id).ifPresent(k -> names.put(k, object.getVariable().getName()));
      }
    }
    return names;
  }

  /** Keys under which Keras stores copies of variables, none of which a function captures. */
  Set<String> copies() {
    Set<Integer> captured = new HashSet<>();
    saved.getConcreteFunctionsMap().values().forEach(f -> captured.addAll(f.getBoundInputsList()));
    Set<String> copies = new LinkedHashSet<>();
    if (saved.getNodesCount() == 0) {
      return copies;
    }
    for (ObjectReference child : saved.getNodes(0).getChildrenList()) {
      if (child.getLocalName().equals(KERAS_COPIES)) {
        at(saved.getNodesList(), child.getNodeId()).getChildrenList().stream()
            .filter(c -> !captured.contains(c.getNodeId()))
            .forEach(c -> key(c.getNodeId()).ifPresent(copies::add));
      }
    }
    return copies;
  }
}
