package io.github.tf2torch.read.graph;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.read.bundle.TensorContent;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.tensorflow.proto.TensorProto;

/**
 * Reads constants (tensor.proto): whole contents, or a list of values of which the last one fills
 * the rest, as TensorFlow's {@code Tensor::FromProto} does.
 */
final class ConstantReader {
  private ConstantReader() {}

  /** Empty for what has no elements to hold: handles, variants, types unknown here. */
  static Optional<Attr> read(String node, TensorProto proto) {
    Optional<DType> dtype = DType.ofTensorflow(proto.getDtypeValue());
    if (dtype.isEmpty() || proto.getTensorShape().getUnknownRank()) {
      return Optional.empty();
    }
    Shape shape = shape(node, proto);
    if (dtype.get() == DType.STRING) {
      return Optional.of(new Attr.Strings(strings(node, proto, shape)));
    }
    return dtype.get().bytes() == 0
        ? Optional.empty()
        : Optional.of(
            new Attr.Tensor(
                new TensorValue(
                    dtype.get(), shape, TensorContent.bytes(node, proto, dtype.get(), shape))));
  }

  private static Shape shape(String node, TensorProto proto) {
    List<Long> dims = proto.getTensorShape().getDimList().stream().map(d -> d.getSize()).toList();
    if (dims.stream().anyMatch(d -> d < 0)) {
      throw new DamagedFile("constant \"" + node + "\" has shape " + dims);
    }
    return new Shape(dims);
  }

  private static List<String> strings(String node, TensorProto proto, Shape shape) {
    return TensorContent.strings(node, proto, shape).stream()
        .map(b -> new String(b, StandardCharsets.UTF_8))
        .toList();
  }
}
