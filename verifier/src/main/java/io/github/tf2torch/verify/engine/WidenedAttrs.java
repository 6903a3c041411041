package io.github.tf2torch.verify.engine;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.TensorProto;

/** Attributes and constants with float32 become float64, and complex64 become complex128. */
final class WidenedAttrs {
  private WidenedAttrs() {}

  static boolean isNarrow(DataType type) {
    return type == DataType.DT_FLOAT || type == DataType.DT_COMPLEX64;
  }

  /** Whether the attribute is a narrow type or holds one. */
  static boolean isNarrow(AttrValue value) {
    return isNarrow(value.getType())
        || value.getList().getTypeList().stream().anyMatch(WidenedAttrs::isNarrow);
  }

  static DataType widened(DataType type) {
    return switch (type) {
      case DT_FLOAT -> DataType.DT_DOUBLE;
      case DT_COMPLEX64 -> DataType.DT_COMPLEX128;
      case DT_FLOAT_REF -> DataType.DT_DOUBLE_REF;
      default -> type;
    };
  }

  static AttrValue widened(AttrValue value) {
    return switch (value.getValueCase()) {
      case TYPE -> AttrValue.newBuilder().setType(widened(value.getType())).build();
      case TENSOR -> AttrValue.newBuilder().setTensor(widened(value.getTensor())).build();
      case FUNC -> AttrValue.newBuilder().setFunc(widened(value.getFunc())).build();
      case LIST -> AttrValue.newBuilder().setList(widened(value.getList())).build();
      default -> value;
    };
  }

  private static AttrValue.ListValue widened(AttrValue.ListValue list) {
    AttrValue.ListValue.Builder out = list.toBuilder().clearType().clearTensor().clearFunc();
    list.getTypeList().forEach(type -> out.addType(widened(type)));
    list.getTensorList().forEach(tensor -> out.addTensor(widened(tensor)));
    list.getFuncList().forEach(function -> out.addFunc(widened(function)));
    return out.build();
  }

  private static NameAttrList widened(NameAttrList function) {
    NameAttrList.Builder out = function.toBuilder();
    function.getAttrMap().forEach((name, value) -> out.putAttr(name, widened(value)));
    return out.build();
  }

  static TensorProto widened(TensorProto tensor) {
    if (!isNarrow(tensor.getDtype())) {
      return tensor;
    }
    TensorProto.Builder out =
        tensor.toBuilder()
            .setDtype(widened(tensor.getDtype()))
            .setTensorContent(widened(tensor.getTensorContent()))
            .clearFloatVal()
            .clearScomplexVal();
    // a list that is shorter than the tensor repeats its last value, in both widths
    tensor.getFloatValList().forEach(value -> out.addDoubleVal(value));
    tensor.getScomplexValList().forEach(value -> out.addDcomplexVal(value));
    return out.build();
  }

  private static ByteString widened(ByteString floats) {
    ByteBuffer in = floats.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer out = ByteBuffer.allocate(in.remaining() * 2).order(ByteOrder.LITTLE_ENDIAN);
    while (in.remaining() >= Float.BYTES) {
      out.putDouble(in.getFloat());
    }
    return ByteString.copyFrom(out.flip());
  }
}
