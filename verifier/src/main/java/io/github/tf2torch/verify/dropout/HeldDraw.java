package io.github.tf2torch.verify.dropout;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Layout;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.model.target.TorchModule;
import io.github.tf2torch.model.target.nn.ConvolvedLstm;
import io.github.tf2torch.model.target.nn.Recurrent;
import io.github.tf2torch.model.target.nn.SteppedRecurrent;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.verify.reference.Draw;
import io.github.tf2torch.verify.reference.Drawn;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A draw of the conversion's program in training.
 *
 * @param statement which of the program's calls the module
 * @param index which draw of the module
 * @param tap the first boundary of a layer at or behind it
 */
record HeldDraw(
    int statement, String path, TorchModule module, int index, Optional<TorchModel.Tap> tap) {

  private static final int GATES_OF_GRU = 3;

  /** All of a program, in order. */
  static List<HeldDraw> of(TorchModel program, List<TorchModel.Tap> taps) {
    List<HeldDraw> all = new ArrayList<>();
    for (int i = 0; i < program.body().size(); i++) {
      if (program.body().get(i) instanceof Statement.Assign assign
          && assign.value() instanceof Expr.ModuleCall call) {
        TorchModule module = module(program, call.path());
        for (int k = 0; k < RandomOperators.count(module); k++) {
          all.add(new HeldDraw(i, call.path(), module, k, next(program, taps, i)));
        }
      }
    }
    return all;
  }

  static TorchModule module(TorchModel program, String path) {
    return program.modules().stream()
        .filter(m -> m.path().equals(path))
        .findFirst()
        .orElseThrow()
        .module();
  }

  private static Optional<TorchModel.Tap> next(
      TorchModel program, List<TorchModel.Tap> taps, int statement) {
    for (int i = statement; i < program.body().size(); i++) {
      if (program.body().get(i) instanceof Statement.Assign a) {
        Optional<TorchModel.Tap> found =
            taps.stream().filter(t -> a.targets().contains(t.value())).findFirst();
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  /** The layer that it belongs to. */
  Optional<Endpoint> owner() {
    return tap.map(TorchModel.Tap::source);
  }

  /** Whether the boundary is the very value that the module gives. */
  private boolean isTapped(TorchModel program) {
    return tap.isPresent()
        && program.body().get(statement) instanceof Statement.Assign a
        && a.targets().contains(tap.get().value());
  }

  /** Gates in the order in which PyTorch has them. */
  List<Draw> ordered(Drawn drawn) {
    List<Draw> parts = drawn.parts();
    boolean isGru = module instanceof SteppedRecurrent r && r.like().kind() == Recurrent.Kind.GRU;
    if (!isGru || drawn.form() == Drawn.Form.ALONE || drawn.form() == Drawn.Form.STEPS) {
      return parts;
    }
    List<Draw> ordered = new ArrayList<>();
    for (int i = 0; i < parts.size(); i += GATES_OF_GRU) {
      ordered.addAll(List.of(parts.get(i + 1), parts.get(i), parts.get(i + 2)));
    }
    return ordered;
  }

  /** How it holds what TensorFlow draws; empty where the shapes do not fit. */
  Optional<DrawArrangement> arrangement(TorchModel program, Drawn drawn, Shape held) {
    List<Shape> shapes = drawn.parts().stream().map(Draw::shape).toList();
    int rank = shapes.get(0).rank();
    return switch (drawn.form()) {
      case ALONE -> alone(program, shapes, held);
      case STEPS -> steps(shapes, held);
      case GATES ->
          module instanceof SteppedRecurrent
              ? fitting(shapes, 0, true, identity(rank + 1), held)
              : module instanceof ConvolvedLstm
                  ? fitting(shapes, rank - 1, false, AxisOrder.channelsFirst(rank).axes(), held)
                  : fitting(shapes, rank - 1, false, identity(rank), held);
      case GATES_OF_STEPS -> gatesOfSteps(shapes, drawn.steps(), held);
    };
  }

  /** Of all steps as one batch, and of the gates as the module has them. */
  private Optional<DrawArrangement> gatesOfSteps(List<Shape> shapes, int steps, Shape held) {
    Shape each = shapes.get(0);
    int rank = each.rank();
    long gates = shapes.size() / steps;
    List<Long> split = new ArrayList<>(List.of((long) steps, gates));
    split.addAll(each.dims());
    long batch = each.dim(0) * steps;
    List<Integer> axes = new ArrayList<>();
    List<Long> joined = new ArrayList<>();
    if (module instanceof SteppedRecurrent) {
      axes.addAll(List.of(1, 2, 0));
      IntStream.range(3, rank + 2).forEach(axes::add);
      joined.addAll(List.of(gates, batch));
      joined.addAll(each.dims().subList(1, rank));
    } else {
      boolean isOfMaps = module instanceof ConvolvedLstm;
      axes.addAll(List.of(2, 0));
      IntStream spatial = IntStream.range(3, rank + 1);
      if (isOfMaps) {
        axes.addAll(List.of(1, rank + 1));
        spatial.forEach(axes::add);
      } else {
        spatial.forEach(axes::add);
        axes.addAll(List.of(1, rank + 1));
      }
      joined.add(batch);
      joined.addAll(each.dims().subList(1, rank - 1));
      joined.add(isOfMaps ? 1 : joined.size(), gates * each.dim(rank - 1));
    }
    return isSame(joined, held.dims())
        ? Optional.of(new DrawArrangement(0, true, split, axes, held))
        : Optional.empty();
  }

  private Optional<DrawArrangement> alone(TorchModel program, List<Shape> shapes, Shape held) {
    Shape shape = shapes.get(0);
    int rank = shape.rank();
    Optional<Layout> layout =
        isTapped(program) ? tap.map(TorchModel.Tap::layout) : Optional.empty();
    Optional<Layout.Flattened> flattened = layout.flatMap(Layout::flattened);
    if (flattened.isPresent()
        && shape.count() == held.count()
        && rank == layout.get().order().rank()) {
      List<Long> split = new ArrayList<>(shape.dims().subList(0, rank - 1));
      split.addAll(flattened.get().extents());
      List<Integer> axes = new ArrayList<>(identity(rank - 1));
      flattened.get().held().forEach(a -> axes.add(rank - 1 + a));
      return Optional.of(new DrawArrangement(0, false, split, axes, held));
    }
    return orders(layout, rank)
        .map(axes -> fitting(shapes, 0, false, axes, held))
        .flatMap(Optional::stream)
        .findFirst()
        .or(() -> merged(shape, held));
  }

  private static java.util.stream.Stream<List<Integer>> orders(Optional<Layout> layout, int rank) {
    List<List<Integer>> all = new ArrayList<>();
    layout
        .filter(l -> l.order().rank() == rank)
        .ifPresentOrElse(
            l -> all.add(l.order().axes()),
            () -> {
              all.add(identity(rank));
              if (rank > 2) {
                all.add(AxisOrder.channelsFirst(rank).axes());
              }
            });
    return all.stream();
  }

  /** Axes that are attended along are one in PyTorch. */
  private static Optional<DrawArrangement> merged(Shape shape, Shape held) {
    return held.rank() < shape.rank() && held.count() == shape.count()
        ? Optional.of(new DrawArrangement(0, false, shape.dims(), identity(shape.rank()), held))
        : Optional.empty();
  }

  /** All steps are one batch in PyTorch, those of an example one after another. */
  private Optional<DrawArrangement> steps(List<Shape> shapes, Shape held) {
    int rank = shapes.get(0).rank();
    List<Long> stacked = DrawArrangement.joined(shapes, 1, true);
    List<Long> flat = new ArrayList<>(stacked.subList(1, stacked.size()));
    flat.set(0, stacked.get(0) * stacked.get(1));
    for (List<Integer> order : orders(Optional.empty(), rank).toList()) {
      List<Long> permuted = order.stream().map(flat::get).toList();
      if (isSame(permuted, held.dims())) {
        List<Integer> axes = new ArrayList<>(List.of(0, 1));
        order.subList(1, rank).forEach(a -> axes.add(a + 1));
        return Optional.of(new DrawArrangement(1, true, stacked, axes, held));
      }
    }
    return Optional.empty();
  }

  private static Optional<DrawArrangement> fitting(
      List<Shape> shapes, int axis, boolean isStacked, List<Integer> axes, Shape held) {
    List<Long> joined =
        shapes.size() == 1 && !isStacked
            ? shapes.get(0).dims()
            : DrawArrangement.joined(shapes, axis, isStacked);
    return isSame(axes.stream().map(joined::get).toList(), held.dims())
        ? Optional.of(new DrawArrangement(axis, isStacked, joined, axes, held))
        : Optional.empty();
  }

  /** But for axes of one element. */
  private static boolean isSame(List<Long> dims, List<Long> held) {
    return dims.equals(held)
        || dims.size() != held.size()
            && dims.stream()
                .filter(d -> d != 1)
                .toList()
                .equals(held.stream().filter(d -> d != 1).toList());
  }

  private static List<Integer> identity(int rank) {
    return IntStream.range(0, rank).boxed().toList();
  }
}
