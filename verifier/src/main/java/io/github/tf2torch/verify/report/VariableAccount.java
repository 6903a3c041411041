package io.github.tf2torch.verify.report;

import java.util.List;

/**
 * Where every variable of the source went, as {@code conversion.json} has it.
 *
 * @param used each variable and the tensors that are made of it
 * @param dropped each variable that the port does not need, and why
 */
public record VariableAccount(
    List<Line> used,
    List<Line> dropped,
    List<String> unknown,
    List<String> assumed,
    List<String> lossy) {
  public static final VariableAccount EMPTY =
      new VariableAccount(List.of(), List.of(), List.of(), List.of(), List.of());

  public VariableAccount {
    used = List.copyOf(used);
    dropped = List.copyOf(dropped);
    unknown = List.copyOf(unknown);
    assumed = List.copyOf(assumed);
    lossy = List.copyOf(lossy);
  }

  /** A variable, and what became of it. */
  public record Line(String name, String note) {}
}
