package io.github.tf2torch.verify.run;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Layout;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.DType;
import java.util.ArrayList;
import java.util.List;

/** A program that ends in one number: its floating point outputs, each weighted, summed. */
public final class Objective {
  private static final String NUMBER = "objective_";

  private Objective() {}

  /** The outputs that count, in order. */
  public static List<TorchModel.Output> outputs(TorchModel model) {
    return model.outputs().stream().filter(o -> o.dtype().isFloating()).toList();
  }

  /** The program, which takes a weight for each such output behind its own inputs. */
  static TorchModel of(TorchModel model) {
    List<TorchModel.Input> inputs = new ArrayList<>(model.inputs());
    List<Statement> body = new ArrayList<>(model.body());
    List<TorchModel.Output> counted = outputs(model);
    for (int i = 0; i < counted.size(); i++) {
      TorchModel.Output output = counted.get(i);
      String weight = "weight_of_output_" + i;
      inputs.add(
          new TorchModel.Input(
              weight,
              weight,
              new Endpoint(weight, 0),
              output.dtype(),
              output.dims(),
              output.layout()));
      Expr share =
          Expr.aten("sum", Expr.aten("mul", Expr.local(output.value()), Expr.local(weight)));
      Expr sum = i == 0 ? share : Expr.aten("add", Expr.local(NUMBER + (i - 1)), share);
      body.add(new Statement.Assign(NUMBER + i, sum));
    }
    TorchModel.Output number =
        new TorchModel.Output(
            "objective",
            NUMBER + (counted.size() - 1),
            new Endpoint("objective", 0),
            DType.FLOAT32,
            new Dims(List.of()),
            Layout.tensorflow(0));
    return new TorchModel(
        model.className(),
        inputs,
        model.modules(),
        model.tensors(),
        body,
        List.of(number),
        List.of());
  }
}
