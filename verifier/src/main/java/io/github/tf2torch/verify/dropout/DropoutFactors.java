package io.github.tf2torch.verify.dropout;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The factors by which dropouts multiply: 0, or what makes up for it. */
final class DropoutFactors {
  private DropoutFactors() {}

  /** The program, of which each of these dropouts tells what it makes of ones. */
  static TorchModel told(TorchModel model, List<Site> sites) {
    List<Statement> body = new ArrayList<>();
    List<TorchModel.Tap> taps = new ArrayList<>();
    for (Statement statement : model.body()) {
      Optional<Site> site = sites.stream().filter(s -> isAt(statement, s)).findFirst();
      if (site.isEmpty()) {
        body.add(statement);
        continue;
      }
      Statement.Assign assign = (Statement.Assign) statement;
      Expr.ModuleCall call = (Expr.ModuleCall) assign.value();
      Expr x = call.arguments().get(0);
      String factor = "drawn_" + taps.size();
      body.add(
          new Statement.Assign(
              factor, new Expr.ModuleCall(call.path(), List.of(Expr.aten("ones_like", x)))));
      body.add(new Statement.Assign(assign.targets(), Expr.aten("mul", x, Expr.local(factor))));
      taps.add(tap(site.get(), factor));
    }
    return model.withBody(body).withTaps(taps);
  }

  private static boolean isAt(Statement statement, Site site) {
    return statement instanceof Statement.Assign a && a.targets().get(0).equals(site.value());
  }

  private static TorchModel.Tap tap(Site site, String factor) {
    return new TorchModel.Tap(site.output(), factor, DType.FLOAT32, site.layout(), site.path());
  }
}
