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
 * @param value what PyTorch's program calls the result
 * @param layout how PyTorch holds the result
 */
public record Site(
    String path,
    TorchModule module,
    Optional<Endpoint> input,
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
            t ->
                new Site(
                    call.path(),
                    module,
                    source(model, call.arguments().get(0)),
                    t.source(),
                    target,
                    t.layout()));
  }

  private static Optional<Endpoint> source(TorchModel model, Expr argument) {
    Expr at = argument;
    while (at instanceof Expr.Aten a && a.operator().equals("permute")) {
      at = a.arguments().get(0);
    }
    if (!(at instanceof Expr.Local local)) {
      return Optional.empty();
    }
    Optional<Endpoint> input =
        model.inputs().stream()
            .filter(i -> i.name().equals(local.name()))
            .map(TorchModel.Input::source)
            .findFirst();
    return input.isPresent()
        ? input
        : model.taps().stream()
            .filter(t -> t.value().equals(local.name()))
            .map(TorchModel.Tap::source)
            .findFirst();
  }
}
