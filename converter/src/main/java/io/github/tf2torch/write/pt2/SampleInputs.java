package io.github.tf2torch.write.pt2;

import io.github.tf2torch.io.ZipPlan;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.write.pickle.Pickle;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The example inputs of an exported program: what {@code torch.save} writes of {@code ((x, ...),
 * {})}. Every element of an input is the same one in memory, so that no example is large.
 */
final class SampleInputs {
  private SampleInputs() {}

  /** An input's type and the sizes that its example has. */
  record Sample(DType dtype, Shape shape) {}

  static byte[] archive(List<Sample> samples) {
    ZipPlan zip = new ZipPlan();
    Pickle pickle = new Pickle().mark().mark();
    for (int i = 0; i < samples.size(); i++) {
      pickle.expanded(Integer.toString(i), samples.get(i).dtype(), samples.get(i).shape());
    }
    zip.add("archive/data.pkl", pickle.tuple().emptyDict().tuple().bytes());
    zip.add("archive/byteorder", "little".getBytes(StandardCharsets.US_ASCII));
    for (int i = 0; i < samples.size(); i++) {
      zip.add("archive/data/" + i, element(samples.get(i).dtype()));
    }
    zip.add("archive/version", "3\n".getBytes(StandardCharsets.US_ASCII));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    // parts are in the order of the file; what lies between them is the padding of alignment
    for (ZipPlan.Part part : zip.parts(i -> 0)) {
      out.writeBytes(new byte[Math.toIntExact(part.offset() - out.size())]);
      ByteBuffer bytes = part.bytes().duplicate();
      byte[] content = new byte[bytes.remaining()];
      bytes.get(content);
      out.writeBytes(content);
    }
    return out.toByteArray();
  }

  /** A half, true, or 0, which is in every vocabulary. */
  private static byte[] element(DType dtype) {
    ByteBuffer bytes = ByteBuffer.allocate(dtype.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    switch (dtype) {
      case FLOAT16 -> bytes.putShort((short) 0x3800);
      case BFLOAT16 -> bytes.putShort((short) 0x3f00);
      case FLOAT32 -> bytes.putFloat(0.5f);
      case FLOAT64 -> bytes.putDouble(0.5);
      case BOOL -> bytes.put((byte) 1);
      default -> {}
    }
    return bytes.array();
  }
}
