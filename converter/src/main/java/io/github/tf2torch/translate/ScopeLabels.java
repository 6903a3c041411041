package io.github.tf2torch.translate;

import io.github.tf2torch.model.target.ModuleTree;
import io.github.tf2torch.model.target.TorchModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Names what no module computes after the container in whose scope TensorFlow does: the activation
 * {@code block1/unit_1/Relu} behind the sum of a residual block is {@code block1.unit_1.Relu}, a
 * part of {@code block1.unit_1}.
 */
final class ScopeLabels {
  private final Set<List<String>> containers = new HashSet<>();
  private final List<String> around;

  private ScopeLabels(TorchModel model) {
    collect(ModuleTree.of(model));
    this.around =
        model.taps().stream().map(t -> scope(t)).reduce(ScopeLabels::common).orElse(List.of());
  }

  static TorchModel in(TorchModel model) {
    ScopeLabels labels = new ScopeLabels(model);
    return model.withTaps(model.taps().stream().map(labels::labelled).toList());
  }

  private void collect(ModuleTree tree) {
    if (tree.module().isEmpty()) {
      if (!tree.path().isEmpty()) {
        containers.add(List.of(tree.path().split("\\.")));
      }
      tree.children().values().forEach(this::collect);
    }
  }

  private TorchModel.Tap labelled(TorchModel.Tap tap) {
    String node = tap.source().node();
    return tap.layer().equals(node)
        ? new TorchModel.Tap(
            tap.source(), tap.value(), tap.dtype(), tap.layout(), label(tap), tap.dims())
        : tap;
  }

  /** Below the innermost container; what stands in none keeps the name of its node. */
  private String label(TorchModel.Tap tap) {
    List<String> segments = segments(tap);
    for (int end = segments.size() - 1; end > 0; end--) {
      for (int from = 0; from <= Math.min(around.size(), end - 1); from++) {
        if (containers.contains(segments.subList(from, end))) {
          return String.join(".", segments.subList(from, segments.size()));
        }
      }
    }
    return tap.source().node();
  }

  private static List<String> scope(TorchModel.Tap tap) {
    List<String> segments = segments(tap);
    return segments.subList(0, segments.size() - 1);
  }

  private static List<String> segments(TorchModel.Tap tap) {
    return Arrays.stream(tap.source().node().split("/")).map(Identifiers::attribute).toList();
  }

  private static List<String> common(List<String> a, List<String> b) {
    List<String> found = new ArrayList<>();
    for (int i = 0; i < Math.min(a.size(), b.size()) && a.get(i).equals(b.get(i)); i++) {
      found.add(a.get(i));
    }
    return found;
  }
}
