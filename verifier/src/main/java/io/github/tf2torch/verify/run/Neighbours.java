package io.github.tf2torch.verify.run;

import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.TensorSource;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.Precision;
import io.github.tf2torch.verify.engine.Saturated;
import io.github.tf2torch.verify.subject.Subject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Problems next to a subject's: the same computation, every float32 number of its inputs and
 * variables moved by one unit in the last place or left as it is, and every {@link Saturated}
 * function's value by a part of one. What rounding does to one of them it might as well have done
 * to another.
 */
final class Neighbours {
  static final int COUNT = 16;

  private static final double GOLDEN_RATIO = 0.6180339887498949;
  private static final int EXPONENT = 0x7f800000;

  private Neighbours() {}

  /** TensorFlow's side of the neighbour with this number; PyTorch's is the subject's own. */
  static Subject of(Subject subject, int number) {
    Map<String, TensorValue> inputs = new LinkedHashMap<>();
    subject.inputs().forEach((key, value) -> inputs.put(key, moved(key, value, number)));
    return subject.withTensorflow(
        subject
            .tensorflow()
            .withTensors(
                new Moved(
                    subject.tensorflow().tensors(),
                    subject.tensorflow().variables().stream()
                        .collect(Collectors.toMap(Variable::name, Variable::dtype, (a, b) -> a)),
                    number)),
        subject.translation(),
        inputs,
        subject
            .sourceGraph()
            .with(graph -> Saturated.moved(graph, units(number), Precision.FLOAT32)));
  }

  /** What is another in them. */
  static String moved(Subject subject) {
    return "inputs and variables moved by one unit of float32"
        + (Saturated.isIn(subject.graph().inlinedGraph())
            ? " and the values of sigmoids, tanhs and softmaxes by a part of one"
            : "");
  }

  /**
   * The same numbers, every {@link Saturated} function's value moved by a part of a unit of
   * float64; empty where it has no such function.
   */
  static Optional<Subject> finer(Subject subject, int number) {
    return functions(subject, number, Precision.FLOAT64);
  }

  /** The same, by a part of a unit of float32, as another library may round such a function. */
  static Optional<Subject> rougher(Subject subject, int number) {
    return functions(subject, number, Precision.FLOAT32);
  }

  private static Optional<Subject> functions(Subject subject, int number, Precision unit) {
    if (!Saturated.isIn(subject.graph().inlinedGraph())) {
      return Optional.empty();
    }
    return Optional.of(
        subject.withTensorflow(
            subject.tensorflow(),
            subject.translation(),
            subject.inputs(),
            subject.sourceGraph().with(graph -> Saturated.moved(graph, units(number), unit))));
  }

  /** Of a unit, each number's own and no two near each other. */
  private static double units(int number) {
    return 2 * (number * GOLDEN_RATIO % 1) - 1;
  }

  private static TensorValue moved(String name, TensorValue value, int number) {
    return TensorValue.filled(
        value.dtype(),
        value.shape(),
        out -> {
          out.put(value.bytes());
          move(name, value.dtype(), 0, out.flip(), number);
        });
  }

  /** Toggles the last bit of about every other number, the same ones whatever part is read. */
  private static void move(String name, DType dtype, long offset, ByteBuffer bytes, int number) {
    if (dtype != DType.FLOAT32) {
      return;
    }
    ByteBuffer floats = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    long first = offset / Float.BYTES;
    while (floats.remaining() >= Float.BYTES) {
      int at = floats.position();
      int bits = floats.getInt();
      boolean isFinite = (bits & EXPONENT) != EXPONENT;
      floats.putInt(at, isFinite ? bits ^ bit(name, first++, number) : bits);
    }
  }

  private static int bit(String name, long index, int number) {
    long mixed = (name.hashCode() * 0x9e3779b97f4a7c15L + index) * 0xbf58476d1ce4e5b9L + number;
    mixed = (mixed ^ mixed >>> 30) * 0x94d049bb133111ebL;
    return (int) (mixed >>> 63);
  }

  private record Moved(TensorSource stored, Map<String, DType> types, int number)
      implements TensorSource {
    @Override
    public void read(String variable, long offset, ByteBuffer target) throws IOException {
      ByteBuffer read = target.duplicate();
      stored.read(variable, offset, target);
      move(variable, types.getOrDefault(variable, DType.FLOAT64), offset, read, number);
    }

    @Override
    public List<byte[]> strings(String variable) throws IOException {
      return stored.strings(variable);
    }
  }
}
