package io.github.tf2torch.read.bundle;

import com.google.protobuf.InvalidProtocolBufferException;
import io.github.tf2torch.problem.DamagedFile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph.TrackableObject;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph.TrackableObject.ObjectReference;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph.TrackableObject.SerializedTensor;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph.TrackableObject.SlotVariableReference;

/** The objects whose variables a checkpoint holds (trackable_object_graph.proto). */
final class CheckpointObjects {
  private static final String VALUE = "VARIABLE_VALUE";

  private final TrackableObjectGraph graph;
  private final String file;

  private CheckpointObjects(TrackableObjectGraph graph, String file) {
    this.graph = graph;
    this.file = file;
  }

  static CheckpointObjects of(byte[] bytes, String file) {
    try {
      return new CheckpointObjects(TrackableObjectGraph.parseFrom(bytes), file);
    } catch (InvalidProtocolBufferException e) {
      throw new DamagedFile(file + ": \"" + Bundle.OBJECT_GRAPH + "\" is no object graph", e);
    }
  }

  /** A slot of an optimizer by the keys of its two variables. */
  record SlotKeys(String slot, String variable, String stored) {}

  /**
   * An object that has slots.
   *
   * @param children local name → key, of the variables that it holds itself
   */
  record SlotOwner(Map<String, String> children, List<SlotKeys> slots) {}

  /**
   * An optimizer of Keras since TensorFlow 2.11, which keeps its slots in a list.
   *
   * @param children as those of a {@link SlotOwner}
   * @param listed keys of what it steps with, in its order
   */
  record ListOwner(Map<String, String> children, List<String> listed) {}

  /** What people call the variable under each key; empty text where nobody named it. */
  Map<String, String> names() {
    Map<String, String> names = new LinkedHashMap<>();
    for (TrackableObject object : graph.getNodesList()) {
      object.getAttributesList().forEach(a -> names.put(a.getCheckpointKey(), a.getFullName()));
    }
    return names;
  }

  /** Keys of a variable that is stored a second time: objects are stored once. */
  Set<String> copies() {
    return Set.of();
  }

  List<SlotOwner> slotOwners() {
    List<SlotOwner> owners = new ArrayList<>();
    for (TrackableObject object : graph.getNodesList()) {
      if (object.getSlotVariablesCount() > 0) {
        owners.add(new SlotOwner(variables(object), slots(object)));
      }
    }
    return owners;
  }

  List<ListOwner> listOwners() {
    List<ListOwner> owners = new ArrayList<>();
    for (TrackableObject object : graph.getNodesList()) {
      boolean counts =
          object.getChildrenList().stream().anyMatch(c -> c.getLocalName().equals("_iterations"));
      for (ObjectReference child : object.getChildrenList()) {
        if (counts && child.getLocalName().equals("_variables")) {
          List<String> listed = List.copyOf(variables(node(child.getNodeId())).values());
          owners.add(new ListOwner(variables(object), listed));
        }
      }
    }
    return owners;
  }

  private List<SlotKeys> slots(TrackableObject owner) {
    List<SlotKeys> slots = new ArrayList<>();
    Set<SlotKeys> seen = new LinkedHashSet<>();
    for (SlotVariableReference slot : owner.getSlotVariablesList()) {
      Optional<String> variable = key(slot.getOriginalVariableNodeId());
      Optional<String> stored = key(slot.getSlotVariableNodeId());
      if (variable.isPresent() && stored.isPresent()) {
        seen.add(new SlotKeys(slot.getSlotName(), variable.get(), stored.get()));
      }
    }
    slots.addAll(seen);
    return slots;
  }

  private Map<String, String> variables(TrackableObject owner) {
    Map<String, String> children = new LinkedHashMap<>();
    for (ObjectReference child : owner.getChildrenList()) {
      key(child.getNodeId()).ifPresent(k -> children.put(child.getLocalName(), k));
      if (child.getLocalName().equals("loss_scale")) { // of a LossScaleOptimizer of Keras 2
        children.putAll(variables(node(child.getNodeId())));
      }
    }
    return children;
  }

  private TrackableObject node(int id) {
    if (id < 0 || id >= graph.getNodesCount()) {
      throw new DamagedFile(
          file + ": the object graph names object " + id + " of " + graph.getNodesCount());
    }
    return graph.getNodes(id);
  }

  private Optional<String> key(int id) {
    return node(id).getAttributesList().stream()
        .filter(a -> a.getName().equals(VALUE))
        .findFirst()
        .map(SerializedTensor::getCheckpointKey);
  }
}
