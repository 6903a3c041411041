package io.github.tf2torch.diff;

import io.github.tf2torch.diff.TensorDifference.Verdict;
import io.github.tf2torch.model.source.TensorFile;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.tensor.DType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Compares one tensor of a file with one of another, in memory that does not grow with them. */
final class PairComparison {
  /** At a time: a tensor of up to so much is read in one go, so that its checksum costs nothing. */
  private static final long BLOCK_BYTES = 8 << 20;

  private final TensorFile a;
  private final TensorFile b;
  private final Tolerance tolerance;

  PairComparison(TensorFile a, TensorFile b, Tolerance tolerance) {
    this.a = a;
    this.b = b;
    this.tolerance = tolerance;
  }

  TensorDifference compare(Matching.Pair pair) throws IOException {
    Variable inA = pair.a();
    Variable inB = pair.b();
    boolean isOneShape = inA.shape().equals(inB.shape());
    boolean isOneType = inA.dtype() == inB.dtype();
    if (!isOneShape) {
      return difference(Verdict.SHAPE, pair, Optional.empty());
    }
    if (inA.dtype() == DType.STRING && isOneType) {
      ValueDifference strings = strings(inA, inB);
      Verdict verdict = strings.differing() == 0 ? Verdict.SAME : Verdict.VALUES;
      return difference(verdict, pair, Optional.of(strings));
    }
    if (!ElementComparison.isPossible(inA.dtype(), inB.dtype())) {
      return difference(Verdict.DTYPE, pair, Optional.empty());
    }
    ValueDifference values = numbers(inA, inB);
    Verdict verdict =
        !isOneType
            ? Verdict.DTYPE
            : values.beyond() > 0
                ? Verdict.VALUES
                : values.differing() > 0 ? Verdict.NEAR : Verdict.SAME;
    return difference(verdict, pair, Optional.of(values));
  }

  private static TensorDifference difference(
      Verdict verdict, Matching.Pair pair, Optional<ValueDifference> values) {
    return new TensorDifference(verdict, Optional.of(pair.a()), Optional.of(pair.b()), values);
  }

  private ValueDifference numbers(Variable inA, Variable inB) throws IOException {
    ElementComparison comparison = new ElementComparison(inA.dtype(), inB.dtype(), tolerance);
    long count = inA.shape().count();
    int widest = Math.max(inA.dtype().bytes(), inB.dtype().bytes());
    int perBlock = (int) Math.min(count, BLOCK_BYTES / widest);
    ByteBuffer bytesA = ByteBuffer.allocate(perBlock * inA.dtype().bytes());
    ByteBuffer bytesB = ByteBuffer.allocate(perBlock * inB.dtype().bytes());
    for (long first = 0; first < count; first += perBlock) {
      int length = (int) Math.min(perBlock, count - first);
      comparison.compare(
          read(a, inA, first, length, bytesA), read(b, inB, first, length, bytesB), first);
    }
    return comparison.result();
  }

  private static ByteBuffer read(
      TensorFile file, Variable variable, long first, int count, ByteBuffer into)
      throws IOException {
    int elementBytes = variable.dtype().bytes();
    into.clear().limit(count * elementBytes);
    file.tensors().read(variable.name(), first * elementBytes, into);
    return into.flip();
  }

  private ValueDifference strings(Variable inA, Variable inB) throws IOException {
    List<byte[]> fromA = a.tensors().strings(inA.name());
    List<byte[]> fromB = b.tensors().strings(inB.name());
    if (fromA.size() != fromB.size()) {
      throw new IllegalStateException(fromA.size() + " and " + fromB.size() + " strings");
    }
    long differing = 0;
    for (int i = 0; i < fromA.size(); i++) {
      if (!Arrays.equals(fromA.get(i), fromB.get(i))) {
        differing++;
      }
    }
    Extreme none = Extreme.none();
    return new ValueDifference(differing, differing, none, none, none, none, differing == 0);
  }
}
