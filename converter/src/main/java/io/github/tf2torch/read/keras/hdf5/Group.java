package io.github.tf2torch.read.keras.hdf5;

import io.github.tf2torch.problem.DamagedFile;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A folder in the file. What it holds is looked at only when asked for, one by one. */
public final class Group {
  private final String path;
  private final ObjectHeader header;
  private final Map<String, Long> children;
  private final Map<String, Attribute> attributes;

  /** Groups below this one that were asked for: a layer's path is walked once a variable. */
  private final Map<String, Group> opened = new ConcurrentHashMap<>();

  private Group(
      String path,
      ObjectHeader header,
      Map<String, Long> children,
      Map<String, Attribute> attributes) {
    this.path = path;
    this.header = header;
    this.children = children;
    this.attributes = attributes;
  }

  static Group of(String path, ObjectHeader header) throws IOException {
    return new Group(path, header, Links.read(header), AttributeList.read(header));
  }

  /** From the root, without a slash in front; empty for the root. */
  public String path() {
    return path;
  }

  /** Where its header lies: two groups of one address are one. */
  public long address() {
    return header.address();
  }

  /** Names of what it holds, sorted. */
  public Set<String> names() {
    return children.keySet();
  }

  public Map<String, Attribute> attributes() {
    return attributes;
  }

  /** The group of that path below this one; empty where there is none. */
  public Optional<Group> group(String relative) throws IOException {
    Group group = this;
    for (String name : relative.split("/", -1)) {
      Optional<Group> below = group.open(name);
      if (below.isEmpty()) {
        return below;
      }
      group = below.get();
    }
    return Optional.of(group);
  }

  private Optional<Group> open(String name) throws IOException {
    Group known = opened.get(name);
    if (known != null) {
      return Optional.of(known);
    }
    Optional<ObjectHeader> child = child(name);
    if (child.isEmpty() || child.get().has(Message.LAYOUT)) {
      return Optional.empty();
    }
    Group group = of(pathOf(name), child.get());
    opened.put(name, group);
    return Optional.of(group);
  }

  /** The data set of that path below this group; empty where there is none. */
  public Optional<Dataset> dataset(String relative) throws IOException {
    int slash = relative.lastIndexOf('/');
    if (slash >= 0) {
      Optional<Group> parent = group(relative.substring(0, slash));
      return parent.isEmpty()
          ? Optional.empty()
          : parent.get().dataset(relative.substring(slash + 1));
    }
    Optional<ObjectHeader> child = child(relative);
    return child.isEmpty() || !child.get().has(Message.LAYOUT)
        ? Optional.empty()
        : Optional.of(Dataset.of(pathOf(relative), child.get()));
  }

  /** Whether the child of that name is an array. */
  public boolean isDataset(String name) throws IOException {
    return child(name).filter(h -> h.has(Message.LAYOUT)).isPresent();
  }

  private Optional<ObjectHeader> child(String name) throws IOException {
    Long address = children.get(name);
    if (address == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(ObjectHeader.read(header.metadata(), address));
    } catch (DamagedFile e) {
      throw new DamagedFile("\"" + pathOf(name) + "\": " + e.getMessage(), e);
    }
  }

  private String pathOf(String name) {
    return path.isEmpty() ? name : path + "/" + name;
  }
}
