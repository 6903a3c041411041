package io.github.tf2torch.read.keras;

import io.github.tf2torch.model.source.SnakeCase;
import io.github.tf2torch.problem.Problem;
import io.github.tf2torch.read.keras.hdf5.Attribute;
import io.github.tf2torch.read.keras.hdf5.Dataset;
import io.github.tf2torch.read.keras.hdf5.Group;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A saved object in Keras 3's layout: its own variables under {@code vars/0}, {@code vars/1}, and
 * what it is made of ({@code saving_lib.py}).
 *
 * @param path of its group: {@code layers/conv2d}
 * @param savedName the object's own name; files of Keras before 3.10 don't have it
 * @param children by the attribute or number under which they lie
 * @param order grows with the order of writing
 */
record StoreNode(
    String path,
    Optional<String> savedName,
    List<Array> arrays,
    Map<String, StoreNode> children,
    long order) {
  private static final int MAX_DEPTH = 64;

  /** One variable; its data set is opened when it is wanted. */
  record Array(String key, Inventory.Opening opening) {}

  /**
   * @param part 0, or the number of the file among those of a sharded one
   */
  static StoreNode read(Group root, Inventory inventory, int part) throws IOException {
    return new Reading(inventory, (long) part << 48, new HashSet<>()).node(root, 0);
  }

  /**
   * @param orderBase added to addresses, which grow as a file is written
   */
  private record Reading(Inventory inventory, long orderBase, Set<Long> seen) {

    StoreNode node(Group group, int depth) throws IOException {
      Map<String, StoreNode> children = new TreeMap<>();
      List<Array> arrays = new ArrayList<>();
      Optional<String> savedName = Optional.empty();
      for (String name : group.names()) {
        try {
          if (group.isDataset(name)) {
            arrays.add(array(group, name));
            continue;
          }
          Optional<Group> child = group.group(name);
          if (child.isEmpty() || !seen.add(child.get().address())) {
            continue;
          }
          if (depth > MAX_DEPTH) {
            inventory.problem("what lies below \"" + group.path() + "\" is too deep and left out");
            continue;
          }
          if (name.equals("vars")) {
            savedName = savedName(child.get());
            arrays.addAll(vars(child.get()));
          } else {
            place(children, name, node(child.get(), depth + 1));
          }
        } catch (Problem e) {
          inventory.problem("\"" + group.path() + "/" + name + "\" is left out: " + e.getMessage());
        }
      }
      return new StoreNode(
          slashed(group.path()), savedName, arrays, children, orderBase + group.address());
    }

    /** Keras up to 2.15 joined the names by a backslash where it ran on Windows. */
    private static void place(Map<String, StoreNode> children, String name, StoreNode child) {
      int cut = name.indexOf('\\');
      if (cut <= 0) {
        children.merge(name, child, StoreNode::with);
        return;
      }
      Map<String, StoreNode> inner = new TreeMap<>();
      place(inner, name.substring(cut + 1), child);
      String above = child.path().substring(0, child.path().length() - name.length() + cut);
      StoreNode folder = new StoreNode(above, Optional.empty(), List.of(), inner, child.order());
      children.merge(name.substring(0, cut), folder, StoreNode::with);
    }

    private static String slashed(String path) {
      return path.replace('\\', '/');
    }
  }

  private static Optional<String> savedName(Group vars) throws IOException {
    Attribute name = vars.attributes().get("name");
    return name == null ? Optional.empty() : name.text();
  }

  private static List<Array> vars(Group vars) {
    List<String> names = new ArrayList<>(vars.names());
    names.sort(Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder()));
    return names.stream().map(name -> array(vars, name)).toList();
  }

  private static Array array(Group group, String name) {
    String key = group.path().isEmpty() ? name : group.path() + "/" + name;
    return new Array(
        key,
        () -> {
          Optional<Dataset> dataset = group.dataset(name);
          return dataset.orElseThrow(
              () -> new io.github.tf2torch.problem.DamagedFile("\"" + key + "\" is no data set"));
        });
  }

  /** This object and what another file holds of it: a sharded file's parts. */
  StoreNode with(StoreNode other) {
    List<Array> all = new ArrayList<>(arrays);
    all.addAll(other.arrays);
    all.sort(Comparator.comparingInt((Array a) -> a.key().length()).thenComparing(Array::key));
    Map<String, StoreNode> both = new TreeMap<>(children);
    other.children.forEach((name, child) -> both.merge(name, child, StoreNode::with));
    return new StoreNode(path, savedName.or(other::savedName), all, both, order);
  }

  String lastName() {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** The class in snake case, which its number follows: {@code conv2d_1}. */
  String kind() {
    if (lastName().endsWith("_dense")) {
      return "einsum_dense"; // an attention's projections
    }
    return SnakeCase.withoutNumber(lastName());
  }

  /** A folder of objects, and none itself. */
  boolean isContainer() {
    return arrays.isEmpty()
        && savedName.isEmpty()
        && (lastName().equals("layers")
            || lastName().equals("_layer_checkpoint_dependencies")
            || lastName().equals("cells")
            || lastName().startsWith("container"));
  }

  /** Whether this or what it is made of has variables. */
  boolean hasArrays() {
    return !arrays.isEmpty() || children.values().stream().anyMatch(StoreNode::hasArrays);
  }

  List<StoreNode> childrenAsWritten() {
    return children.values().stream().sorted(Comparator.comparingLong(StoreNode::order)).toList();
  }
}
