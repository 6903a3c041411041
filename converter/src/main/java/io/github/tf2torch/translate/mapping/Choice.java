package io.github.tf2torch.translate.mapping;

import java.util.List;

/** A layer for which several modules come into question, or one module in several ways. */
record Choice(Layer layer, List<TargetModule> modules) {
  Choice {
    modules = List.copyOf(modules);
  }

  @Override
  public String toString() {
    String variables = String.join(", ", layer.variables());
    List<String> paths = modules.stream().map(TargetModule::path).toList();
    if (paths.size() > 1) {
      return variables + ": " + String.join(" or ", paths);
    }
    if (Fitting.ways(layer, modules.get(0)).size() == 1 && !FlattenedRows.isDoubtful(layer)) {
      return variables + ": perhaps " + paths.get(0) + ", by its shapes alone";
    }
    return FlattenedRows.isDoubtful(layer)
        ? variables + ": into " + paths.get(0) + ", by the extents of the image that it may follow"
        : variables + ": in several ways into " + paths.get(0);
  }
}
