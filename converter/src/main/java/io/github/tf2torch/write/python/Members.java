package io.github.tf2torch.write.python;

import io.github.tf2torch.model.target.ModuleTree;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.model.target.TorchModule;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.write.outline.Section;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a class builds.
 *
 * @param modules by their path from the class; empty where it is a plain container
 * @param tensors statements that make the class's own tensors, and those of plain containers
 * @param frozen statements that exempt what TensorFlow does not train
 */
record Members(
    Map<String, Optional<Constructor>> modules,
    Map<String, List<String>> tensors,
    List<String> frozen) {

  /**
   * @param parts how sections below are made, by their path from the root
   */
  static Members of(Section section, Map<String, Constructor> parts) {
    Members members = new Members(new LinkedHashMap<>(), new LinkedHashMap<>(), new ArrayList<>());
    members.tensors.put("", tensors(section.node(), "self"));
    members.collect(section.node(), "", parts);
    return members;
  }

  private void collect(ModuleTree node, String prefix, Map<String, Constructor> parts) {
    node.children()
        .forEach(
            (name, child) -> {
              String path = prefix + name;
              if (child.module().isPresent()) {
                modules.put(path, child.module().map(Constructor::of));
                child.tensors().stream()
                    .filter(t -> t.kind() == TorchModel.Kind.PARAMETER && !t.isTrained())
                    .map(t -> "self." + path + t.name().substring(t.name().lastIndexOf('.')))
                    .forEach(t -> frozen.add(t + ".requires_grad_(False)"));
              } else if (parts.containsKey(child.path())) {
                modules.put(path, Optional.of(parts.get(child.path())));
              } else {
                modules.put(path, Optional.empty());
                tensors.put(path, tensors(child, "self." + path));
                collect(child, path + ".", parts);
              }
            });
  }

  /** The modules of a section that are in none of its parts, by their path. */
  static Map<String, TorchModule> leaves(Section section) {
    Map<String, TorchModule> found = new LinkedHashMap<>();
    leaves(section.node(), "", section.parts().keySet(), found);
    return found;
  }

  private static void leaves(
      ModuleTree node, String prefix, Set<String> parts, Map<String, TorchModule> into) {
    node.children()
        .forEach(
            (name, child) -> {
              if (child.module().isPresent()) {
                into.put(prefix + name, child.module().get());
              } else if (!prefix.isEmpty() || !parts.contains(name)) {
                leaves(child, prefix + name + ".", parts, into);
              }
            });
  }

  private static List<String> tensors(ModuleTree node, String self) {
    List<String> lines = new ArrayList<>();
    for (TorchModel.Tensor tensor : node.tensors()) {
      String name = tensor.name().substring(tensor.name().lastIndexOf('.') + 1);
      TorchModule.Slot slot =
          new TorchModule.Slot(name, tensor.recipe().dtype(), tensor.recipe().shape());
      lines.add(tensor(slot, self, tensor.kind() == TorchModel.Kind.PARAMETER));
    }
    return lines;
  }

  /** Statements that make the tensors of a module that inherits none. */
  static List<String> tensors(TorchModule module) {
    return Stream.concat(
            module.parameters().stream().map(p -> tensor(p, "self", true)),
            module.buffers().stream().map(b -> tensor(b, "self", false)))
        .toList();
  }

  private static String tensor(TorchModule.Slot slot, String self, boolean isParameter) {
    List<Long> dims = slot.shape().dims();
    String extents =
        dims.isEmpty()
            ? "()"
            : dims.stream().map(Object::toString).collect(Collectors.joining(", "));
    String type = slot.dtype() == DType.FLOAT32 ? "" : ", dtype=torch." + slot.dtype().torchName();
    String zeros = "torch.zeros(" + extents + type + ")";
    return isParameter
        ? self + "." + slot.name() + " = nn.Parameter(" + zeros + ")"
        : self + ".register_buffer(" + PythonText.quote(slot.name()) + ", " + zeros + ")";
  }

  /** What sections of one class have in common. */
  String shape() {
    return modules.entrySet().stream()
            .map(e -> e.getKey() + "=" + e.getValue().map(Constructor::shape).orElse("container"))
            .collect(Collectors.joining("\n"))
        + tensors
        + frozen;
  }

  /** The same with other constructors. */
  Members with(Map<String, Optional<Constructor>> others) {
    return new Members(others, tensors, frozen);
  }
}
