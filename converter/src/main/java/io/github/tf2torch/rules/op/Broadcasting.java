package io.github.tf2torch.rules.op;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Layout;
import io.github.tf2torch.model.target.Layout.Flattened;
import io.github.tf2torch.rules.OpContext;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The inputs of an elementwise op brought to one layout. The result keeps the order that its
 * computed inputs are held in; variables and constants are permuted at conversion.
 *
 * @param operands one for each input, broadcast by torch to {@code dims}
 */
record Broadcasting(List<Expr> operands, Dims dims, Layout layout) {

  /** Of the first inputs of an op. */
  static Broadcasting of(OpContext context, int count) {
    return of(context, IntStream.range(0, count).boxed().toList());
  }

  static Broadcasting of(OpContext context, List<Integer> inputs) {
    List<Dims> all = inputs.stream().map(context::dims).toList();
    Dims dims = all.stream().reduce(Dims.of(), (a, b) -> broadcast(context, a, b));
    Layout layout = layout(context, inputs, dims);
    List<Expr> operands = new ArrayList<>();
    for (int i : inputs) {
      operands.add(operand(context, i, dims, layout));
    }
    return new Broadcasting(operands, dims, layout);
  }

  TensorType type(DType dtype) {
    return new TensorType(dtype, dims, layout);
  }

  private static Dims broadcast(OpContext context, Dims a, Dims b) {
    int rank = Math.max(a.rank(), b.rank());
    List<Long> extents = new ArrayList<>();
    for (int axis = 0; axis < rank; axis++) {
      long left = extentFromRight(a, rank, axis);
      long right = extentFromRight(b, rank, axis);
      if (left == right || right == 1) {
        extents.add(left);
      } else if (left == 1 || left < 0) {
        extents.add(right);
      } else if (right < 0) {
        extents.add(left);
      } else {
        throw context.unsupported("shapes " + a.extents() + " and " + b.extents());
      }
    }
    return new Dims(extents);
  }

  private static long extentFromRight(Dims dims, int rank, int axis) {
    int own = axis - (rank - dims.rank());
    return own < 0 ? 1 : dims.extent(own);
  }

  private static Layout layout(OpContext context, List<Integer> inputs, Dims dims) {
    List<TensorType> held =
        inputs.stream()
            .map(context::input)
            .filter(Held.class::isInstance)
            .map(v -> ((Held) v).type())
            .filter(t -> t.rank() == dims.rank())
            .toList();
    Optional<AxisOrder> moved =
        held.stream()
            .filter(t -> !t.order().isIdentity())
            .max((a, b) -> Long.compare(spread(a), spread(b)))
            .map(TensorType::order);
    if (moved.isPresent()) {
      return Layout.of(moved.get());
    }
    List<Optional<Flattened>> tags =
        held.stream()
            .filter(t -> t.rank() > 0 && t.dims().extent(t.rank() - 1) != 1)
            .map(t -> t.layout().flattened())
            .distinct()
            .toList();
    Optional<Flattened> flattened = tags.size() == 1 ? tags.get(0) : Optional.empty();
    boolean shortOnes =
        inputs.stream()
            .map(context::input)
            .anyMatch(
                v ->
                    v instanceof Held h
                        && h.type().rank() < dims.rank()
                        && h.type().rank() > 0
                        && h.type().dims().extent(h.type().rank() - 1) != 1);
    return new Layout(AxisOrder.identity(dims.rank()), shortOnes ? Optional.empty() : flattened);
  }

  /** How many axes really extend: a tensor of ones but one axis can follow any order. */
  private static long spread(TensorType type) {
    return type.dims().extents().stream().filter(e -> e != 1).count();
  }

  private static Expr operand(OpContext context, int index, Dims dims, Layout layout) {
    Value value = context.input(index);
    if (value instanceof Value.Weight weight) {
      Optional<Expr> literal = literal(weight);
      if (literal.isPresent()) {
        return literal.get();
      }
      return context.attribute(arrange(weight.recipe(), dims.rank(), layout)).expr();
    }
    if (layout.flattened().isPresent()) {
      return context.held(index).expr();
    }
    Held held = context.unflattened(index);
    TensorType type = held.type();
    if (type.rank() == dims.rank()) {
      return context.inOrder(held, layout.order()).expr();
    }
    return widened(context, held, dims.rank(), layout.order());
  }

  /** A value of lower rank, its axes placed where the order has them. */
  private static Expr widened(OpContext context, Held held, int rank, AxisOrder order) {
    int lead = rank - held.type().rank();
    List<Integer> own = order.axes().stream().filter(a -> a >= lead).map(a -> a - lead).toList();
    Held ordered = context.inOrder(held, new AxisOrder(own));
    int first =
        IntStream.range(0, rank).filter(i -> order.axes().get(i) >= lead).findFirst().orElse(rank);
    Expr expr = ordered.expr();
    for (int i = first; i < rank; i++) {
      if (order.axes().get(i) < lead) {
        expr = Expr.aten("unsqueeze", expr, new Expr.IntLiteral(i - first));
      }
    }
    return expr;
  }

  /** The literal that torch takes in place of a constant of one element. */
  static Optional<Expr> literal(Value.Weight weight) {
    if (!(weight.recipe() instanceof TensorExpr.Constant c) || c.shape().count() != 1) {
      return Optional.empty();
    }
    return switch (c.dtype()) {
      case FLOAT32 -> Optional.of(new Expr.FloatLiteral((float) c.value().doubleAt(0)));
      case INT64, INT32, INT16, INT8, UINT8 ->
          Optional.of(new Expr.IntLiteral(c.value().longAt(0)));
      default -> Optional.empty();
    };
  }

  /** A recipe in the order of the value that it meets; leading ones are left to broadcasting. */
  static TensorExpr arrange(TensorExpr recipe, int rank, Layout layout) {
    TensorExpr expr = recipe;
    if (layout.flattened().isPresent()) {
      return Refolding.lastAxis(expr, layout.flattened().get());
    }
    if (layout.order().isIdentity()) {
      return expr;
    }
    List<Long> full = new ArrayList<>(Collections.nCopies(rank - expr.shape().rank(), 1L));
    full.addAll(expr.shape().dims());
    expr = Refolding.permute(Refolding.reshape(expr, full), layout.order().axes());
    List<Long> trimmed = new ArrayList<>(expr.shape().dims());
    while (trimmed.size() > 1 && Objects.equals(trimmed.get(0), 1L)) {
      trimmed.remove(0);
    }
    return Refolding.reshape(expr, trimmed);
  }
}
