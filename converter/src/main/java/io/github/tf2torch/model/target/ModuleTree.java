package io.github.tf2torch.model.target;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The modules of a program as PyTorch nests them. A node is a leaf module, or a container of
 * children and of tensors of its own.
 */
public final class ModuleTree {
  private final String path;
  private final Map<String, ModuleTree> children = new LinkedHashMap<>();
  private final List<TorchModel.Tensor> tensors = new ArrayList<>();
  private Optional<TorchModule> module = Optional.empty();

  private ModuleTree(String path) {
    this.path = path;
  }

  /** The tree of {@code model}; its root is the model itself. */
  public static ModuleTree of(TorchModel model) {
    ModuleTree root = new ModuleTree("");
    for (TorchModel.Instance instance : model.modules()) {
      root.at(instance.path()).module = Optional.of(instance.module());
    }
    for (TorchModel.Tensor tensor : model.tensors()) {
      int dot = tensor.name().lastIndexOf('.');
      String owner = dot < 0 ? "" : tensor.name().substring(0, dot);
      root.at(owner).tensors.add(tensor);
    }
    return root;
  }

  private ModuleTree at(String dotted) {
    ModuleTree node = this;
    if (dotted.isEmpty()) {
      return node;
    }
    for (String name : dotted.split("\\.", -1)) {
      String below = node.path.isEmpty() ? name : node.path + "." + name;
      node = node.children.computeIfAbsent(name, n -> new ModuleTree(below));
    }
    return node;
  }

  /** Dotted, empty for the root. */
  public String path() {
    return path;
  }

  /** The leaf module here; empty for a container. */
  public Optional<TorchModule> module() {
    return module;
  }

  public Map<String, ModuleTree> children() {
    return Collections.unmodifiableMap(children);
  }

  /** The tensors held right here, parameters before buffers, as a {@code state_dict} lists them. */
  public List<TorchModel.Tensor> tensors() {
    List<TorchModel.Tensor> ordered = new ArrayList<>();
    for (TorchModel.Kind kind : TorchModel.Kind.values()) {
      tensors.stream().filter(t -> t.kind() == kind).forEach(ordered::add);
    }
    return ordered;
  }

  /**
   * Every tensor in the order of PyTorch's {@code state_dict}: a module's own, then its children's.
   */
  public List<TorchModel.Tensor> stateDict() {
    List<TorchModel.Tensor> all = new ArrayList<>(tensors());
    children.values().forEach(child -> all.addAll(child.stateDict()));
    return all;
  }
}
