package io.github.tf2torch.rules.mapping;

import java.util.List;
import java.util.regex.Pattern;

/**
 * One rule of a file: which variables it is for, and what becomes of them. A rule matches whole
 * names; {@code $1} in a target is what the first group found, or is made of it, as {@link
 * RuleFile} says.
 *
 * @param place where it stands, as messages say it: {@code my.yaml line 7}
 */
public sealed interface MappingRule {
  String place();

  /** What the whole name is to match. */
  Pattern pattern();

  /** Whether that is a tensor's name; else a variable's. */
  default boolean isOfTarget() {
    return false;
  }

  /**
   * Variables that become tensors.
   *
   * @param source of the first variable; the others are named by it
   * @param beside names of further variables, with {@code $1}
   * @param targets names of tensors, with {@code $1}; {@code $i} counts the layers of a stack
   * @param transforms in the order of application; by convention where empty
   * @param condition name of a variable, with {@code $1}, without which the rule is not for this
   *     one; empty where there is none
   * @param isOptional a target that doesn't exist leaves the variable out
   */
  record Move(
      Pattern source,
      List<String> beside,
      List<String> targets,
      List<Transform> transforms,
      String condition,
      boolean isOptional,
      String place)
      implements MappingRule {
    public Move {
      beside = List.copyOf(beside);
      targets = List.copyOf(targets);
      transforms = List.copyOf(transforms);
    }

    @Override
    public Pattern pattern() {
      return source;
    }

    /** Whether each match gives one layer of a tensor that holds many. */
    public boolean stacks() {
      return transforms.stream().anyMatch(t -> t.name().equals("stack"));
    }
  }

  /** Variables that no tensor needs. */
  record Drop(Pattern source, String reason, String place) implements MappingRule {
    @Override
    public Pattern pattern() {
      return source;
    }
  }

  /** Tensors that stay as the target has them. */
  record Keep(Pattern target, String place) implements MappingRule {
    @Override
    public Pattern pattern() {
      return target;
    }

    @Override
    public boolean isOfTarget() {
      return true;
    }
  }

  /** Tensors that get one value everywhere. */
  record Fill(Pattern target, double value, String place) implements MappingRule {
    @Override
    public Pattern pattern() {
      return target;
    }

    @Override
    public boolean isOfTarget() {
      return true;
    }
  }
}
