package io.github.tf2torch.read.graph;

import com.google.protobuf.ByteString;
import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.problem.UnsupportedFile;
import io.github.tf2torch.read.bundle.TensorContent;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.proto.TensorProto;

/**
 * Reads the constants of one graph (tensor.proto): whole contents, which stay where they are, or a
 * list of values of which the last one fills the rest, as TensorFlow's {@code Tensor::FromProto}
 * does. A message that stands in many places, as inlined functions have it, is read once.
 */
final class ConstantReader {
  /** What all constants of a graph may have more than their messages, by repeated values. */
  private static final long MOST_FILLED_BYTES = 1L << 26;

  /** A listed number may take one byte of a message and 16 of a tensor. */
  private static final int MOST_TIMES = 16;

  private final Map<TensorProto, Optional<Attr>> read = new IdentityHashMap<>();
  private long filledBytes;

  /** Empty for what has no elements to hold: handles, variants, types unknown here. */
  Optional<Attr> read(String node, TensorProto proto) {
    Optional<Attr> known = read.get(proto);
    if (known == null) {
      known = readNew(node, proto);
      read.put(proto, known);
    }
    return known;
  }

  private Optional<Attr> readNew(String node, TensorProto proto) {
    Optional<DType> dtype = dtype(proto);
    if (dtype.isEmpty() || proto.getTensorShape().getUnknownRank()) {
      return Optional.empty();
    }
    Shape shape = shape(node, proto);
    if (dtype.get() == DType.STRING) {
      return Optional.of(
          new Attr.Strings(
              strings(node, proto, shape).stream()
                  .map(b -> new String(b, StandardCharsets.UTF_8))
                  .toList()));
    }
    return dtype.get().bytes() == 0
        ? Optional.empty()
        : Optional.of(new Attr.Tensor(value(node, proto, dtype.get(), shape)));
  }

  static Optional<DType> dtype(TensorProto proto) {
    return DType.ofTensorflow(proto.getDtypeValue());
  }

  private TensorValue value(String node, TensorProto proto, DType dtype, Shape shape) {
    ByteString content = TensorContent.content(node, proto, dtype, shape);
    if (content.isEmpty()) {
      long bytes = Math.multiplyExact(shape.count(), (long) dtype.bytes());
      count(node, proto, bytes);
      return TensorValue.view(
          dtype, shape, ByteBuffer.wrap(TensorContent.bytes(node, proto, dtype, shape)));
    }
    return TensorValue.view(dtype, shape, content.asReadOnlyByteBuffer());
  }

  /** The elements of a constant of strings. */
  List<byte[]> strings(String node, TensorProto proto, Shape shape) {
    List<byte[]> strings = TensorContent.strings(node, proto, shape);
    count(node, proto, strings.size() * 64L);
    return strings;
  }

  private void count(String node, TensorProto proto, long bytes) {
    filledBytes += Math.max(0, bytes - MOST_TIMES * (long) proto.getSerializedSize());
    if (filledBytes > MOST_FILLED_BYTES) {
      throw new UnsupportedFile(
          ("constant \"%s\" of %d bytes, filled from a message of %d, makes the graph's constants"
                  + " more than %d bytes larger than the file; no more are filled so")
              .formatted(node, bytes, proto.getSerializedSize(), MOST_FILLED_BYTES));
    }
  }

  static Shape shape(String node, TensorProto proto) {
    List<Long> dims = proto.getTensorShape().getDimList().stream().map(d -> d.getSize()).toList();
    if (dims.stream().anyMatch(d -> d < 0)) {
      throw new DamagedFile("constant \"" + node + "\" has shape " + dims);
    }
    return new Shape(dims);
  }
}
