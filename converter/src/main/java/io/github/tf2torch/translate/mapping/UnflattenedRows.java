package io.github.tf2torch.translate.mapping;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.model.target.TorchModule;
import io.github.tf2torch.model.target.nn.Linear;
import io.github.tf2torch.rules.mapping.Layouts;
import io.github.tf2torch.translate.mapping.Layer.Reading;
import io.github.tf2torch.translate.mapping.Layer.Slot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Matrices that make an image, as generators and decoders do: TensorFlow's features are its H, W,
 * C, and a person's {@code x.view(-1, C, H, W)} takes them as C, H, W. The counterpart of {@link
 * FlattenedRows}; a batch normalization between them has its features in that order, too.
 */
final class UnflattenedRows {
  /** What leaves every value where it is; {@code nn.Dropout} and the like are modules. */
  private static final Set<String> ELEMENTWISE =
      Set.of(
          "relu",
          "relu6",
          "leaky_relu",
          "elu",
          "selu",
          "celu",
          "gelu",
          "silu",
          "mish",
          "tanh",
          "sigmoid",
          "softplus",
          "hardtanh",
          "hardsigmoid",
          "hardswish",
          "clamp",
          "dropout");

  private static final Set<String> FEATURES =
      Set.of("weight", "bias", "running_mean", "running_var");

  private final Map<String, TorchModule> modules;
  private final Map<String, Expr> values = new HashMap<>();
  private final Map<String, Long> uses;

  /** Of modules, by their paths, the image's extents: {@code [H, W, C]}. */
  private final Map<String, List<Long>> images = new HashMap<>();

  private UnflattenedRows(TorchModel model) {
    modules =
        model.modules().stream()
            .collect(Collectors.toMap(TorchModel.Instance::path, TorchModel.Instance::module));
    List<Expr> all = new ArrayList<>();
    for (Statement statement : model.body()) {
      if (statement instanceof Statement.Assign assign) {
        all.add(assign.value());
        assign.targets().forEach(t -> values.put(t, assign.value()));
      }
    }
    uses =
        Stream.concat(
                all.stream().flatMap(UnflattenedRows::locals),
                model.outputs().stream().map(TorchModel.Output::value))
            .collect(Collectors.groupingBy(n -> n, Collectors.counting()));
    boolean isStraight = model.body().stream().allMatch(s -> s instanceof Statement.Assign);
    if (isStraight) {
      all.forEach(this::permute);
    }
  }

  static UnflattenedRows of(TorchModel model) {
    return new UnflattenedRows(model);
  }

  private static Stream<String> locals(Expr expr) {
    return expr instanceof Expr.Local local
        ? Stream.of(local.name())
        : expr.parts().stream().flatMap(UnflattenedRows::locals);
  }

  /** The value of a local that nothing else takes, or the expression itself. */
  private Optional<Expr> alone(Expr expr) {
    return expr instanceof Expr.Local local
        ? Optional.ofNullable(values.get(local.name()))
            .filter(v -> uses.getOrDefault(local.name(), 0L) == 1)
        : Optional.of(expr);
  }

  private void permute(Expr expr) {
    if (expr instanceof Expr.Aten permute
        && permute.operator().equals("permute")
        && alone(permute.arguments().get(0)).orElse(permute) instanceof Expr.Aten reshape
        && reshape.operator().equals("reshape")) {
      List<Long> axes = numbers(permute.arguments().get(1));
      List<Long> extents = numbers(reshape.arguments().get(1));
      if (extents.size() >= 3 && axes.equals(channelsFirst(extents.size()))) {
        image(reshape.arguments().get(0), extents.subList(1, extents.size()));
      }
    }
  }

  private static List<Long> channelsFirst(int rank) {
    List<Long> axes = new ArrayList<>(List.of(0L, rank - 1L));
    for (long axis = 1; axis < rank - 1; axis++) {
      axes.add(axis);
    }
    return axes;
  }

  /** Empty where one of them is computed. */
  private static List<Long> numbers(Expr list) {
    List<Long> numbers = new ArrayList<>();
    for (Expr element : list.parts()) {
      if (!(element instanceof Expr.IntLiteral literal)) {
        return List.of();
      }
      numbers.add(literal.value());
    }
    return numbers;
  }

  /** Back from the image to the matrix, over what keeps the features apart. */
  private void image(Expr image, List<Long> extents) {
    Map<String, List<Long>> found = new HashMap<>();
    Optional<Expr> at = alone(image);
    while (at.isPresent()) {
      if (at.get() instanceof Expr.ModuleCall call) {
        TorchModule module = modules.get(call.path());
        found.put(call.path(), extents);
        if (module instanceof Linear) {
          images.putAll(found);
          return;
        }
        boolean isOfFeatures =
            module != null
                && Stream.concat(module.parameters().stream(), module.buffers().stream())
                    .allMatch(
                        s -> FEATURES.contains(s.name()) || s.name().equals(TargetModule.COUNTER));
        at = isOfFeatures ? alone(call.arguments().get(0)) : Optional.empty();
      } else if (at.get() instanceof Expr.Aten aten && ELEMENTWISE.contains(aten.operator())) {
        at = alone(aten.arguments().get(0));
      } else {
        return;
      }
    }
  }

  /** The module's reading with its features in the order of a channels-first image. */
  Reading reordered(String path, Reading reading) {
    List<Long> extents = images.getOrDefault(path, List.of());
    long all = extents.stream().reduce(1L, Math::multiplyExact);
    boolean isWhole =
        reading.slots().stream()
            .filter(s -> FEATURES.contains(s.name()))
            .allMatch(s -> s.shape().rank() > 0 && s.shape().dim(0) == all);
    if (extents.isEmpty() || !isWhole) {
      return reading;
    }
    List<Slot> slots = new ArrayList<>();
    for (Slot slot : reading.slots()) {
      slots.add(
          FEATURES.contains(slot.name())
              ? new Slot(slot.name(), slot.kind(), Layouts.channelsFirst(slot.recipe(), 0, extents))
              : slot);
    }
    List<Long> view = new ArrayList<>(List.of(-1L, extents.get(extents.size() - 1)));
    view.addAll(extents.subList(0, extents.size() - 1));
    return new Reading(
        reading.kind() + " (its features in the order of x.view" + tuple(view) + ")",
        slots,
        reading.features());
  }

  private static String tuple(List<Long> numbers) {
    return numbers.stream().map(String::valueOf).collect(Collectors.joining(", ", "(", ")"));
  }
}
