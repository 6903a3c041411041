package io.github.tf2torch.write.python;

import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchLoss;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.problem.UnsupportedOperation;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** {@code def loss(logits, labels)}: what a model's training makes smaller. */
final class LossText {
  private static final int MOST_WRITTEN = 1024;

  private LossText() {}

  static String print(TorchLoss loss) {
    TorchModel program = loss.program();
    Map<String, String> locals = LocalNames.of(program);
    PythonText text = new PythonText();
    text.line(0, "").line(0, "");
    text.line(0, "def loss(" + String.join(", ", loss.arguments()) + "):");
    String source = program.outputs().get(0).source().node();
    text.line(
        1, "\"\"\"What the training of TensorFlow's graph makes smaller: " + source + ".\"\"\"");
    PythonExpressions ofModel = new PythonExpressions(Map.of(), path -> "model." + path);
    for (TorchLoss.Penalty penalty : loss.penalties()) {
      text.line(1, penalty.input() + " = " + ofModel.print(penalty.value()));
    }
    Map<String, String> constants = new LinkedHashMap<>();
    for (TorchModel.Tensor tensor : program.tensors()) {
      constants.put(tensor.name(), literal(tensor.recipe(), program.inputs().get(0).name()));
    }
    PythonExpressions expressions =
        new PythonExpressions(locals, name -> constants.getOrDefault(name, name));
    for (Statement statement : program.body()) {
      Statement.Assign assign = (Statement.Assign) statement;
      String targets =
          assign.targets().stream()
              .map(t -> locals.getOrDefault(t, t))
              .collect(Collectors.joining(", "));
      text.line(1, targets + " = " + expressions.print(assign.value()));
    }
    text.line(1, "return " + locals.get(program.outputs().get(0).value()));
    return text.toString();
  }

  /** A constant where a value of the model's is. */
  private static String literal(TensorExpr recipe, String beside) {
    if (recipe instanceof TensorExpr.Reshape r && r.input() instanceof TensorExpr.Constant) {
      String dims = list(r.shape().dims().stream().map(Object::toString).toList());
      return literal(r.input(), beside) + ".reshape(" + dims + ")";
    }
    if (!(recipe instanceof TensorExpr.Constant constant)) {
      throw new UnsupportedOperation("a constant of the loss is computed: " + recipe.describe());
    }
    TensorValue value = constant.value();
    if (value.shape().count() > MOST_WRITTEN) {
      throw new UnsupportedOperation(
          "a constant of the loss has " + value.shape().count() + " elements");
    }
    String device = ", device=" + beside + ".device)";
    boolean isWhole = !value.dtype().isFloating() && value.dtype() != DType.BOOL;
    if (isWhole && isRange(value)) {
      String range = "torch.arange(" + value.shape().count() + device;
      return value.shape().rank() == 1
          ? range
          : range + ".reshape(" + list(value.shape().dims()) + ")";
    }
    List<String> numbers = numbers(value);
    String dtype = ", dtype=torch." + value.dtype().torchName();
    return value.shape().rank() == 0
        ? "torch.tensor(" + numbers.get(0) + dtype + device
        : "torch.tensor([%s]%s%s.reshape(%s)"
            .formatted(list(numbers), dtype, device, list(value.shape().dims()));
  }

  private static boolean isRange(TensorValue value) {
    long[] numbers = value.longs();
    return numbers.length > 1
        && LongStream.range(0, numbers.length).allMatch(i -> numbers[(int) i] == i);
  }

  private static List<String> numbers(TensorValue value) {
    return LongStream.range(0, value.shape().count())
        .mapToObj(
            i ->
                value.dtype() == DType.BOOL
                    ? value.longAt(i) != 0 ? "True" : "False"
                    : value.dtype().isFloating()
                        ? PythonNumber.shortest((float) value.doubleAt(i))
                        : Long.toString(value.longAt(i)))
        .toList();
  }

  private static String list(List<?> parts) {
    return parts.stream().map(String::valueOf).collect(Collectors.joining(", "));
  }
}
