package io.github.tf2torch.verify.dropout;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Layout;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.model.target.TorchModule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A call of a module, and where TensorFlow has what goes in and comes out.
 *
 * @param input empty where TensorFlow has no such tensor
 * @param turned the axes of the input, in the order of the result's: TensorFlow may have transposed
 *     between them what PyTorch holds in one order
 * @param value what PyTorch's program calls the result
 * @param layout how PyTorch holds the result
 */
public record Site(
    String path,
    TorchModule module,
    Optional<Endpoint> input,
    List<Integer> turned,
    Endpoint output,
    String value,
    Layout layout) {

  /** All calls of such modules whose results TensorFlow has, in the program's order. */
  public static List<Site> of(TorchModel model, Predicate<TorchModule> wanted) {
    List<Site> sites = new ArrayList<>();
    for (Statement statement : model.body()) {
      if (statement instanceof Statement.Assign assign
          && assign.value() instanceof Expr.ModuleCall call) {
        model.modules().stream()
            .filter(m -> m.path().equals(call.path()) && wanted.test(m.module()))
            .flatMap(m -> of(model, assign.targets().get(0), call, m.module()).stream())
            .forEach(sites::add);
      }
    }
    return sites;
  }

  private static Optional<Site> of(
      TorchModel model, String target, Expr.ModuleCall call, TorchModule module) {
    return model.taps().stream()
        .filter(t -> t.value().equals(target))
        .findFirst()
        .map(
            t -> {
              Optional<Entry> entry = entry(model, call.arguments().get(0));
              return new Site(
                  call.path(),
                  module,
                  entry.map(Entry::source),
                  t.layout().order().toTensorflow().stream()
                      .map(d -> entry.map(e -> e.axes().get(d)).orElse(d))
                      .toList(),
                  t.source(),
                  target,
                  t.layout());
            });
  }

  /** What a module takes, and TensorFlow's axes of it as the module sees them. */
  private record Entry(Endpoint source, List<Integer> axes) {
    int axis(Expr dimension) {
      return axes.get(Math.toIntExact(((Expr.IntLiteral) dimension).value()));
    }
  }

  private static Optional<Entry> entry(TorchModel model, Expr argument) {
    if (argument instanceof Expr.Aten a
        && a.operator().equals("permute")
        && a.arguments().get(1) instanceof Expr.ListLiteral order) {
      return entry(model, a.arguments().get(0))
          .map(e -> new Entry(e.source(), order.elements().stream().map(e::axis).toList()));
    }
    if (!(argument instanceof Expr.Local local)) {
      return Optional.empty();
    }
    Optional<Entry> input =
        model.inputs().stream()
            .filter(i -> i.name().equals(local.name()))
            .map(i -> new Entry(i.source(), i.layout().order().axes()))
            .findFirst();
    return input.isPresent()
        ? input
        : model.taps().stream()
            .filter(t -> t.value().equals(local.name()))
            .map(t -> new Entry(t.source(), t.layout().order().axes()))
            .findFirst();
  }
}
