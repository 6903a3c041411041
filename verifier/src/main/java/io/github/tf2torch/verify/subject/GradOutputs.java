package io.github.tf2torch.verify.subject;

import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code torch.autograd.grad} calls {@code grad_outputs}: which outputs are differentiated,
 * and by what numbers.
 *
 * @param outputs names, each with the column of axis 1 that is meant where it is one alone, {@code
 *     f[:, 0]}; empty where all are
 * @param isOnes ones, as {@code tape.gradient} takes them; seeded normal numbers otherwise
 */
public record GradOutputs(List<String> outputs, boolean isOnes) {
  public static final GradOutputs ALL_RANDOM = new GradOutputs(List.of(), false);
  private static final Pattern COLUMN = Pattern.compile("(.*)\\[:,([0-9]{1,9})]");

  public GradOutputs {
    outputs = outputs.stream().map(o -> o.replace(" ", "")).toList();
  }

  private static String name(String output) {
    Matcher column = COLUMN.matcher(output);
    return column.matches() ? column.group(1) : output;
  }

  /** Of a program's outputs those that are asked for. */
  public List<TorchModel.Output> of(List<TorchModel.Output> all) {
    for (String asked : outputs) {
      if (all.stream().noneMatch(o -> o.name().equals(name(asked)))) {
        throw new BadRequest(
            "--outputs "
                + asked
                + ": the model's outputs are "
                + all.stream().map(TorchModel.Output::name).toList());
      }
    }
    return outputs.isEmpty()
        ? all
        : all.stream()
            .filter(o -> outputs.stream().anyMatch(asked -> name(asked).equals(o.name())))
            .toList();
  }

  /** The numbers for an output: ones, or what is drawn for it; zeros beside its column. */
  public double[] numbers(String output, Shape shape, double[] drawn) {
    double[] numbers = drawn.clone();
    if (isOnes) {
      Arrays.fill(numbers, 1);
    }
    Optional<Long> column = column(output, shape);
    if (column.isPresent()) {
      long inner = shape.dims().stream().skip(2).reduce(1L, Math::multiplyExact);
      for (int i = 0; i < numbers.length; i++) {
        if (i / inner % shape.dim(1) != column.get()) {
          numbers[i] = 0;
        }
      }
    }
    return numbers;
  }

  private Optional<Long> column(String output, Shape shape) {
    for (String asked : outputs) {
      Matcher matcher = COLUMN.matcher(asked);
      if (matcher.matches() && matcher.group(1).equals(output)) {
        long column = Long.parseLong(matcher.group(2));
        if (shape.rank() < 2 || column >= shape.dim(1)) {
          throw new BadRequest("--outputs " + asked + ": the output is of shape " + shape);
        }
        return Optional.of(column);
      }
    }
    return Optional.empty();
  }

  /** The options that ask for the same again. */
  List<String> words() {
    List<String> words = new ArrayList<>();
    outputs.forEach(o -> words.addAll(List.of("--outputs", o)));
    if (isOnes) {
      words.addAll(List.of("--grad-outputs", "ones"));
    }
    return words;
  }

  /** For the report. */
  public String said() {
    String of = outputs.isEmpty() ? "every output" : String.join(", ", outputs);
    return (isOnes ? "ones for " : "seeded normal numbers for ") + of;
  }
}
