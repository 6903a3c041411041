package io.github.tf2torch.write.statedict;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.target.CarriedSlots;
import io.github.tf2torch.model.target.TorchOptimizer;
import io.github.tf2torch.model.target.TrainingState;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.write.pass.TensorFilePlan;
import io.github.tf2torch.write.pass.ZipFilePlan;
import io.github.tf2torch.write.pickle.Pickle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@code optimizer.pt}: an optimizer's {@code state_dict} for {@code torch.load(weights_only=True)}
 * (torch/optim/optimizer.py, {@code state_dict}), with the name of its class beside it, and {@code
 * "in_order": False} where it is good by name alone. Where it is no optimizer of PyTorch's: {@code
 * {"kind", "settings": {optimizer: {..}}, "slots": {parameter: {slot: tensor}}, "variables": {name:
 * tensor}}}.
 */
public final class OptimizerWriter {
  private final List<TensorExpr> storages = new ArrayList<>();
  private final Pickle pickle = new Pickle();

  private final boolean isInOrder;

  private OptimizerWriter(boolean isInOrder) {
    this.isInOrder = isInOrder;
  }

  /**
   * The file, with the state of every parameter in the order of the groups.
   *
   * @param isInOrder whether that is the order of {@code model.parameters()}
   */
  public static TensorFilePlan plan(TrainingState training, boolean isInOrder, Path file) {
    OptimizerWriter writer = new OptimizerWriter(isInOrder);
    ZipFilePlan plan =
        new ZipFilePlan(file)
            .add("optimizer/data.pkl", writer.index(training))
            .add("optimizer/byteorder", "little");
    for (int i = 0; i < writer.storages.size(); i++) {
      plan.add("optimizer/data/" + i, writer.storages.get(i));
    }
    return plan.add("optimizer/version", "3\n");
  }

  private byte[] index(TrainingState training) {
    return training instanceof TorchOptimizer optimizer
        ? index(optimizer)
        : index((CarriedSlots) training);
  }

  /** Slots by parameter, and whatever has none by its own name. */
  private byte[] index(CarriedSlots carried) {
    pickle.emptyDict().mark();
    pickle.text("kind").text(carried.kind());
    pickle.text("settings");
    value(new Config.Fields(carried.settings()));
    pickle.text("slots").emptyDict().mark();
    carried
        .slots()
        .forEach(
            (parameter, slots) -> {
              pickle.text(parameter).emptyDict().mark();
              slots.forEach(this::tensor);
              pickle.setItems();
            });
    pickle.setItems().text("variables").emptyDict().mark();
    carried.others().forEach((name, recipe) -> tensor(new TorchOptimizer.State(name, recipe)));
    return pickle.setItems().setItems().bytes();
  }

  private byte[] index(TorchOptimizer optimizer) {
    pickle.emptyDict().mark();
    pickle.text("state").emptyDict().mark();
    int index = 0;
    for (TorchOptimizer.Group group : optimizer.groups()) {
      for (String parameter : group.parameters()) {
        List<TorchOptimizer.State> state = optimizer.state().getOrDefault(parameter, List.of());
        if (!state.isEmpty()) {
          pickle.integer(index).emptyDict().mark();
          state.forEach(this::tensor);
          pickle.setItems();
        }
        index++;
      }
    }
    pickle.setItems();
    pickle.text("param_groups").emptyList().mark();
    int first = 0;
    for (TorchOptimizer.Group group : optimizer.groups()) {
      group(group, first);
      first += group.parameters().size();
    }
    pickle.appends();
    if (!isInOrder) {
      pickle.text("in_order").bool(false);
    }
    return pickle.text("class").text(optimizer.className()).setItems().bytes();
  }

  private void tensor(TorchOptimizer.State state) {
    TensorExpr recipe = state.recipe();
    pickle
        .text(state.key())
        .tensor(Integer.toString(storages.size()), recipe.dtype(), recipe.shape(), false);
    storages.add(recipe);
  }

  private void group(TorchOptimizer.Group group, int first) {
    pickle.emptyDict().mark();
    for (Map.Entry<String, Config> setting : group.settings().entrySet()) {
      pickle.text(setting.getKey());
      value(setting.getValue());
    }
    pickle.text("param_names").emptyList().mark();
    group.parameters().forEach(pickle::text);
    pickle.appends().text("params").emptyList().mark();
    for (int i = 0; i < group.parameters().size(); i++) {
      pickle.integer(first + i);
    }
    pickle.appends().setItems();
  }

  private void value(Config value) {
    if (value instanceof Config.Bool bool) {
      pickle.bool(bool.value());
    } else if (value instanceof Config.Whole whole) {
      pickle.integer(whole.value());
    } else if (value instanceof Config.Real real) {
      pickle.real(real.value());
    } else if (value instanceof Config.Text text) {
      pickle.text(text.value());
    } else if (value instanceof Config.Items items) {
      pickle.mark();
      items.values().forEach(this::value);
      pickle.tuple();
    } else if (value instanceof Config.Fields fields) {
      pickle.emptyDict().mark();
      fields
          .values()
          .forEach(
              (name, inner) -> {
                pickle.text(name);
                value(inner);
              });
      pickle.setItems();
    } else {
      pickle.none();
    }
  }
}
