package io.github.tf2torch.convert;

import io.github.tf2torch.problem.BadRequest;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/** A file that a conversion writes. */
public enum Target {
  SAFETENSORS("safetensors", "model.safetensors"),
  STATE_DICT("pt", "model.pt"),
  OPTIMIZER("optimizer", "optimizer.pt"),
  TORCHSCRIPT("torchscript", "model.torchscript.pt"),
  PT2("pt2", "model.pt2"),
  PYTHON("python", "model.py");

  private final String option;
  private final String fileName;

  Target(String option, String fileName) {
    this.option = option;
    this.fileName = fileName;
  }

  /** Whether it holds tensors and no program, so that a source without a computation has it. */
  public boolean isTensorsAlone() {
    return this == SAFETENSORS || this == STATE_DICT || this == OPTIMIZER;
  }

  /** Whether it computes in the types of the source, so that other tensors do not fit into it. */
  boolean computesAsStored() {
    return this == TORCHSCRIPT;
  }

  /** What {@code --to} calls it. */
  public String option() {
    return option;
  }

  public String fileName() {
    return fileName;
  }

  public static Target parse(String option) {
    return Arrays.stream(values())
        .filter(t -> t.option.equals(option))
        .findFirst()
        .orElseThrow(
            () ->
                new BadRequest(
                    "--to "
                        + option
                        + ": no such target; there are "
                        + all().stream().map(Target::option).collect(Collectors.joining(", "))));
  }

  public static Set<Target> all() {
    return EnumSet.allOf(Target.class);
  }
}
