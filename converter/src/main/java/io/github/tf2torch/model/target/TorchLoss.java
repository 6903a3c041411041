package io.github.tf2torch.model.target;

import java.util.ArrayList;
import java.util.List;

/**
 * The loss of a model's training as a program beside it.
 *
 * @param program takes the model's results, then labels, then penalties; its tensors are constants
 * @param results how many of its inputs are the model's results
 * @param penalties what its last inputs are, of the model's parameters
 */
public record TorchLoss(TorchModel program, int results, List<Penalty> penalties) {
  public TorchLoss {
    penalties = List.copyOf(penalties);
  }

  /** What the loss compares the results with. */
  public List<TorchModel.Input> labels() {
    List<TorchModel.Input> inputs = program.inputs();
    return inputs.subList(results, inputs.size() - penalties.size());
  }

  /** Those of its function: results and labels, and the model where it has penalties on weights. */
  public List<String> arguments() {
    List<String> names = new ArrayList<>();
    program.inputs().stream()
        .limit(program.inputs().size() - penalties.size())
        .forEach(i -> names.add(i.name()));
    if (!penalties.isEmpty()) {
      names.add("model");
    }
    return List.copyOf(names);
  }

  /**
   * The value of an input.
   *
   * @param value reads the model's parameters as attributes
   */
  public record Penalty(String input, Expr value) {}
}
