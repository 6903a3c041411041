package io.github.tf2torch.verify.batchnorm;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Layout;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.dropout.Site;
import io.github.tf2torch.verify.engine.RunResult;
import io.github.tf2torch.verify.engine.TorchEngine;
import io.github.tf2torch.verify.judge.Arrangement;
import io.github.tf2torch.verify.run.Engines;
import io.github.tf2torch.verify.run.TrainingSide;
import io.github.tf2torch.verify.subject.Subject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** PyTorch's side: the converted program in training mode. */
final class TorchBatches {
  private final NormalizedBatches batches;

  TorchBatches(NormalizedBatches batches) {
    this.batches = batches;
  }

  /**
   * Runs them one after the other.
   *
   * @param factors of each batch, what dropouts multiply by
   */
  Map<String, TensorValue> run(Engines engines, DType floatType, List<List<TensorValue>> factors)
      throws IOException {
    Subject subject = batches.subject();
    Map<String, TensorValue> all = new LinkedHashMap<>();
    List<TorchModel.Output> outputs = subject.torch().outputs();
    try (TorchEngine engine = engines.torch(floatType, program())) {
      engine.train();
      for (int i = 0; i < Compared.BATCHES; i++) {
        List<TensorValue> arguments =
            new ArrayList<>(TrainingSide.arguments(subject, batches.inputs().get(i), floatType));
        arguments.addAll(batches.masks().arguments(factors.get(i)));
        try (RunResult result = engine.answer(arguments)) {
          for (int o = 0; o < outputs.size(); o++) {
            if (outputs.get(o).dtype().isFloating()) {
              TensorValue value = result.values().get(o).copy();
              Compared.join(
                  all, outputs.get(o), Arrangement.toTensorflow(value, outputs.get(o).layout()));
            }
          }
          int at = outputs.size();
          for (Site site : batches.sites()) {
            TensorValue value = result.values().get(at++).copy();
            if (i == 0) {
              all.put(Compared.squares(site), Compared.squares(value));
            }
          }
          for (Site site : batches.sites()) {
            for (String statistic : Compared.STATISTICS) {
              all.put(
                  Compared.after(site.path() + "." + statistic), result.values().get(at++).copy());
            }
          }
        }
      }
    }
    return all;
  }

  /** The conversion's program with every normalized tensor and every statistic for a tap. */
  private TorchModel program() {
    TorchModel model = batches.masks().program(batches.subject().asConverted(List.of()));
    List<Statement> body = new ArrayList<>(model.body());
    List<TorchModel.Tap> taps = new ArrayList<>();
    batches
        .sites()
        .forEach(
            s ->
                taps.add(
                    new TorchModel.Tap(
                        s.output(), s.value(), DType.FLOAT32, s.layout(), s.path())));
    for (Site site : batches.sites()) {
      for (String statistic : Compared.STATISTICS) {
        String value = "statistic_" + taps.size();
        String name = site.path() + "." + statistic;
        body.add(new Statement.Assign(value, new Expr.Attribute(name)));
        taps.add(
            new TorchModel.Tap(
                new Endpoint(name, 0), value, DType.FLOAT32, Layout.tensorflow(1), name));
      }
    }
    return model.withBody(body).withTaps(taps);
  }
}
